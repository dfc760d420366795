import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeHash } from '../../src/keys/hash.ts'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, isAlive, obtainTokens, post, redeem, refresh, revoke, type Tokens, userinfo } from '../support/token.ts'
import { api, otherSecret, password, world } from '../support/world.ts'

/** Rule 2: a refresh token is spent once, and whoever brings it again ends what it bought. `refresh_grace` is 30 s. */

let server: TestServer
/** Signed in once, and agreed. */
const alice = openBrowser()
const granted = () => obtainTokens(server.issuer, {}, alice)
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const refused = { status: 400, body: { error: 'invalid_grant' } }
const spend = async (refresh_token: string): Promise<Tokens> => {
  const { status, body } = await refresh(server.issuer, refresh_token)
  expect(status).toBe(200)
  return body as unknown as Tokens
}
const alive = (tokens: readonly string[]) => Promise.all(tokens.map(token => isAlive(server.issuer, token)))
const as = (refresh_token: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token, ...fields }, headers)

/** The client `web` with other settings. */
function configure(settings: Record<string, unknown>): Promise<void> {
  const [web] = world.clients
  return server.apply({ clients: [{ ...web, grantwise: { ...web.grantwise, ...settings } }] })
}

/** A refresh token that was spent so long ago; its successor, and perhaps the successor's. */
async function spent(seconds: number, used: boolean) {
  const first = await granted()
  const second = await spend(first.refresh_token)
  const third = used ? await spend(second.refresh_token) : undefined
  server.clock.pass(seconds)
  return { first, second, newest: third ?? second }
}

describe('RFC 9700 §4.14.2: a spent refresh token comes again', () => {
  test.each([0, 1, 29])(
    '%i s later, its successor unused: the same successor, for the answer was lost',
    async seconds => {
      const { first, second } = await spent(seconds, false)
      const again = await spend(first.refresh_token)
      expect(again.refresh_token).toBe(second.refresh_token)
      expect(again.access_token).not.toBe(second.access_token)
      expect(await alive([first.access_token, second.access_token, again.access_token])).toEqual([true, true, true])
      await spend(again.refresh_token)
    },
  )

  test.each([
    [30, false],
    [31, false],
    [86_400, false],
    [0, true],
    [1, true],
    [29, true],
    [31, true],
  ])('%i s later, its successor used: %s: everything ends', async (seconds, used) => {
    const { first, second, newest } = await spent(seconds, used)
    expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
    expect(await refresh(server.issuer, newest.refresh_token)).toMatchObject(refused)
    const all = [first, second, newest].flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
    expect(await alive(all)).toEqual(all.map(() => false))
    expect((await userinfo(server.issuer, newest.access_token)).status).toBe(401)
  })

  test('and again within the grace does not begin the grace again', async () => {
    const { first } = await spent(29, false)
    await spend(first.refresh_token)
    server.clock.pass(2)
    expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
  })

  test('the one before the last trips at once, whatever the grace', async () => {
    const { first, second, newest } = await spent(0, true)
    expect((await refresh(server.issuer, second.refresh_token)).body['refresh_token']).toBe(newest.refresh_token)
    expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
    expect(await refresh(server.issuer, newest.refresh_token)).toMatchObject(refused)
  })

  test('a restart forgets neither the grace nor the revocation', async () => {
    const { first, second } = await spent(0, false)
    server = await server.restart()
    expect((await spend(first.refresh_token)).refresh_token).toBe(second.refresh_token)
    server.clock.pass(31)
    expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
    server = await server.restart()
    expect(await refresh(server.issuer, second.refresh_token)).toMatchObject(refused)
    expect((await userinfo(server.issuer, second.access_token)).status).toBe(401)
  })

  test.each<readonly [string, Record<string, string>]>([
    ['a wider scope', { scope: 'openid admin' }],
    ['a scope that is none', { scope: '"' }],
    ['another API', { resource: 'https://evil.example' }],
    ['two APIs', { resource: api, audience: 'https://evil.example' }],
  ])('asking for %s besides: it is a replay all the same, and ends everything', async (_what, more) => {
    const { first, second } = await spent(31, false)
    expect(await refresh(server.issuer, first.refresh_token, more)).toMatchObject(refused)
    expect(await alive([second.access_token, second.refresh_token])).toEqual([false, false])
  })

  test('within the grace, asking for more, it is told what is wrong, and nothing ends', async () => {
    const { first, second } = await spent(29, false)
    expect((await refresh(server.issuer, first.refresh_token, { scope: 'openid admin' })).body.error).toBe(
      'invalid_scope',
    )
    expect((await spend(first.refresh_token)).refresh_token).toBe(second.refresh_token)
  })
})

