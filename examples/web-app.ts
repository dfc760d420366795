/**
 * A web app that signs its users in with Grantwise: authorization code with PKCE by openid-client, the library that
 * most of Node's applications use. Needs a server with examples/apply.json applied, and Node 24.
 *
 *   npm start -- --apply examples/apply.json
 *   npm run example
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oidc from 'openid-client'

const issuer = process.env['ISSUER'] ?? 'http://127.0.0.1:4000'
const here = 'http://127.0.0.1:5001'
const redirect_uri = `${here}/callback`

// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const config = await oidc.discovery(new URL(issuer), 'web', 'a-secret-of-32-characters-or-more', undefined, {
  execute: [oidc.allowInsecureRequests],
})

const head = `<!doctype html><html lang="en"><title>Example app</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>pre { overflow-wrap: anywhere; white-space: pre-wrap }</style>`

/** One visitor is enough for an example; a real app keeps this in a session of its own. */
let pending: { readonly state: string; readonly nonce: string; readonly code_verifier: string } | undefined
let tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>> | undefined

const pages: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>> = {
  async '/'(_request, response) {
    const claims = tokens?.claims()
    const body = claims
      ? `<p>Signed in as ${escapeHtml(String(claims['name'] ?? claims.sub))}.</p><pre>${escapeHtml(JSON.stringify(claims, null, 2))}</pre>
         <p><a href="/refresh">Refresh the tokens</a> · <a href="/logout">Sign out</a></p>`
      : '<p><a href="/login">Sign in</a></p>'
    response.setHeader('content-type', 'text/html; charset=utf-8').end(`${head}${body}`)
  },

  async '/login'(_request, response) {
    pending = { state: oidc.randomState(), nonce: oidc.randomNonce(), code_verifier: oidc.randomPKCECodeVerifier() }
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid profile email offline_access profile:read',
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.code_verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    })
    response.writeHead(302, { location: url.href }).end()
  },

  async '/callback'(request, response) {
    if (!pending) throw new Error('nobody here began to sign in')
    const { state: expectedState, nonce: expectedNonce, code_verifier: pkceCodeVerifier } = pending
    tokens = await oidc.authorizationCodeGrant(config, new URL(request.url ?? '/', here), {
      expectedState,
      expectedNonce,
      pkceCodeVerifier,
    })
    pending = undefined
    response.writeHead(302, { location: '/' }).end()
  },

  async '/refresh'(_request, response) {
    if (!tokens?.refresh_token) throw new Error('no refresh token: sign in first')
    tokens = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    response.writeHead(302, { location: '/' }).end()
  },

  async '/logout'(_request, response) {
    const hint = tokens?.id_token
    tokens = undefined
    const url = oidc.buildEndSessionUrl(config, {
      post_logout_redirect_uri: `${here}/`,
      ...(hint === undefined ? {} : { id_token_hint: hint }),
    })
    response.writeHead(302, { location: url.href }).end()
  },
}

createServer(async (request, response) => {
  const page = pages[URL.parse(`${here}${request.url}`)?.pathname ?? '']
  if (!page) return response.writeHead(404).end('There is nothing here.')
  try {
    return await page(request, response)
  } catch (error) {
    const why = error instanceof oidc.AuthorizationResponseError ? error.error_description : String(error)
    return response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end(`That did not work: ${why}`)
  }
}).listen(5001, '127.0.0.1', () => console.log(`The example app is at ${here}`))

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
