import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  type Answer,
  basic,
  clientCredentials,
  codeFields,
  introspect,
  isAlive,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  revoke,
} from '../support/token.ts'
import { api, opaqueApi, otherSecret, secret, world } from '../support/world.ts'

/** Rule 10, RFC 7662 §4, RFC 7009 §2.1: a token is the business of its own client, and of the API that it is for. */

let server: TestServer
/** Live tokens, by what they are. */
let live: Record<string, string>
const alice = openBrowser()

/** Everybody who can prove themselves, and how. */
const callers: Record<string, Record<string, string>> = {
  web: basic('web'),
  'other-web': basic('other-web', otherSecret),
  job: basic('job'),
  'opaque-job': basic('opaque-job'),
  'api-server': basic('api-server'),
  'first-party': basic('first-party'),
}

/** Who may ask of which: all others are told what they would be told of a token that never was. */
const mayAsk: Record<string, readonly string[]> = {
  'a user’s JWT': ['web', 'api-server'],
  'a user’s refresh token': ['web'],
  'a client’s own JWT': ['job', 'api-server'],
  'a client’s own opaque token': ['opaque-job'],
  'a user’s opaque token': ['other-web'],
  'a user’s refresh token, of another client': ['other-web'],
}

beforeAll(async () => {
  server = await startServer()
  const user = await obtainTokens(server.issuer, {}, alice)
  const redirect_uri = 'http://127.0.0.1:5002/callback'
  const asked = { client_id: 'other-web', redirect_uri, resource: opaqueApi }
  const code = await obtainCode(server.issuer, asked, alice)
  const other = (await post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), callers['other-web'])).body
  const own = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  live = {
    'a user’s JWT': user.access_token,
    'a user’s refresh token': user.refresh_token,
    'a client’s own JWT': String((await clientCredentials(server.issuer)).body['access_token']),
    'a client’s own opaque token': String(own.body['access_token']),
    'a user’s opaque token': String(other['access_token']),
    'a user’s refresh token, of another client': String(other['refresh_token']),
  }
})
afterAll(() => server.close())

const ask = (token: string, headers: Record<string, string> = {}, more: Record<string, string> = {}) =>
  post(`${server.issuer}/introspect`, { token, ...more }, headers)
const asRevoker = (token: string, headers: Record<string, string> = {}, more: Record<string, string> = {}) =>
  post(`${server.issuer}/revoke`, { token, ...more }, headers)

/** All that an answer says, but for when it was given. */
function told({ status, headers, body }: Answer): string {
  return JSON.stringify([
    status,
    Object.fromEntries([...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))),
    body,
  ])
}

/** Whether the token still counts, as one asks who may. */
async function counts(what: string): Promise<boolean> {
  return (await ask(live[what] ?? '', callers[mayAsk[what]?.[0] ?? ''])).body['active'] === true
}

describe.each(Object.keys(mayAsk))('%s', what => {
  const strangers = Object.keys(callers).filter(name => !mayAsk[what]?.includes(name))

  test('is told about to whom it concerns, whatever kind they take it for', async () => {
    for (const caller of mayAsk[what] ?? [])
      for (const token_type_hint of ['access_token', 'refresh_token', 'id_token', 'x'.repeat(5000)])
        expect((await ask(live[what] ?? '', callers[caller], { token_type_hint })).body['active']).toBe(true)
  })

  test('is to every other client like one that never was', async () => {
    for (const caller of strangers) {
      const nothing = told(await ask('never', callers[caller]))
      for (const token_type_hint of ['', 'access_token', 'refresh_token'])
        expect([caller, told(await ask(live[what] ?? '', callers[caller], { token_type_hint }))]).toEqual([
          caller,
          nothing,
        ])
    }
  })

  test('is ended by none of them, and the answer is that of a success', async () => {
    for (const caller of [...strangers, 'api-server'].filter(name => name !== mayAsk[what]?.[0])) {
      const nothing = told(await asRevoker('never', callers[caller]))
      for (const token_type_hint of ['', 'access_token', 'refresh_token'])
        expect([caller, told(await asRevoker(live[what] ?? '', callers[caller], { token_type_hint }))]).toEqual([
          caller,
          nothing,
        ])
    }
    for (const client_id of ['spa', 'native'])
      expect((await asRevoker(live[what] ?? '', {}, { client_id })).status).toBe(200)
    expect(await counts(what)).toBe(true)
  })

  test('is neither told about nor ended for a client that proves nothing', async () => {
    const proofs: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
      [{}, {}],
      [{}, { client_id: 'web' }],
      [{}, { client_id: 'spa' }],
      [basic('spa', ''), {}],
      [{}, { client_id: 'spa', client_secret: secret }],
      [basic('web', 'wrong'), {}],
      [{ authorization: `Bearer ${live['a user’s JWT']}` }, {}],
    ]
    for (const [headers, fields] of proofs) {
      const answer = await ask(live[what] ?? '', headers, fields)
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
      expect(answer.body).not.toHaveProperty('active')
      // A public client is who it says, at revocation; what is not its own stays.
      if (fields['client_id'] !== 'spa' && headers !== proofs[3]?.[0])
        expect((await asRevoker(live[what] ?? '', headers, fields)).status).toBe(401)
    }
    expect(await counts(what)).toBe(true)
  })
})

