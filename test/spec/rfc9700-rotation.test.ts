import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { introspect, isAlive, obtainTokens, refresh, userinfo } from '../support/token.ts'
import { world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const day = 86_400
const spend = async (refresh_token: string): Promise<Record<string, string>> => {
  const { status, body } = await refresh(server.issuer, refresh_token)
  expect(status).toBe(200)
  return body as Record<string, string>
}
const refused = { status: 400, body: { error: 'invalid_grant' } }

test('RFC 9700 §4.14.2: every refresh gives a new refresh token, and each new one works', async () => {
  const seen = new Set<string>()
  let { refresh_token } = await obtainTokens(server.issuer)
  for (let turn = 0; turn < 5; turn++) {
    seen.add(refresh_token)
    refresh_token = (await spend(refresh_token))['refresh_token'] ?? ''
  }
  expect(seen.size).toBe(5)
})

test('RFC 9700 §4.14.2: reuse after the grace revokes everything of the authorization', async () => {
  const first = await obtainTokens(server.issuer)
  const second = await spend(first.refresh_token)
  server.clock.pass(31)
  expect(await isAlive(server.issuer, second['access_token'] ?? '')).toBe(true)
  expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
  expect(await refresh(server.issuer, second['refresh_token'] ?? '')).toMatchObject(refused)
  for (const token of [first.access_token, second['access_token'] ?? '', second['refresh_token'] ?? '']) {
    expect(await isAlive(server.issuer, token)).toBe(false)
  }
  const { status, headers } = await userinfo(server.issuer, second['access_token'] ?? '')
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('DESIGN §3: within the grace a replay is answered with the same successor', async () => {
  const first = await obtainTokens(server.issuer)
  const second = await spend(first.refresh_token)
  server.clock.pass(29)
  const again = await spend(first.refresh_token)
  expect(again['refresh_token']).toBe(second['refresh_token'])
  expect(again['access_token']).not.toBe(second['access_token'])
  expect(await isAlive(server.issuer, second['access_token'] ?? '')).toBe(true)
  await spend(again['refresh_token'] ?? '')
})

test('DESIGN §3: a replay within the grace does not begin the grace again', async () => {
  const first = await obtainTokens(server.issuer)
  await spend(first.refresh_token)
  server.clock.pass(29)
  await spend(first.refresh_token)
  server.clock.pass(2)
  expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
})

test('DESIGN §3: once the successor was used, a replay within the grace revokes everything', async () => {
  const first = await obtainTokens(server.issuer)
  const second = await spend(first.refresh_token)
  const third = await spend(second['refresh_token'] ?? '')
  server.clock.pass(1)
  expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
  expect(await refresh(server.issuer, third['refresh_token'] ?? '')).toMatchObject(refused)
  expect(await isAlive(server.issuer, third['access_token'] ?? '')).toBe(false)
})

test('DESIGN §3: the grace survives a restart, and so does the revocation after it', async () => {
  const first = await obtainTokens(server.issuer)
  const second = await spend(first.refresh_token)
  server = await server.restart()
  expect((await spend(first.refresh_token))['refresh_token']).toBe(second['refresh_token'])
  server.clock.pass(31)
  expect(await refresh(server.issuer, first.refresh_token)).toMatchObject(refused)
  server = await server.restart()
  expect(await refresh(server.issuer, second['refresh_token'] ?? '')).toMatchObject(refused)
})

test('RFC 9700 §4.14.2: fifty refreshes at once by one client are one refresh, not a theft', async () => {
  const first = await obtainTokens(server.issuer)
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(server.issuer, first.refresh_token)))
  expect(answers.map(it => it.status)).toEqual(Array(50).fill(200))
  expect(new Set(answers.map(it => it.body['refresh_token'])).size).toBe(1)
  expect(new Set(answers.map(it => it.body['access_token'])).size).toBe(50)
  await spend(String(answers[0]?.body['refresh_token']))
})

test('RFC 9700 §4.14.2: fifty refreshes at once of a client without a grace: one wins, and the family is revoked', async () => {
  await configure({ refresh_grace: 0 })
  const first = await obtainTokens(server.issuer)
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(server.issuer, first.refresh_token)))
  await configure({})
  const won = answers.filter(it => it.status === 200)
  expect(won).toHaveLength(1)
  expect(await isAlive(server.issuer, String(won[0]?.body['access_token']))).toBe(false)
})

