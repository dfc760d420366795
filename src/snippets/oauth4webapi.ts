import { cookiesOf, endSignIn, loopbackListener, nodeServer, unindented } from './node-server.ts'
import { js } from './quote.ts'
import { accessToken, afterwards, beginSession, type Renewal, renewing, sessions } from './renewal.ts'
import { forget, schemeImports, schemeProgram } from './scheme-program.ts'
import { keyArgument, keyImports, readKey } from './signing-key.ts'
import { listenerOf, type Situation, settingsRead } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** https://github.com/panva/oauth4webapi, version 3: the same author's, without a dependency, for any JavaScript runtime. */
export const oauth4webapi: Stack = {
  id: 'oauth4webapi',
  name: 'oauth4webapi',
  signs: true,
  write(situation) {
    const language = 'TypeScript'
    const install = 'npm install oauth4webapi'
    const env = situation.method === 'none' ? '' : '--env-file=.env '
    const as = (file: string, whole: string) =>
      ({ language, file, install, run: `node ${env}${file}`, text: whole }) as const
    switch (situation.kind) {
      case 'server':
        return as('app.mts', server(situation))
      case 'loopback':
        return as('sign-in.mts', loopback(situation))
      case 'scheme':
        return as('sign-in.mts', scheme(situation))
      case 'self':
        return as('job.mts', self(situation))
      case 'browser':
        return {
          language: 'HTML',
          file: 'index.html',
          install: 'npm install oauth4webapi vite',
          run: runPage(situation),
          text: page(situation),
        }
      default:
        return undefined
    }
  },
}

/** Serves the page at every path of where it is sent back to. */
export function runPage(situation: Situation): string {
  const { host, port } = listenerOf(situation)
  return `npx vite --host ${host} --port ${port}`
}

/** Finds the issuer's endpoints, and says who this client is. */
function discovery({ issuer, client_id, method, key, insecure }: Situation): string {
  const [at, id] = method === 'none' ? [js(issuer), `client_id: ${js(client_id)}`] : ['ISSUER', 'client_id: CLIENT_ID']
  const auth = {
    client_secret_basic: 'oauth.ClientSecretBasic(CLIENT_SECRET)',
    client_secret_post: 'oauth.ClientSecretPost(CLIENT_SECRET)',
    private_key_jwt: `oauth.PrivateKeyJwt(${key && keyArgument(key)})`,
    none: 'oauth.None()',
  }[method]
  return text`
${method !== 'none' && settingsRead(method)}
${key !== undefined && readKey(key)}
const client = { ${id} }
const proof = ${auth}
${insecure && '// An http issuer is for trying things on one machine only.'}
${insecure && 'const insecure = { [oauth.allowInsecureRequests]: true }'}
const issuer = new URL(${at})
const discovered = await oauth.discoveryRequest(issuer${and(insecure)})
const server = await oauth.processDiscoveryResponse(issuer, discovered)`
}

/** The last argument of each request. */
function and(insecure: boolean): string {
  return insecure ? ', insecure' : ''
}

function begun({ openid }: Situation): string {
  return text`
  const begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
${openid && '    nonce: oauth.generateRandomNonce(),'}
  }`
}

function authorizationUrl({ scope, resource, openid }: Situation): string {
  return text`
  const address = new URL(server.authorization_endpoint ?? '')
  address.search = String(new URLSearchParams({
    ...client,
    redirect_uri,
    response_type: 'code',
${scope !== '' && `    scope: ${js(scope)},`}
${resource !== undefined && `    resource: ${js(resource)},`}
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    state: begun.state,
${openid && '    nonce: begun.nonce,'}
  }))`
}

/** From the address that somebody came back by, to what it brings. */
function redeem({ openid, insecure }: Situation): string {
  return text`
  const params = oauth.validateAuthResponse(server, client, url, begun.state)
  const redeemed = await oauth.authorizationCodeGrantRequest(
    server, client, proof, params, redirect_uri, begun.verifier${and(insecure)})
  const tokens = await oauth.processAuthorizationCodeResponse(
    server, client, redeemed${openid ? ', { expectedNonce: begun.nonce }' : ''})
${openid && '  const claims = oauth.getValidatedIdTokenClaims(tokens)'}`
}

const answer = 'oauth.TokenEndpointResponse'

/** From a refresh token to what takes its place. */
function renewal({ insecure }: Situation, type?: string): Renewal {
  return {
    type,
    redeem: text`
  const renewed = await oauth.refreshTokenGrantRequest(
    server, client, proof, refresh_token${and(insecure)})
  const tokens = await oauth.processRefreshTokenResponse(server, client, renewed)`,
  }
}

