import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { get, isAlive, obtainCode, obtainTokens, redeem, refresh } from '../support/token.ts'
import { world } from '../support/world.ts'

const [web] = world.clients
const [openApi] = world.resource_servers
const withoutOffline = { scope: 'openid profile:read' }

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** The client `web` with other settings. */
const configure = (settings: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  server.apply({ clients: [{ ...web, ...more, grantwise: { ...web.grantwise, ...settings } }] })

describe('by Spotify’s rules', () => {
  beforeAll(() => configure({ policy: 'spotify' }, { scope: 'openid profile profile:read' }))
  afterAll(() => configure({}))

  test('S3: a code always brings a refresh token, and two hours later the app goes on without its user', async () => {
    const tokens = await obtainTokens(server.issuer, withoutOffline)
    expect(tokens.scope.split(' ')).toContain('offline_access')
    server.clock.pass(2 * 60 * 60)
    const { status, body } = await refresh(server.issuer, tokens.refresh_token)
    expect([status, typeof body['access_token']]).toEqual([200, 'string'])
    expect((await get(`${server.issuer}/userinfo`, { authorization: `Bearer ${body['access_token']}` })).status).toBe(
      200,
    )
  })

  test('S3: it outlives the browser’s session', async () => {
    const browser = openBrowser()
    const { refresh_token } = await obtainTokens(server.issuer, withoutOffline, browser)
    const out = await browser.get(`${server.issuer}/logout`)
    await browser.submit(out, '/logout', { logout: 'yes' })
    expect((await browser.get(authorizeUrl(server.issuer))).html).toContain('id="password"')
    expect(await isAlive(server.issuer, refresh_token)).toBe(true)
  })

  test('the user is told so before they agree', async () => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer, withoutOffline)), 'bob')
    expect(page.html).toContain('Keep this access while you are away')
  })

  test('A17: not for an API that does not allow it', async () => {
    await server.apply({ resource_servers: [{ ...openApi, allow_offline_access: false }] })
    const { body } = await redeem(server.issuer, await obtainCode(server.issuer, withoutOffline))
    expect(body).toMatchObject({ scope: 'openid profile:read' })
    expect(body).not.toHaveProperty('refresh_token')
    await server.apply({ resource_servers: [openApi] })
  })

  test('not for a client without the grant', async () => {
    await configure({ policy: 'spotify' }, { grant_types: ['authorization_code'] })
    const { body } = await redeem(server.issuer, await obtainCode(server.issuer, withoutOffline))
    expect(body).not.toHaveProperty('refresh_token')
    await configure({ policy: 'spotify' }, { scope: 'openid profile profile:read' })
  })
})

describe('by the other rules', () => {
  test.each(['best-practice', 'auth0'])('A17: by %s, no offline_access, no refresh token', async policy => {
    await configure({ policy })
    const { body } = await redeem(server.issuer, await obtainCode(server.issuer, withoutOffline))
    expect(body).not.toHaveProperty('refresh_token')
    expect((await obtainTokens(server.issuer)).refresh_token).toEqual(expect.any(String))
    await configure({})
  })

  test('A17: a confidential client may keep its refresh token, without rotation', async () => {
    await configure({ refresh_rotation: false })
    const { refresh_token } = await obtainTokens(server.issuer)
    for (let times = 0; times < 3; times++) {
      const { status, body } = await refresh(server.issuer, refresh_token)
      expect([status, body['refresh_token']]).toEqual([200, refresh_token])
    }
    await configure({})
  })

  test('A17: a public one may not', async () => {
    const { client_secret: _, ...rest } = web
    const grantwise = { ...web.grantwise, refresh_rotation: false }
    const spa = { ...rest, client_id: 'kept', token_endpoint_auth_method: 'none', grantwise }
    await expect(server.apply({ clients: [spa] })).rejects.toThrow('refresh_rotation')
  })
})
