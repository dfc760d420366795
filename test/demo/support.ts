import { openKeyRing } from '../../src/keys/key-ring.ts'
import { authorizeUrl, openBrowser, signIn, verifier } from '../support/browser.ts'
import type { TestServer } from '../support/server.ts'
import { type Answer, basic, clientCredentials, get, post, type Tokens } from '../support/token.ts'
import { password } from '../support/world.ts'

export const webSecret = 'demo-web-secret-that-everybody-knows'
export const jobSecret = 'demo-job-secret-that-everybody-knows'
const passwords: Readonly<Record<string, string>> = { 'demo-ada': 'analytical engine', 'demo-grace': 'nanosecond wire' }

/** A path of the demo API, asked with this token. */
export function call(issuer: string, path: string, token?: string): Promise<Answer> {
  return get(`${issuer}/demo/api/v1${path}`, token === undefined ? {} : { authorization: `Bearer ${token}` })
}

/** The token of an app alone. */
export async function appToken(issuer: string): Promise<string> {
  const { body } = await clientCredentials(issuer, {}, basic('demo-job', jobSecret))
  return String(body['access_token'])
}

/** Tokens of demo-web for somebody who signed in and allowed it. */
export async function userTokens(issuer: string, login: string, scope: string): Promise<Tokens> {
  const browser = openBrowser()
  const asked = await browser.get(authorizeUrl(issuer, { client_id: 'demo-web', scope }))
  let page = await signIn(browser, asked, login, passwords[login] ?? password)
  if (page.html.includes('name="consent"')) page = await browser.submit(page, '/consent', { consent: 'allow' })
  const code = page.location?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${page.status} ${page.title} ${page.location}`)
  const fields = { grant_type: 'authorization_code', code, redirect_uri: 'http://127.0.0.1:5001/callback' }
  const { status, body } = await post(
    `${issuer}/token`,
    { ...fields, code_verifier: verifier },
    basic('demo-web', webSecret),
  )
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`)
  return body as unknown as Tokens
}

/** A token that the server's own key signed over claims it would never write. */
export async function forged(server: TestServer, changes: object, typ: 'at+jwt' | 'JWT' = 'at+jwt'): Promise<string> {
  const { store, sealer, clock } = server.data
  const keys = await openKeyRing({ store, sealer, clock })
  const iat = clock.now()
  const claims = {
    iss: server.issuer,
    aud: `${server.issuer}/demo/api`,
    sub: 'demo-ada',
    client_id: 'demo-web',
    iat,
    exp: iat + 60,
    jti: 'family.secret',
    scope: 'albums:read me:read playlists:read',
    ...changes,
  }
  return keys.sign('ES256', typ, Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)))
}
