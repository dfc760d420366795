import { hash } from 'node:crypto'
import type { SQLInputValue } from 'node:sqlite'
import { audiences, web } from '../world.ts'
import {
  begunAt,
  familyIdOf,
  familyIndexOf,
  loginOf,
  mintedAt,
  type Population,
  predecessorOf,
  sessionOf,
  subOf,
  type Token,
  tokenOf,
  userIndexOf,
} from './population.ts'

export type StoredRow = Readonly<Record<string, SQLInputValue>>

const day = 86_400
const { client_id, scope } = web
const scopes = scope.split(' ').toSorted()
const audience = audiences.ES256
const address = '192.0.2.7'

/**
 * The rows of each table as service would have left them: sessions and consents of every user; of every authorization
 * its family, its audit record, its live refresh token and the spent one before that.
 */
export function rowsOf(population: Population): Readonly<Record<string, Iterable<StoredRow>>> {
  const { users, tokens } = population
  const subs = Array.from({ length: users }, (_, user) => subOf(user))
  const inOrder = subs.toSorted()
  const tokenOfFamily = new Uint32Array(tokens)
  for (let token = 0; token < tokens; token++) tokenOfFamily[familyIndexOf(population, token)] = token
  return {
    users: each(users, user => userRow(population, user)),
    sessions: each(users, user => sessionRow(population, user)),
    consents: each(users * scopes.length, index =>
      consentRow(population, inOrder[Math.floor(index / scopes.length)], scopes[index % scopes.length]),
    ),
    families: each(tokens, family => familyRow(population, family, tokenOfFamily[family] ?? 0, subs)),
    audit: each(tokens, family => auditRow(population, family, subs)),
    refresh_tokens: tokenRows(population),
  }
}

function* each(count: number, rowOf: (index: number) => StoredRow): Iterable<StoredRow> {
  for (let index = 0; index < count; index++) yield rowOf(index)
}

function userRow({ now }: Population, user: number): StoredRow {
  const sub = subOf(user)
  return {
    sub,
    login: loginOf(user),
    email: loginOf(user),
    email_verified: 1,
    // As long as one of ours; nobody signs in with it.
    password_hash: `$argon2id$v=19$m=19456,t=2,p=1$${sub.slice(0, 22)}$${sub}`,
    claims: `{"name":"Person ${user}","given_name":"Person"}`,
    roles: '[]',
    admin: 0,
    disabled: 0,
    updated_at: now,
  }
}

function sessionRow(population: Population, user: number): StoredRow {
  const { now } = population
  const token = sessionOf(population, user)
  return {
    id: token.id,
    hash: hashOf(token),
    sub: subOf(user),
    auth_time: now - 6 * day,
    amr: 'pwd',
    acr: '1',
    created_at: now - 6 * day,
    // A use is recorded ten minutes after the last. With few users that would be once, with many at each flow.
    last_used_at: now + day,
    expires_at: now + 24 * day,
    address,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  }
}

function consentRow({ now }: Population, sub = '', one = ''): StoredRow {
  return { client_id, sub, audience, scope: one, granted_at: now - 30 * day }
}

function familyRow(population: Population, family: number, token: number, subs: readonly string[]): StoredRow {
  const user = userIndexOf(population, family)
  const id = familyIdOf(population, family)
  const begun = begunAt(population, family)
  const minted = mintedAt(population, token)
  return {
    id,
    journey_id: id,
    client_id,
    sub: subs[user] ?? '',
    scope,
    audience,
    claims: null,
    login: `{"auth_time":${begun},"amr":["pwd"],"acr":"1"}`,
    sid: sessionOf(population, user).id,
    offline: 1,
    created_at: begun,
    expires_at: minted + 14 * day,
    // Put off when it was due, as every family is at least once in two weeks.
    due_at: population.now + 3600 + ((family * 1_009) % (13 * day)),
    last_used_at: minted,
    refresh_token_id: tokenOf(population, token).id,
  }
}

function auditRow(population: Population, family: number, subs: readonly string[]): StoredRow {
  const id = familyIdOf(population, family)
  const user = userIndexOf(population, family)
  return {
    at: begunAt(population, family),
    event: 'authorized',
    actor: 'user',
    sub: subs[user] ?? '',
    client_id,
    address,
    reference: id,
    detail: JSON.stringify({ family: id, sid: sessionOf(population, user).id, scope: scopes, audience }),
  }
}

/** In the order of their ids, as they would have come. */
function* tokenRows(population: Population): Iterable<StoredRow> {
  const { tokens } = population
  let spent = 0
  for (let live = 0; live <= tokens; live++) {
    const next = live < tokens ? tokenOf(population, live).id : '~'
    for (; spent < tokens && predecessorOf(population, spent).id < next; spent++) {
      yield tokenRow(population, spent, predecessorOf(population, spent), mintedAt(population, spent) - 3600)
    }
    if (live < tokens) yield tokenRow(population, live, tokenOf(population, live), mintedAt(population, live))
  }
}

function tokenRow(population: Population, index: number, token: Token, minted: number): StoredRow {
  const family_id = familyIdOf(population, familyIndexOf(population, index))
  return { id: token.id, hash: hashOf(token), family_id, expires_at: minted + 14 * day }
}

function hashOf({ text }: Token): string {
  return hash('sha256', text, 'base64url')
}
