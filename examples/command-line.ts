/**
 * A command that signs its user in: it opens the browser, listens on a free port of this computer for the answer, and
 * then listens no more (RFC 8252 §7.3). Needs a server with the demo data, and Node 24.
 *
 *   npm start -- --dev
 *   npx node examples/command-line.ts
 *
 * ISSUER and CLIENT_ID say where and who; BROWSER is the program that opens an address.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oidc from 'openid-client'

const { ISSUER = 'http://127.0.0.1:4000', CLIENT_ID = 'demo-cli' } = process.env
const opener = { darwin: 'open', win32: 'explorer' } as Readonly<Record<string, string>>
const { BROWSER = opener[process.platform] ?? 'xdg-open' } = process.env

// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const execute = [oidc.allowInsecureRequests]
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.None(), { execute })

const listener = createServer().listen(0, '127.0.0.1')
await once(listener, 'listening')
const redirect_uri = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`
const checks = {
  pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
  expectedState: oidc.randomState(),
  expectedNonce: oidc.randomNonce(),
}
const address = oidc.buildAuthorizationUrl(config, {
  redirect_uri,
  scope: 'openid profile me:read',
  code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: checks.expectedState,
  nonce: checks.expectedNonce,
})

const answer = new Promise<URL>(resolve => {
  listener.on('request', (request, response) => {
    const url = URL.parse(request.url ?? '/', redirect_uri)
    // Any program on this computer and any page in the browser may call here: only our own answer has our state.
    const ours = url?.pathname === '/callback' && url.searchParams.get('state') === checks.expectedState
    response.writeHead(ours ? 200 : 404, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
    response.end(ours ? 'Close this page, and go on in the terminal.' : 'There is nothing here.')
    if (ours) resolve(url)
  })
})
console.log(`Sign in in the browser. If none opens, this is the address:\n\n  ${address.href}\n`)
// Never a shell: an address is not a command.
spawn(BROWSER, [address.href], { stdio: 'ignore' }).on('error', () => {})

try {
  const back = await answer
  listener.close()
  const { access_token } = await oidc.authorizationCodeGrant(config, back, checks)
  const api = new URL(`${ISSUER}/demo/api/v1/me`)
  const me = await oidc.fetchProtectedResource(config, access_token, api, 'GET')
  const { display_name } = (await me.json()) as { readonly display_name: string }
  console.log(`Signed in as ${display_name}.`)
} catch (error) {
  const why = error instanceof oidc.AuthorizationResponseError ? error.error : String(error)
  console.log(why === 'access_denied' ? 'Not let in.' : `That did not work: ${why}`)
  process.exitCode = 1
}
