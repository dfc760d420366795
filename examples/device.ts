/**
 * A television: its viewer signs in on a phone (RFC 8628), by openid-client. Its screen is in the terminal, and at
 * http://127.0.0.1:5003. Needs a server with the demo data, and Node 24.
 *
 *   npm start -- --dev
 *   npm run example:device
 */
import { createServer } from 'node:http'
import * as oidc from 'openid-client'
import { renderSVG, renderUnicodeCompact } from 'uqr'

const issuer = process.env['ISSUER'] ?? 'http://127.0.0.1:4000'
const client_id = process.env['CLIENT_ID'] ?? 'demo-tv'
const port = Number(process.env['PORT'] ?? 5003)

// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const config = await oidc.discovery(new URL(issuer), client_id, undefined, oidc.None(), {
  execute: [oidc.allowInsecureRequests],
})

let screen = '<p>One moment.</p>'
createServer((_request, response) => {
  response
    .setHeader('content-type', 'text/html; charset=utf-8')
    .end(`<!doctype html><title>Television</title><meta http-equiv="refresh" content="3">${screen}`)
})
  .listen(port, '127.0.0.1')
  .unref()

const codes = await oidc.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access playlists:read' })
// Whoever scans the picture compares the code all the same.
const picture = codes.verification_uri_complete ?? codes.verification_uri
screen = `<h1>${escapeHtml(codes.user_code)}</h1><p>Type it at ${escapeHtml(codes.verification_uri)}</p>
  <div style="width: 16rem">${renderSVG(picture)}</div>`
console.log(`${renderUnicodeCompact(picture)}\n\n  Go to   ${codes.verification_uri}\n  Type    ${codes.user_code}\n`)

try {
  // Asks again as often as it is told to: it knows authorization_pending and slow_down.
  const tokens = await oidc.pollDeviceAuthorizationGrant(config, codes)
  const name = tokens.claims()?.['name'] ?? tokens.claims()?.sub
  const api = new URL(`${issuer}/demo/api/v1/me/playlists`)
  const answer = await oidc.fetchProtectedResource(config, tokens.access_token, api, 'GET')
  const { items } = (await answer.json()) as { readonly items: readonly { readonly name: string }[] }
  console.log(`Signed in as ${name}, with the playlists ${items.map(it => it.name).join(', ')}.`)
} catch (error) {
  const why = error instanceof oidc.ResponseBodyError ? error.error : String(error)
  console.log(why === 'access_denied' ? 'Not let in.' : `That did not work: ${why}`)
  process.exitCode = 1
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