describe('RFC 9700 §4.14.2: many at once', () => {
  test('fifty by one client are one refresh, not a theft', async () => {
    const first = await granted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(server.issuer, first.refresh_token)))
    expect(answers.map(it => it.status)).toEqual(Array(50).fill(200))
    expect(new Set(answers.map(it => it.body['refresh_token'])).size).toBe(1)
    expect(new Set(answers.map(it => it.body['access_token'])).size).toBe(50)
    await spend(String(answers[0]?.body['refresh_token']))
  })

  test('fifty of a client without a grace: one wins, and what it won is revoked', async () => {
    await configure({ refresh_grace: 0 })
    const first = await granted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(server.issuer, first.refresh_token)))
    await configure({})
    const won = answers.filter(it => it.status === 200)
    expect(won).toHaveLength(1)
    expect(await alive([String(won[0]?.body['access_token'])])).toEqual([false])
  })

  test('twenty replays after the grace: not one is answered', async () => {
    const { first, second } = await spent(31, false)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server.issuer, first.refresh_token)))
    expect(answers.map(it => it.status)).toEqual(Array(20).fill(400))
    expect(await alive([second.refresh_token])).toEqual([false])
  })

  test('replays beside the use of the successor never leave two that live', async () => {
    const { first, second } = await spent(10, false)
    const both = Array.from({ length: 20 }, (_, at) => (at % 2 ? first : second).refresh_token)
    const answers = await Promise.all(both.map(token => refresh(server.issuer, token)))
    for (const { status, body } of answers) expect([200, 'invalid_grant']).toContain(status === 200 ? 200 : body.error)
    const handedOut = [
      ...new Set(answers.flatMap(({ body }) => (body['refresh_token'] ? [String(body['refresh_token'])] : []))),
    ]
    expect(handedOut.length).toBeLessThanOrEqual(2)
    expect((await alive(handedOut)).filter(Boolean).length).toBeLessThanOrEqual(1)
  })
})

