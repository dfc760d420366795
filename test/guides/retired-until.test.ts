import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { hybridClient, implicitClient, passwordClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'

const day = 86_400
let server: TestServer
beforeAll(async () => {
  server = await startServer({
    document: withRetired(world),
    config: { allow: ['implicit', 'hybrid', 'password'], log_level: 'info' },
  })
})
afterAll(() => server.close())

const { asks, ...spa } = implicitClient
/** The clients of the retired flows, until so many seconds from now. */
const endIn = (seconds: number) => {
  const retired_until = server.clock.now() + seconds
  return server.apply({
    clients: [
      { ...spa, grantwise: { ...spa.grantwise, retired_until } },
      { ...passwordClient, grantwise: { ...passwordClient.grantwise, retired_until } },
    ],
  })
}
const inFront = () =>
  sentBack(openBrowser(), authorizeUrl(server.issuer, { ...asks, response_type: 'token', scope: 'openid' }))
const typed = () =>
  post(
    `${server.issuer}/token`,
    { grant_type: 'password', username: 'alice', password, scope: 'openid offline_access' },
    basic(passwordClient.client_id),
  )
const refreshed = (refresh_token: unknown) =>
  post(
    `${server.issuer}/token`,
    { grant_type: 'refresh_token', refresh_token: String(refresh_token) },
    basic(passwordClient.client_id),
  )

test('until its day comes a client uses a retired flow, and each use names the day', async () => {
  await endIn(day)
  expect((await inFront()).hash).toContain('access_token=')
  expect((await typed()).status).toBe(200)
  const records = await server.data.store.audit({ event: 'retired-flow-used', first: 'newest', limit: 2 })
  expect(records.map(({ detail }) => detail['until'])).toEqual([server.clock.now() + day, server.clock.now() + day])
})

test('from that second on it is refused, and says what to use; what was begun goes on', async () => {
  await endIn(day)
  const { body } = await typed()
  server.clock.pass(day - 1)
  expect((await typed()).status).toBe(200)
  server.clock.pass(1)
  expect(await typed()).toMatchObject({
    status: 400,
    body: { error: 'unauthorized_client', error_description: expect.stringContaining('authorization_code with PKCE') },
  })
  expect(new URLSearchParams((await inFront()).hash.slice(1)).get('error')).toBe('unauthorized_client')
  expect((await refreshed(body['refresh_token'])).status).toBe(200)
})

test('no other client is touched', async () => {
  await endIn(-1)
  const { asks: other } = hybridClient
  const url = authorizeUrl(server.issuer, { ...other, response_type: 'code token', scope: 'openid' })
  expect((await sentBack(openBrowser(), url)).hash).toContain('access_token=')
})

test.each(['tomorrow', '2027-13-01', -1, 1.5])('%j is no day', async retired_until => {
  const grantwise = { ...passwordClient.grantwise, retired_until }
  await expect(server.apply({ clients: [{ ...passwordClient, grantwise }] })).rejects.toThrow(
    'clients[0].grantwise.retired_until: expected a day like "2027-03-01", or seconds since 1970',
  )
})

test('a day is its beginning, by UTC', async () => {
  const grantwise = { ...passwordClient.grantwise, retired_until: '2030-01-01' }
  await server.apply({ clients: [{ ...passwordClient, grantwise }] })
  expect((await server.data.store.client(passwordClient.client_id))?.grantwise.retired_until).toBe(1_893_456_000)
})
