import type { FlowRow } from '../../src/advisor/flow-rows.ts'
import { enter } from '../accounts/support.ts'
import { authorizeUrl, challenge, openBrowser, sentBack, verifier } from './browser.ts'
import { decide, deviceGrant, typeCode } from './device.ts'
import type { TestServer } from './server.ts'
import { basic, post } from './token.ts'
import { password, secret } from './world.ts'

/** One of the ways that a row of the flow table stands for. */
export interface Way {
  readonly response_type?: string
  readonly grant_type?: string
  readonly pkce: boolean
}

/** All that a flow brought, wherever it came; or the error that it ended in. */
export interface Brought {
  readonly access_tokens: readonly string[]
  readonly refresh_token: string | undefined
  readonly id_token: string | undefined
  readonly error: string | undefined
  /** Whether `/token` was asked. */
  readonly back_channel: boolean
}

const redirect_uri = 'http://127.0.0.1/callback'
const everything = {
  redirect_uris: [redirect_uri],
  response_types: ['code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
  scope: 'openid offline_access albums:read me:read playlists:read',
}
const grant_types = ['authorization_code', 'implicit', 'password', 'refresh_token', deviceGrant]
const scope = everything.scope

/** Two apps that may do all that anybody may: one keeps a secret, the other can keep none. */
export function ableClients(issuer: string) {
  const grantwise = {
    runs_on: 'cli',
    acts_for: ['user', 'self'],
    first_party: true,
    policy: 'auth0',
    audiences: [`${issuer}/demo/api`],
  }
  const open = { client_id: 'open', client_name: 'Open', token_endpoint_auth_method: 'none', ...everything, grantwise }
  const keeper = { ...everything, client_id: 'keeper', client_secret: secret, client_name: 'Keeper', grantwise }
  return [
    { ...keeper, grant_types: [...grant_types, 'client_credentials'] },
    { ...open, grant_types },
  ]
}

export function waysOf({ response_types, grant_types, pkce }: FlowRow): readonly Way[] {
  const responses = response_types.length === 0 ? [{}] : response_types.map(response_type => ({ response_type }))
  const grants = grant_types.length === 0 ? [{}] : grant_types.map(grant_type => ({ grant_type }))
  return responses.flatMap(response => grants.map(grant => ({ ...response, ...grant, pkce: pkce ?? false })))
}

type Fields = Record<string, string>
interface Caller {
  readonly fields: Fields
  readonly headers: Fields
}

/** What each grant type sends to `/token` besides its name; the answers of `/authorize` are given. */
const proofs: Readonly<
  Record<string, (server: TestServer, caller: Caller, front: URLSearchParams, way: Way) => Promise<Fields>>
> = {
  authorization_code: async (_server, _caller, front, { pkce }) => ({
    code: front.get('code') ?? '',
    redirect_uri,
    ...(pkce ? { code_verifier: verifier } : {}),
  }),
  client_credentials: async () => ({ scope }),
  password: async () => ({ username: 'alice', password, scope }),
  'http://auth0.com/oauth/grant-type/password-realm': async () => ({
    username: 'alice',
    password,
    scope,
    realm: 'Username-Password-Authentication',
  }),
  [deviceGrant]: letIn,
}

/** Grant types that a test knows how to use. */
export const runnable: readonly string[] = Object.keys(proofs)

/** Runs one flow from its first request to what it brings, as this app, which shows its secret or has none to show. */
export async function runFlow(
  server: TestServer,
  way: Way,
  client_id: 'keeper' | 'open',
  shows: 'secret' | 'nothing',
): Promise<Brought> {
  const caller = shows === 'secret' ? { fields: {}, headers: basic(client_id) } : { fields: { client_id }, headers: {} }
  const front = way.response_type === undefined ? new URLSearchParams() : await askInFront(server, way, client_id)
  if (front.has('error')) return brought(front, {}, false)
  if (way.grant_type === undefined) return brought(front, {}, false)
  const proof = await proofs[way.grant_type]?.(server, caller, front, way)
  if (proof === undefined)
    throw new Error(`nobody knows here how ${way.grant_type} is used: add it to ${import.meta.url}`)
  if (proof['error'] !== undefined) return brought(front, proof, true)
  const fields = { grant_type: way.grant_type, ...caller.fields, ...proof }
  return brought(front, (await post(`${server.issuer}/token`, fields, caller.headers)).body, true)
}

async function askInFront({ issuer }: TestServer, way: Way, client_id: string): Promise<URLSearchParams> {
  const pkce = way.pkce
    ? { code_challenge: challenge }
    : { code_challenge: undefined, code_challenge_method: undefined }
  const asks = { client_id, redirect_uri, response_type: way.response_type, scope, ...pkce }
  const { search, hash } = await sentBack(openBrowser(), authorizeUrl(issuer, asks))
  return new URLSearchParams(search || hash.slice(1))
}

/** RFC 8628 §3.1 to §3.3: the device asks, its user says yes elsewhere. */
async function letIn(server: TestServer, { fields, headers }: Caller): Promise<Fields> {
  const { body } = await post(`${server.issuer}/device_authorization`, { scope, ...fields }, headers)
  if (body.error !== undefined) return { error: body.error }
  const { browser } = await enter(server)
  await decide(browser, await typeCode(browser, server.issuer, String(body['user_code'])))
  return { device_code: String(body['device_code']) }
}

function brought(front: URLSearchParams, back: Record<string, unknown>, back_channel: boolean): Brought {
  const all = (name: string) => [front.get(name), back[name]].filter(it => typeof it === 'string')
  return {
    access_tokens: all('access_token'),
    refresh_token: all('refresh_token')[0],
    id_token: all('id_token')[0],
    error: all('error')[0],
    back_channel,
  }
}