describe('RFC 6749 §10.4: by somebody else', () => {
  /** Refused, and no replay: what its owner has stays. */
  test.each<readonly [string, Record<string, string>, Record<string, string>, string]>([
    ['another client', {}, basic('other-web', otherSecret), 'invalid_grant'],
    ['a public client', { client_id: 'spa' }, {}, 'invalid_grant'],
    ['a client that may not refresh', {}, basic('job'), 'unauthorized_client'],
    ['its own client without its secret', { client_id: 'web' }, {}, 'invalid_client'],
    ['its own client with a wrong secret', {}, basic('web', otherSecret), 'invalid_client'],
    ['nobody', {}, {}, 'invalid_client'],
  ])('%s: neither the live one nor the spent one, and it ends nothing', async (_who, fields, headers, error) => {
    const { first, second } = await spent(31, false)
    for (const { refresh_token } of [first, second]) {
      expect((await as(refresh_token, fields, headers)).body.error).toBe(error)
    }
    expect(await alive([second.access_token, second.refresh_token])).toEqual([true, true])
    await spend(second.refresh_token)
  })

  test('another client is told what anybody is told of a token that never was', async () => {
    const { refresh_token } = await granted()
    const told = await Promise.all(
      [refresh_token, `${refresh_token.slice(0, -1)}_`, 'x'].map(it => as(it, {}, basic('other-web', otherSecret))),
    )
    expect(new Set(told.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
  })
})

describe('once it has ended', () => {
  test('by revocation of the access token beside it', async () => {
    const tokens = await granted()
    await revoke(server.issuer, tokens.access_token)
    expect(await refresh(server.issuer, tokens.refresh_token)).toMatchObject(refused)
  })

  test.each(['disabled', 'deleted'])('by its user being %s, the grace included', async how => {
    const login = `carol-${how}`
    await server.apply({ users: [{ login, password }] })
    const agreed = await authorize(openBrowser(), authorizeUrl(server.issuer), login)
    const first = (await redeem(server.issuer, agreed.get('code') ?? '')).body
    const second = await spend(String(first['refresh_token']))
    const { store, clock } = server.data
    await (how === 'disabled' ? store.disableUser(login, true, clock.now()) : store.deleteUser(login, clock.now()))
    for (const token of [String(first['refresh_token']), second.refresh_token])
      expect(await refresh(server.issuer, token)).toMatchObject(refused)
    expect(await alive([second.access_token])).toEqual([false])
    if (how === 'deleted') return
    // Enabled again, nothing comes back by itself.
    await store.disableUser(login, false, clock.now())
    expect(await refresh(server.issuer, second.refresh_token)).toMatchObject(refused)
  })

  test('a changed password ends sessions, and not what works while its user is away (docs/decisions/0006)', async () => {
    await server.apply({ users: [{ login: 'dora', password }] })
    const agreed = await authorize(openBrowser(), authorizeUrl(server.issuer), 'dora')
    const { body } = await redeem(server.issuer, agreed.get('code') ?? '')
    const online = await authorize(openBrowser(), authorizeUrl(server.issuer, { scope: 'openid' }), 'dora')
    const bound = (await redeem(server.issuer, online.get('code') ?? '')).body
    const { store, passwords, clock } = server.data
    const { sub = '' } = (await store.accountByLogin('dora')) ?? {}
    await store.changePassword({ sub, to: await passwords.hash('another good horse') }, clock.now())
    await spend(String(body['refresh_token']))
    expect(await alive([String(bound['access_token'])])).toEqual([false])
  })
})

describe('tampered with', () => {
  const nearMisses: Record<string, (token: string, other: string) => string> = {
    'the last character': token => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    'one character more': token => `${token}A`,
    'one character less': token => token.slice(0, -1),
    'a line end': token => `${token}\n`,
    'a NUL': token => `${token}\0`,
    'a blank before': token => ` ${token}`,
    padding: token => `${token}=`,
    'other letters': token => token.toUpperCase(),
    'a wide full stop': token => token.replace('.', '．'),
    'its id alone': token => token.slice(0, 20),
    'its secret alone': token => token.slice(21),
    'its id twice': token => `${token.slice(0, 21)}${token}`,
    'the id of another': (token, other) => `${other.slice(0, 20)}${token.slice(20)}`,
    'the secret of another': (token, other) => `${token.slice(0, 20)}${other.slice(20)}`,
    'both, joined': (token, other) => `${token},${other}`,
    SQL: token => `${token.slice(0, 20)}.' OR '1'='1' --`,
    'a wildcard': token => `${token.slice(0, 20)}.${'%'.repeat(43)}`,
  }
  test('it is none, and the genuine one is as good as before', async () => {
    const [{ refresh_token }, other] = [await granted(), await granted()]
    for (const [what, change] of Object.entries(nearMisses)) {
      expect([what, (await refresh(server.issuer, change(refresh_token, other.refresh_token))).body.error]).toEqual([
        what,
        'invalid_grant',
      ])
    }
    await spend(refresh_token)
    await spend(other.refresh_token)
  })

  test('what stands in the database makes no token: neither its hash, nor a successor from hash and salt', async () => {
    const { second } = await spent(0, false)
    const rows = readRows(server.data_dir, 'refresh_tokens')
    const successors = readRows(server.data_dir, 'successors')
    expect(successors).not.toEqual([])
    const guesses = rows.map(({ id, hash }) => `${id}.${hash}`)
    for (const { id, predecessor_id, salt } of successors) {
      const { hash } = rows.find(row => row['id'] === predecessor_id) ?? {}
      guesses.push(`${id}.${salt}`, `${id}.${nodeHash.hmac(String(hash), String(salt))}`)
    }
    for (const guess of guesses) expect(await refresh(server.issuer, guess)).toMatchObject(refused)
    await spend(second.refresh_token)
  })
})
