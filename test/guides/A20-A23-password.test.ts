import { decodeJwt } from 'jose'
import { ResourceOwnerPassword } from 'simple-oauth2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deviceName } from '../../src/http/device-name.ts'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { hybridClient, passwordClient, withRetired } from '../support/retired-clients.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post, userinfo } from '../support/token.ts'
import { password, password_hash, secret, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    document: withRetired(world),
    config: { allow: ['password'], log_level: 'trace', trust_proxy: ['127.0.0.1'] },
  })
})
afterAll(() => server.close())

const client = basic(passwordClient.client_id)
const offer = (fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  post(
    `${server.issuer}/token`,
    { grant_type: 'password', username: 'alice', password, scope: 'openid profile:read', ...fields },
    { ...client, ...headers },
  )

describe('the password grant, where an operator allows it', () => {
  test('A20: a first party signs people in by what they typed into its own form, with simple-oauth2', async () => {
    const app = new ResourceOwnerPassword({
      client: { id: passwordClient.client_id, secret },
      auth: { tokenHost: server.issuer, tokenPath: '/token' },
    })
    const scope = 'openid email offline_access profile:read'
    const { token } = await app.getToken({ username: 'alice', password, scope })
    expect(decodeJwt(String(token['id_token']))).toMatchObject({ aud: 'old-app', amr: ['pwd'] })
    expect((await userinfo(server.issuer, String(token['access_token']))).body['email']).toBe('alice@example.com')
    const again = await post(
      `${server.issuer}/token`,
      { grant_type: 'refresh_token', refresh_token: String(token['refresh_token']) },
      client,
    )
    expect([again.status, typeof again.body['access_token']]).toEqual([200, 'string'])
  })

  test('A20: Auth0’s password-realm form works alike', async () => {
    const realm = 'Username-Password-Authentication'
    const { status } = await offer({ grant_type: 'http://auth0.com/oauth/grant-type/password-realm', realm })
    expect(status).toBe(200)
  })

  test('A22: nobody else may register for it', async () => {
    const { asks: _, ...theirs } = hybridClient
    const document = { clients: [{ ...theirs, client_id: 'theirs', grant_types: ['password'], response_types: [] }] }
    await expect(server.apply(document)).rejects.toThrow('first-party')
  })

  test('A22: on, but not for this client, it is unauthorized_client', async () => {
    expect((await offer({}, basic('first-party'))).body.error).toBe('unauthorized_client')
  })

  test('unknown, wrong and disabled look alike', async () => {
    await server.apply({ users: [{ login: 'carol', password, disabled: true }] })
    const answers = [
      await offer({ username: 'nobody' }),
      await offer({ password: 'wrong' }),
      await offer({ username: 'carol' }),
    ]
    const said = answers.map(({ status, body }) => [status, body.error, body.error_description])
    expect(new Set(said.map(it => JSON.stringify(it))).size).toBe(1)
    expect(said[0]).toEqual([400, 'invalid_grant', 'username or password is not right'])
  })

  test('a client that does not prove itself never gets to guess', async () => {
    const { body } = await offer({}, basic('old-app', 'not-the-secret-but-of-32-characters'))
    expect(body.error).toBe('invalid_client')
  })

  test('the password is in no log and no journey; the use is marked retired', async () => {
    await offer()
    const lines = server.log.join('\n')
    expect(lines).not.toContain(password)
    expect(JSON.stringify(await server.journeys.list({ limit: 100 }))).not.toContain(password)
    expect(lines).toContain('"flow":"password","rule":"RFC 9700 §2.4"')
    const [record] = await server.data.store.audit({ event: 'retired-flow-used', first: 'newest', limit: 1 })
    expect(record).toMatchObject({ client_id: 'old-app', detail: { flow: 'password' } })
  })

  describe('what it leaves behind', () => {
    const signedIn = async (username: string) => {
      const { body } = await offer({ username })
      const token = String(body['access_token'])
      const { sub = '' } = decodeJwt(token)
      return { token, sub }
    }
    const lives = async (token: string) => (await userinfo(server.issuer, token)).status === 200
    const sessions = () => readRows(server.data_dir, 'sessions').length

    test('signing in once a minute fills no table with sessions that no browser holds', async () => {
      const tokens = []
      for (let minute = 0; minute < 5; minute++) {
        tokens.push((await signedIn('bob')).token)
        server.clock.pass(60)
        await server.data.store.sweep(server.clock.now())
        expect(sessions()).toBe(0)
      }
      expect(await Promise.all(tokens.map(lives))).toEqual(tokens.map(() => true))
    })

    const ends: Record<string, (sub: string, login: string, now: number) => Promise<unknown>> = {
      'the user removes the app': (sub, _login, now) =>
        server.data.store.disconnectApp(sub, passwordClient.client_id, 'app-disconnected', now),
      'the user signs out everywhere else': (sub, _login, now) =>
        server.data.store.endOtherSessions(sub, 'the session of a browser', 'signed-out', now),
      'the password is changed': async (sub, _login, now) =>
        expect(await server.data.store.changePassword({ sub, to: password_hash }, now)).toBe(true),
      'the account is disabled': async (_sub, login, now) =>
        expect(await server.data.store.disableUser(login, true, now)).toBe(true),
      'the account is deleted': async (_sub, login, now) =>
        expect(await server.data.store.deleteUser(login, now)).toBe(true),
    }
    test.each(Object.entries(ends))('its tokens end, long after its session, when %s', async (what, end) => {
      const login = `of ${what}`
      await server.apply({ users: [{ login, password_hash }] })
      const [{ token, sub }, other] = [await signedIn(login), await signedIn('bob')]
      server.clock.pass(120)
      await server.data.store.sweep(server.clock.now())
      expect(await lives(token)).toBe(true)
      await end(sub, login, server.clock.now())
      expect([await lives(token), await lives(other.token)]).toEqual([false, true])
    })

    test('its user finds the app on the account page, and no session', async () => {
      const { sub } = await signedIn('bob')
      server.clock.pass(60)
      const now = server.clock.now()
      const alive = { now, used_after: 0, limit: 100 }
      const named = (await server.data.store.sessionsOfUser(sub, '~', alive)).map(it => deviceName(it.user_agent))
      expect(named).not.toContain('Our old app')
      const apps = await server.data.store.appsOfUser(sub, '', now, 10)
      expect(apps.map(({ client_id }) => client_id)).toContain(passwordClient.client_id)
    })
  })
})

describe('RFC 6749 §4.3.2: guessing through it', () => {
  test('shares its counter with the sign-in page, both ways, also in parallel', async () => {
    const guesses = await Promise.all(Array.from({ length: 30 }, () => offer({ username: 'dave', password: 'guess' })))
    expect(guesses.filter(({ status }) => status === 400)).toHaveLength(15)
    const refused = guesses.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(15)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer)), 'dave', 'guess')
    expect(page.status).toBe(429)
  })

  test('A21: counts by the address that the client’s own server forwards, only where that is a trusted proxy', async () => {
    await offer({ username: 'erin', password: 'guess' }, { 'x-forwarded-for': '203.0.113.7' })
    const line = server.log.map(it => JSON.parse(it)).findLast(it => it.reason === 'password-refused')
    expect(line).toMatchObject({ address: '203.0.113.7' })
  })
})

test('A20: off at the server, it is unsupported_grant_type', async () => {
  const plain = await startServer({ document: withRetired(world) })
  const answer = await post(`${plain.issuer}/token`, { grant_type: 'password', username: 'alice', password }, client)
  expect(answer.body.error).toBe('unsupported_grant_type')
  await plain.close()
})
