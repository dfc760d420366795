/**
 * A single-page app without a server of its own: the page signs people in and calls the API, with oauth4webapi, and
 * keeps its tokens in memory. This only serves the page's files. Needs a server with the demo data, and Node 24.
 * Where you can run a small server, examples/bff.ts is the better way: then no token is in the page.
 *
 *   npm start -- --dev
 *   npx node examples/single-page-app.ts
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { ISSUER = 'http://127.0.0.1:4000', CLIENT_ID = 'demo-spa', PORT = '5002' } = process.env
const here = `http://127.0.0.1:${PORT}`

const page = `<!doctype html>
<html lang="en">
<title>Playlists</title>
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "oauth4webapi": "/oauth4webapi.js" } }</script>
<h1>Playlists</h1>
<p id="who">Nobody is signed in</p>
<ul></ul>
<button>Sign in</button>
<script type="module" src="/app.js"></script>`

const script = `
import * as oauth from 'oauth4webapi'

const issuer = new URL(${JSON.stringify(ISSUER)})
const client = { client_id: ${JSON.stringify(CLIENT_ID)} }
const redirect_uri = location.origin + '/callback'
// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const insecure = { [oauth.allowInsecureRequests]: true }
const who = document.querySelector('#who')
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))

document.querySelector('button').onclick = async () => {
  const begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  }
  sessionStorage.setItem('begun', JSON.stringify(begun))
  const params = new URLSearchParams({
    ...client,
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile playlists:read',
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    state: begun.state,
    nonce: begun.nonce,
  })
  location.assign(server.authorization_endpoint + '?' + params)
}

async function comeBack() {
  const { verifier, state, nonce } = JSON.parse(sessionStorage.getItem('begun'))
  const answer = new URL(location.href)
  // The code is good once, and nobody needs it in the history.
  sessionStorage.removeItem('begun')
  history.replaceState(null, '', '/')
  const params = oauth.validateAuthResponse(server, client, answer, state)
  const redeemed = await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), params, redirect_uri, verifier, insecure)
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, redeemed, { expectedNonce: nonce })
  const api = new URL(issuer.href.replace(/\\/$/, '') + '/demo/api/v1/me/playlists')
  const response = await oauth.protectedResourceRequest(tokens.access_token, 'GET', api, undefined, undefined, insecure)
  const { items } = await response.json()
  who.textContent = 'Signed in as ' + oauth.getValidatedIdTokenClaims(tokens).name
  for (const { name } of items) document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: name }))
}

if (location.pathname === '/callback') comeBack().catch(error => { who.textContent = 'That did not work: ' + error.message })`

const library = readFileSync(new URL(import.meta.resolve('oauth4webapi')), 'utf8')
const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/': ['text/html', page],
  '/callback': ['text/html', page],
  '/app.js': ['text/javascript', script],
  '/oauth4webapi.js': ['text/javascript', library],
}

createServer((request, response) => {
  const [type = 'text/plain', body = 'There is nothing here.'] =
    files[URL.parse(`${here}${request.url}`)?.pathname ?? ''] ?? []
  response.setHeader('content-type', `${type}; charset=utf-8`).end(body)
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The app is at ${here}`))