function outcome({ openid }: Situation): string {
  return openid
    ? `'Signed in as ' + (claims?.name ?? claims?.sub)`
    : `'Got an access token for ' + tokens.expires_in + ' seconds'`
}

function server(situation: Situation): string {
  const { name, flags } = cookiesOf(situation)
  return text`
${situation.key !== undefined && keyImports}
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oauth from 'oauth4webapi'

${discovery(situation)}
const redirect_uri = ${js(situation.redirect_uri)}

async function begin(response: ServerResponse) {
${begun(situation)}
${authorizationUrl(situation)}
  // In this browser: an answer that another one comes back with is not taken.
  const cookie = encodeURIComponent(JSON.stringify(begun))
  response.writeHead(303, {
    location: address.href,
    'set-cookie': '${name}=' + cookie + '; Max-Age=600; ${flags}',
  }).end()
}

async function comeBack(request: IncomingMessage, response: ServerResponse, url: URL) {
  const [, cookie] = /(?:^|; )${name}=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
  if (!cookie) throw new Error('Nobody began to sign in in this browser')
  const begun = JSON.parse(decodeURIComponent(cookie))
${redeem(situation)}
${situation.renews ? beginSession(situation, 'oauth.generateRandomState()', outcome(situation)) : endSignIn(situation, outcome(situation))}
}

${situation.renews && `${renewing(renewal(situation, answer))}\n\n${sessions}\n`}
${nodeServer(situation)}
`
}

function loopback(situation: Situation): string {
  const listener = loopbackListener(situation)
  return text`
${situation.key !== undefined && keyImports}
import { once } from 'node:events'
import { createServer } from 'node:http'
${situation.any_port && "import type { AddressInfo } from 'node:net'"}
import * as oauth from 'oauth4webapi'

${discovery(situation)}
${listener.begin}
${unindented(begun(situation))}
${unindented(authorizationUrl(situation))}
console.log('Open this in a browser:\n\n  ' + address.href + '\n')

${listener.answer('begun.state')}

${unindented(redeem(situation))}
${afterwards(situation, outcome(situation), renewal(situation, answer))}
`
}

function scheme(situation: Situation): string {
  const begin = `${begun(situation)}\n${authorizationUrl(situation)}`
  return text`
${schemeImports(situation)}
import * as oauth from 'oauth4webapi'

${discovery(situation)}
${schemeProgram(situation, begin, 'begun')}
${unindented(redeem(situation))}
${forget}
${afterwards(situation, outcome(situation), renewal(situation, answer))}
`
}

function self(situation: Situation): string {
  const { resource, insecure } = situation
  return text`
${situation.key !== undefined && keyImports}
import * as oauth from 'oauth4webapi'

${discovery(situation)}
const params = {${resource === undefined ? '' : ` resource: ${js(resource)} `}}
const response = await oauth.clientCredentialsGrantRequest(
  server, client, proof, params${and(insecure)})
const tokens = await oauth.processClientCredentialsResponse(server, client, response)
// Keep it until it ends, in place of asking anew each time.
const { expires_in, scope } = tokens
console.log('Got an access token for ' + expires_in + ' seconds, with the scope ' + scope)
`
}

function page(situation: Situation): string {
  return text`
<!doctype html>
<html lang="en">
<title>Sign in</title>
<p id="who">Nobody is signed in.</p>
<button>Sign in</button>
<script type="module">
import * as oauth from 'oauth4webapi'

${discovery(situation)}
const redirect_uri = ${js(situation.redirect_uri)}
const who = document.querySelector('#who')

document.querySelector('button').onclick = async () => {
${begun(situation)}
${authorizationUrl(situation)}
  sessionStorage.setItem('begun', JSON.stringify(begun))
  location.assign(address)
}

async function comeBack() {
  const url = new URL(location.href)
  const begun = JSON.parse(sessionStorage.getItem('begun'))
  // The code is good once, and nobody needs it in the history.
  sessionStorage.removeItem('begun')
  history.replaceState(null, '', '/')
${redeem(situation)}
  who.textContent = ${outcome(situation)}
${situation.renews && `  kept = keep(tokens)\n  await accessToken()`}
}

${situation.renews && `${renewing(renewal(situation))}\n\n// In memory alone: what is in storage, any script of this origin reads at any time.\nlet kept = keep({})\n${accessToken}\n`}
if (sessionStorage.getItem('begun') && new URLSearchParams(location.search).has('state')) {
  comeBack().catch(error => { who.textContent = error.error ?? error.message })
}
</script>
`
}
