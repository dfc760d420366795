/**
 * A desktop or phone app that comes back by a scheme of its own (RFC 8252 §7.1): the system starts it again with the
 * address that the browser was sent to. Needs a server with the demo data, and Node 24.
 *
 *   npm start -- --dev
 *   npx node examples/desktop-app.ts                                  says where to sign in
 *   npx node examples/desktop-app.ts 'com.example.demo:/callback?…'   as the system would start it then
 *
 * ISSUER and CLIENT_ID say where and who; PENDING is where it remembers what it asked.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as oidc from 'openid-client'

const { ISSUER = 'http://127.0.0.1:4000', CLIENT_ID = 'demo-native', PENDING = '.desktop-app.json' } = process.env
const redirect_uri = 'com.example.demo:/callback'

// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const execute = [oidc.allowInsecureRequests]
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.None(), { execute })

const [, , back] = process.argv
try {
  await (back === undefined ? begin() : comeBack(new URL(back)))
} catch (error) {
  console.log(`That did not work: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

/** Another app may have taken the scheme too: what it would need to redeem the code stays here. */
async function begin(): Promise<void> {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  }
  writeFileSync(PENDING, JSON.stringify(checks), { mode: 0o600 })
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile me:read',
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  })
  console.log(`Sign in in the browser:\n\n  ${address.href}\n`)
}

async function comeBack(answer: URL): Promise<void> {
  const checks = JSON.parse(readFileSync(PENDING, 'utf8')) as oidc.AuthorizationCodeGrantChecks
  rmSync(PENDING)
  const { access_token } = await oidc.authorizationCodeGrant(config, answer, checks)
  const api = new URL(`${ISSUER}/demo/api/v1/me`)
  const me = await oidc.fetchProtectedResource(config, access_token, api, 'GET')
  const { display_name } = (await me.json()) as { readonly display_name: string }
  console.log(`Signed in as ${display_name}.`)
}
