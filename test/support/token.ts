import { authorize, authorizeUrl, type Browser, openBrowser, verifier } from './browser.ts'
import { secret } from './world.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & { readonly error?: string; readonly error_description?: string }
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly scope: string
  readonly expires_in: number
}

export function basic(client_id: string, client_secret: string = secret): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` }
}

/** Posts a form and reads the JSON that comes back. */
export async function post(
  url: string,
  fields: Record<string, string> | readonly (readonly [string, string])[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString(),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** The fields that redeem a code of the client `web`. */
export function codeFields(code: string, changes: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'http://127.0.0.1:5001/callback',
    code_verifier: verifier,
    ...changes,
  }
}

/** A code of the client `web`, agreed to by alice. */
export async function obtainCode(
  issuer: string,
  changes: Record<string, string | undefined> = {},
  browser: Browser = openBrowser(),
): Promise<string> {
  const params = await authorize(browser, authorizeUrl(issuer, changes))
  const code = params.get('code')
  if (code === null) throw new Error(`no code: ${params}`)
  return code
}

/** Tokens of the client `web`, for alice. */
export async function obtainTokens(
  issuer: string,
  changes: Record<string, string | undefined> = {},
  browser: Browser = openBrowser(),
): Promise<Tokens> {
  const code = await obtainCode(issuer, changes, browser)
  const { status, body } = await post(`${issuer}/token`, codeFields(code), basic('web'))
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`)
  return body as unknown as Tokens
}

/** Spends a refresh token of the client `web`. */
export function refresh(issuer: string, refresh_token: string, more: Record<string, string> = {}): Promise<Answer> {
  return post(`${issuer}/token`, { grant_type: 'refresh_token', refresh_token, ...more }, basic('web'))
}

/** Redeems a code as the client `web`. */
export function redeem(issuer: string, code: string, changes: Record<string, string> = {}): Promise<Answer> {
  return post(`${issuer}/token`, codeFields(code, changes), basic('web'))
}

/** A token for the client itself. */
export function clientCredentials(
  issuer: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = basic('job'),
): Promise<Answer> {
  return post(`${issuer}/token`, { grant_type: 'client_credentials', ...more }, headers)
}

/** Asks for JSON with these headers. */
export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers, redirect: 'manual' })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

export function userinfo(issuer: string, access_token: string): Promise<Answer> {
  return get(`${issuer}/userinfo`, { authorization: `Bearer ${access_token}` })
}

/** What this client is told of a token. */
export function introspect(issuer: string, token: string, client_id = 'web', client_secret?: string): Promise<Answer> {
  return post(`${issuer}/introspect`, { token }, basic(client_id, client_secret))
}

export function revoke(issuer: string, token: string, more: Record<string, string> = {}): Promise<Answer> {
  return post(`${issuer}/revoke`, { token, ...more }, basic('web'))
}

/** Whether a token is alive, as its own client and as userinfo see it. */
export async function isAlive(issuer: string, token: string): Promise<boolean> {
  return (await introspect(issuer, token)).body['active'] === true
}
