import { enter, submitForm } from '../accounts/support.ts'
import type { Browser, Page } from './browser.ts'
import type { TestServer } from './server.ts'
import { type Answer, post, type Tokens } from './token.ts'
import { api, secret } from './world.ts'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

const scope = 'openid profile email offline_access catalog:read profile:read'

/** What stands in living rooms, and what anybody can call themselves. */
export const tv = {
  client_id: 'tv',
  client_name: 'Living-room TV',
  token_endpoint_auth_method: 'none',
  grant_types: [deviceGrant, 'refresh_token'],
  response_types: [],
  scope,
  grantwise: { runs_on: 'device', acts_for: ['user'], audiences: [api] },
} as const

/** A device that keeps a secret. */
export const box = {
  client_id: 'box',
  client_secret: secret,
  client_name: 'Set-top box',
  grant_types: [deviceGrant],
  response_types: [],
  scope,
  grantwise: { runs_on: 'device', acts_for: ['user'], audiences: [api] },
} as const

/** A document and the clients that are devices. */
export function withDevices<T extends { readonly clients: readonly object[] }>(document: T) {
  return { ...document, clients: [...document.clients, tv, box] }
}

/** What a device is told (RFC 8628 §3.2). */
export interface Codes {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** Asks as the TV, with changes. */
export function ask(issuer: string, changes: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const fields = { client_id: 'tv', scope: 'openid offline_access profile:read', ...changes }
  return post(`${issuer}/device_authorization`, fields, headers)
}

/** The codes that the TV is given. */
export async function codesOf(issuer: string, changes: Record<string, string> = {}): Promise<Codes> {
  const { status, body } = await ask(issuer, changes)
  if (status !== 200) throw new Error(`no codes: ${JSON.stringify(body)}`)
  return body as unknown as Codes
}

/** Polls as the TV, with changes. */
export function poll(
  issuer: string,
  { device_code }: Pick<Codes, 'device_code'>,
  changes: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${issuer}/token`, { grant_type: deviceGrant, client_id: 'tv', device_code, ...changes }, headers)
}

/** Types a code into the page of whoever is signed in; the page that shows what the device asks. */
export async function typeCode(browser: Browser, issuer: string, user_code: string): Promise<Page> {
  return submitForm(browser, await browser.get(`${issuer}/device`), '/device', { user_code })
}

/** Says yes or no on that page. */
export function decide(browser: Browser, page: Page, consent: 'allow' | 'deny' = 'allow'): Promise<Page> {
  return submitForm(browser, page, '/device', { consent })
}

/** All of it: the browser in which `login` lets the TV in, and what the TV gets. */
export async function connect(server: TestServer, changes: Record<string, string> = {}, login = 'alice') {
  const codes = await codesOf(server.issuer, changes)
  const { browser } = await enter(server, login)
  const done = await decide(browser, await typeCode(browser, server.issuer, codes.user_code))
  if (done.status !== 200) throw new Error(`not let in: ${done.status} ${done.title}`)
  const { status, body } = await poll(server.issuer, codes)
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`)
  return { browser, codes, tokens: body as unknown as Tokens }
}
