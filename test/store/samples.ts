import type { Family } from '../../src/core/authorization.ts'
import type { Client } from '../../src/core/client.ts'
import type { Change, NewDeviceCode } from '../../src/core/ports.ts'
import type { ResourceServer } from '../../src/core/resource-server.ts'
import type { TokenHash } from '../../src/core/token-hash.ts'
import type { Account, Session } from '../../src/identity/ports.ts'
import type { StoredKey } from '../../src/keys/ports.ts'
import type { SqlStore } from '../../src/store/sql-store.ts'

/** The time at which the tests begin. */
export const start = 1_800_000_000

let counted = 0

/** Ids that sort by time, like those of `Random`, and differ between processes that say who they are. */
export function newId(process = '0'): string {
  counted += 1
  return `${process}${counted.toString(32)}`.padStart(20, '0')
}

export function newToken(process?: string): TokenHash {
  const id = newId(process)
  return { id, hash: `hash-of-${id}` } as TokenHash
}

export function sampleClient(client_id = 'web', settings: Partial<Client['grantwise']> = {}): Client {
  return {
    client_id,
    client_name: 'Web app',
    redirect_uris: ['http://127.0.0.1:5001/callback'],
    post_logout_redirect_uris: [],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    scope: 'openid offline_access catalog:read',
    grantwise: {
      runs_on: 'server',
      acts_for: ['user'],
      first_party: false,
      policy: 'best-practice',
      pkce: 'required',
      refresh_grace: 30,
      refresh_rotation: true,
      refresh_idle_ttl: 1_209_600,
      refresh_max_ttl: 7_776_000,
      audiences: ['https://api.example.com'],
      web_origins: [],
      owners: ['alice'],
      advice: null,
      ...settings,
    },
    secrets: [
      { hash: 'first', created_at: start, expires_at: start + 60 },
      { hash: 'second', created_at: start + 1 },
    ],
  }
}

export const sampleResourceServer: ResourceServer = {
  audience: 'https://api.example.com',
  name: 'Example API',
  access_token_format: 'jwt',
  access_token_ttl: 3600,
  access_token_signing_alg: 'ES256',
  client_id: null,
  allow_offline_access: true,
  scopes: { 'catalog:read': { description: 'Read the catalogue', requires_user: false } },
}

export function sampleAccount(login = 'alice'): Account {
  return {
    sub: `sub-of-${login}`,
    login,
    email: `${login}@example.com`,
    email_verified: true,
    claims: { name: 'Alice', address: { country: 'AT' } },
    roles: ['admin'],
    disabled: false,
    password_hash: '$argon2id$v=19$…',
  }
}

export function sampleSession(sub = 'sub-of-alice'): Session {
  return {
    token: newToken(),
    sub,
    auth_time: start,
    amr: ['pwd', 'otp'],
    acr: '1',
    created_at: start,
    last_used_at: start,
    expires_at: start + 86_400,
    address: '2001:db8::1',
    user_agent: 'Mozilla/5.0',
  }
}

export function sampleKey(status: StoredKey['status'] = 'current'): StoredKey {
  const kid = newId()
  return {
    kid,
    alg: 'ES256',
    status,
    public_jwk: { kty: 'EC', kid },
    sealed: 'sealed',
    created_at: start,
    signs_from: start,
  }
}

/** The session that sample families begin in. */
const signedIn: Session = sampleSession()

/** Registers what sample families need: a client, a user, and the user's session. */
export async function prepare(store: SqlStore): Promise<void> {
  await store.applyChanges(
    [
      { kind: 'put_client', client: sampleClient() },
      { kind: 'put_user', account: sampleAccount() },
    ],
    start,
  )
  await store.startSession(signedIn, undefined)
}

export function sampleFamily(settings: Partial<Family> = {}): Family {
  return {
    id: newId(),
    journey_id: newId(),
    client_id: 'web',
    sub: 'sub-of-alice',
    scope: ['openid', 'offline_access'],
    audience: 'https://api.example.com',
    claims: { userinfo: { email: null }, id_token: { acr: { values: ['1'] } } },
    login: { sub: 'sub-of-alice', auth_time: start, amr: ['pwd'], acr: '1', sid: signedIn.token.id },
    offline: true,
    created_at: start,
    ...settings,
  }
}

/** What a device of the client `web` asks. */
export function sampleDeviceCode(settings: Partial<NewDeviceCode> = {}): NewDeviceCode {
  return {
    token: newToken(),
    client_id: 'web',
    scope: ['openid', 'offline_access'],
    audience: 'https://api.example.com',
    journey_id: newId(),
    address: '2001:db8::1',
    created_at: start,
    expires_at: start + 600,
    interval: 5,
    ...settings,
  }
}

/** A change that begins a family with its code. */
export function begins(family: Family, token = newToken()) {
  return {
    now: start,
    begins: family,
    family_expires_at: start + 60,
    code: {
      token,
      redirect_uri: 'http://127.0.0.1:5001/callback',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      nonce: 'n-0S6_WzA2Mj',
      expires_at: start + 60,
    },
  } satisfies Change
}

/** A change that redeems a code for a refresh token. */
export function redeems(family: Family, code: TokenHash, refresh = newToken()) {
  return {
    now: start,
    spends: { kind: 'code', token: code },
    family_id: family.id,
    family_expires_at: start + 7_200,
    refresh_token: { token: refresh, expires_at: start + 7_200 },
  } satisfies Change
}

/** A change that rotates a refresh token. */
export function rotates(family: Family, token: TokenHash, successor: TokenHash, { now = start, grace = 30 } = {}) {
  return {
    now,
    spends: { kind: 'refresh_token', token, grace, successor: { id: successor.id, salt: `salt-for-${successor.id}` } },
    family_id: family.id,
    family_expires_at: now + 7_200,
    refresh_token: { token: successor, expires_at: now + 7_200 },
  } satisfies Change
}
