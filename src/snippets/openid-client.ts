import { cookiesOf, endSignIn, loopbackListener, nodeServer, unindented } from './node-server.ts'
import { js } from './quote.ts'
import { afterwards, beginSession, renewing, sessions } from './renewal.ts'
import { forget, schemeImports, schemeProgram } from './scheme-program.ts'
import { keyArgument, keyImports, readKey } from './signing-key.ts'
import { type Situation, settingsRead } from './situation.ts'
import type { Stack } from './snippet.ts'
import { text } from './text.ts'

/** https://github.com/panva/openid-client, version 6. */
export const openidClient: Stack = {
  id: 'openid-client',
  name: 'openid-client',
  signs: true,
  write(situation) {
    const language = 'TypeScript'
    const install = 'npm install openid-client'
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
      case 'device':
        return as('device.mts', device(situation))
      case 'self':
        return as('job.mts', self(situation))
      default:
        return undefined
    }
  },
}

/** Finds the issuer's endpoints, as this client. */
function discovery({ issuer, client_id, method, key, insecure }: Situation): string {
  const [at, id] = method === 'none' ? [js(issuer), js(client_id)] : ['ISSUER', 'CLIENT_ID']
  const auth = {
    client_secret_basic: 'oidc.ClientSecretBasic(CLIENT_SECRET)',
    client_secret_post: 'oidc.ClientSecretPost(CLIENT_SECRET)',
    private_key_jwt: `oidc.PrivateKeyJwt(${key && keyArgument(key)})`,
    none: 'oidc.None()',
  }[method]
  return text`
${method !== 'none' && settingsRead(method)}
${key !== undefined && readKey(key)}
${insecure && '// An http issuer is for trying things on one machine only.'}
${insecure && 'const insecure = { execute: [oidc.allowInsecureRequests] }'}
const config = await oidc.discovery(
  new URL(${at}), ${id}, undefined, ${auth}${insecure ? ', insecure' : ''})`
}

function checks({ openid }: Situation): string {
  return text`
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
${openid && '    expectedNonce: oidc.randomNonce(),'}
  }`
}

function authorizationUrl({ scope, resource, openid }: Situation): string {
  return text`
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
${scope !== '' && `    scope: ${js(scope)},`}
${resource !== undefined && `    resource: ${js(resource)},`}
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
${openid && '    nonce: checks.expectedNonce,'}
  })`
}

const renewal = {
  type: 'oidc.TokenEndpointResponse',
  redeem: '  const tokens = await oidc.refreshTokenGrant(config, refresh_token)',
}

/** Who signed in, or that something came. */
function outcome({ openid }: Situation): string {
  return openid
    ? `'Signed in as ' + (tokens.claims()?.name ?? tokens.claims()?.sub)`
    : `'Got an access token for ' + tokens.expires_in + ' seconds'`
}

function server(situation: Situation): string {
  const { name, flags } = cookiesOf(situation)
  return text`
${situation.key !== undefined && keyImports}
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oidc from 'openid-client'

${discovery(situation)}
const redirect_uri = ${js(situation.redirect_uri)}

async function begin(response: ServerResponse) {
${checks(situation)}
${authorizationUrl(situation)}
  // In this browser: an answer that another one comes back with is not taken.
  const begun = encodeURIComponent(JSON.stringify(checks))
  response.writeHead(303, {
    location: address.href,
    'set-cookie': '${name}=' + begun + '; Max-Age=600; ${flags}',
  }).end()
}

async function comeBack(request: IncomingMessage, response: ServerResponse, url: URL) {
  const [, begun] = /(?:^|; )${name}=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
  if (!begun) throw new Error('Nobody began to sign in in this browser')
  const checks = JSON.parse(decodeURIComponent(begun))
  const tokens = await oidc.authorizationCodeGrant(config, url, checks)
${situation.renews ? beginSession(situation, 'oidc.randomState()', outcome(situation)) : endSignIn(situation, outcome(situation))}
}

${situation.renews && `${renewing(renewal)}\n\n${sessions}\n`}
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
import * as oidc from 'openid-client'

${discovery(situation)}
${listener.begin}
${unindented(checks(situation))}
${unindented(authorizationUrl(situation))}
console.log('Open this in a browser:\n\n  ' + address.href + '\n')

${listener.answer('checks.expectedState')}

const tokens = await oidc.authorizationCodeGrant(config, url, checks)
${afterwards(situation, outcome(situation), renewal)}
`
}

function scheme(situation: Situation): string {
  const begin = `${checks(situation)}\n${authorizationUrl(situation)}`
  return text`
${schemeImports(situation)}
import * as oidc from 'openid-client'

${discovery(situation)}
${schemeProgram(situation, begin, 'checks')}
const tokens = await oidc.authorizationCodeGrant(config, url, checks)
${forget}
${afterwards(situation, outcome(situation), renewal)}
`
}

function device(situation: Situation): string {
  const { scope, resource } = situation
  return text`
${situation.key !== undefined && keyImports}
import * as oidc from 'openid-client'

${discovery(situation)}
const codes = await oidc.initiateDeviceAuthorization(config, {
${scope !== '' && `  scope: ${js(scope)},`}
${resource !== undefined && `  resource: ${js(resource)},`}
})
console.log('Open ' + codes.verification_uri + ' and type ' + codes.user_code)

// Asks as often as it is told to, until its user has said yes or no.
const tokens = await oidc.pollDeviceAuthorizationGrant(config, codes)
${afterwards(situation, outcome(situation), renewal)}
`
}

function self(situation: Situation): string {
  const { resource } = situation
  return text`
${situation.key !== undefined && keyImports}
import * as oidc from 'openid-client'

${discovery(situation)}
const tokens = await oidc.clientCredentialsGrant(config, {${resource === undefined ? '' : ` resource: ${js(resource)} `}})
// Keep it until it ends, in place of asking anew each time.
const { expires_in, scope } = tokens
console.log('Got an access token for ' + expires_in + ' seconds, with the scope ' + scope)
`
}