describe('no answer is an oracle', () => {
  test('what is revoked, expired or spent, another’s or nobody’s, is the same {"active":false}', async () => {
    const ended = await obtainTokens(server.issuer, {}, alice)
    const spent = await obtainTokens(server.issuer, {}, alice)
    await refresh(server.issuer, spent.refresh_token)
    await revoke(server.issuer, ended.access_token)
    const tokens = [ended.access_token, ended.refresh_token, ended.id_token, spent.refresh_token, 'x', 'a.b.c', '☃']
    const answers = await Promise.all(
      tokens.flatMap(token => ['web', 'other-web'].map(caller => ask(token, callers[caller]))),
    )
    expect(new Set(answers.map(told)).size).toBe(1)
    expect(answers[0]?.body).toEqual({ active: false })
  })

  test('a token that is too long, of odd characters, or in another spelling is unknown, not an error', async () => {
    const jwt = live['a user’s JWT'] ?? ''
    for (const token of [
      'x'.repeat(90_000),
      '\0',
      '%',
      ` ${jwt}`,
      `${jwt} `,
      `Bearer ${jwt}`,
      encodeURIComponent(`${jwt}=`),
      '{}',
    ])
      expect(told(await ask(token, callers['web']))).toBe(told(await ask('never', callers['web'])))
  })

  test('revoking what is another’s writes nothing', async () => {
    const rows = () =>
      JSON.stringify(['families', 'revoked_jtis', 'access_tokens'].map(table => readRows(server.data_dir, table)))
    const before = rows()
    for (const token of Object.values(live)) await asRevoker(token, callers['first-party'])
    expect(rows()).toBe(before)
  })
})

describe('the client of an API', () => {
  test('asks no more once the API is another’s', async () => {
    const token = live['a user’s JWT'] ?? ''
    const [first] = world.resource_servers
    const assign = (client_id: string | null) => server.apply({ resource_servers: [{ ...first, client_id }] })
    await assign('first-party')
    const moved = [
      (await introspect(server.issuer, token, 'api-server')).body,
      (await introspect(server.issuer, token, 'first-party')).body['active'],
    ]
    await assign(null)
    const nobodys = (await introspect(server.issuer, token, 'first-party')).body
    await assign('api-server')
    expect(moved).toEqual([{ active: false }, true])
    expect(nobodys).toEqual({ active: false })
  })

  test('is told of tokens for its API only, not of those for userinfo, though the same client has them', async () => {
    const redirect_uri = 'http://127.0.0.1:5006/callback'
    const code = await obtainCode(server.issuer, { client_id: 'login-only', redirect_uri, scope: 'openid' }, alice)
    const { body } = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), basic('login-only'))
    expect((await introspect(server.issuer, String(body['access_token']), 'login-only')).body['active']).toBe(true)
    expect((await introspect(server.issuer, String(body['access_token']), 'api-server')).body).toEqual({
      active: false,
    })
  })
})

describe('a client that was deleted, and registered anew by somebody else', () => {
  test('is told of none of its namesake’s tokens, not even those that nothing stored', async () => {
    const job = { ...world.clients.find(it => it.client_id === 'job'), client_id: 'reborn' }
    await server.apply({ clients: [job] })
    const before = await clientCredentials(server.issuer, { resource: api }, basic('reborn'))
    const token = String(before.body['access_token'])
    expect(await isActive(token)).toEqual([true, true])
    server.clock.pass(60)
    await server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'reborn' }], server.clock.now())
    expect((await introspect(server.issuer, token, 'api-server')).body).toEqual({ active: false })
    await server.apply({ clients: [job] })
    expect(await isActive(token)).toEqual([false, false])
    server.clock.pass(1)
    const after = await clientCredentials(server.issuer, { resource: api }, basic('reborn'))
    expect(await isActive(String(after.body['access_token']))).toEqual([true, true])
  })

  const isActive = async (token: string) =>
    Promise.all(['reborn', 'api-server'].map(async it => (await introspect(server.issuer, token, it)).body['active']))
})

test('RFC 7009 §2.1: whose it is ends it, by any hint', async () => {
  for (const token_type_hint of ['access_token', 'refresh_token', 'id_token', '\u0000', 'x'.repeat(5000)]) {
    const { access_token, refresh_token } = await obtainTokens(server.issuer, {}, alice)
    const [by, other] =
      token_type_hint === 'access_token' ? [refresh_token, access_token] : [access_token, refresh_token]
    expect((await revoke(server.issuer, by, { token_type_hint })).status).toBe(200)
    expect(await isAlive(server.issuer, other)).toBe(false)
  }
})
