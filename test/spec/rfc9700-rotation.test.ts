import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { introspect, obtainTokens, refresh } from '../support/token.ts'
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