test('RFC 9700 §4.14.2: an idle refresh token dies, to the second', async () => {
  await configure({ refresh_idle_ttl: 10 * day })
  const [used, idle] = [await obtainTokens(server.issuer), await obtainTokens(server.issuer)]
  server.clock.pass(10 * day - 1)
  const next = await spend(used.refresh_token)
  server.clock.pass(1)
  expect(await refresh(server.issuer, idle.refresh_token)).toMatchObject(refused)
  server.clock.pass(9 * day)
  await spend(next['refresh_token'] ?? '')
  await configure({})
})

test('RFC 9700 §4.14.2: rotation does not extend the life of the authorization', async () => {
  await configure({ refresh_idle_ttl: 10 * day, refresh_max_ttl: 25 * day })
  let { refresh_token } = await obtainTokens(server.issuer)
  for (const pass of [9 * day, 9 * day, 7 * day - 1]) {
    server.clock.pass(pass)
    refresh_token = (await spend(refresh_token))['refresh_token'] ?? ''
  }
  server.clock.pass(1)
  expect(await refresh(server.issuer, refresh_token)).toMatchObject(refused)
  await configure({})
})

test('RFC 9700 §4.14.2: nor does the grace', async () => {
  await configure({ refresh_max_ttl: 100 })
  const { refresh_token } = await obtainTokens(server.issuer)
  server.clock.pass(90)
  await spend(refresh_token)
  server.clock.pass(9)
  await spend(refresh_token)
  server.clock.pass(1)
  expect(await refresh(server.issuer, refresh_token)).toMatchObject(refused)
  await configure({})
})

test('RFC 9700 §4.14.2: a life that is shortened is shorter for what was issued before, too', async () => {
  await configure({ refresh_max_ttl: 25 * day })
  const { refresh_token } = await obtainTokens(server.issuer)
  server.clock.pass(day)
  await configure({ refresh_max_ttl: day })
  expect(await refresh(server.issuer, refresh_token)).toMatchObject(refused)
  await configure({})
})

test('RFC 7662 §2.2: the exp of a refresh token is never beyond the end of its authorization', async () => {
  await configure({ refresh_idle_ttl: 10 * day, refresh_max_ttl: 15 * day })
  const { refresh_token } = await obtainTokens(server.issuer)
  const ends = server.clock.now() + 15 * day
  server.clock.pass(9 * day)
  const next = await spend(refresh_token)
  expect((await introspect(server.issuer, next['refresh_token'] ?? '')).body['exp']).toBe(ends)
  await configure({})
})

test('RFC 9700 §4.14.2: a client that keeps its refresh token gets the same one, with new idle life, to its absolute end', async () => {
  await configure({ refresh_rotation: false, refresh_idle_ttl: 10 * day, refresh_max_ttl: 25 * day })
  const { refresh_token } = await obtainTokens(server.issuer)
  for (const pass of [9 * day, 9 * day, 7 * day - 1]) {
    server.clock.pass(pass)
    expect((await spend(refresh_token))['refresh_token']).toBe(refresh_token)
  }
  server.clock.pass(1)
  expect(await refresh(server.issuer, refresh_token)).toMatchObject(refused)
  await configure({})
})

/** The client `web` with other settings. */
function configure(settings: Record<string, unknown>): Promise<void> {
  const [web] = world.clients
  const grantwise = { ...web.grantwise, ...settings }
  return server.apply({ clients: [{ ...web, grantwise }] })
}
