import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, userTokens, webSecret } from '../demo/support.ts'
import { authorize, authorizeUrl, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, codeFields, obtainCode, post, redeem, userinfo } from '../support/token.ts'
import { api, otherSecret, secret, world } from '../support/world.ts'

/** Does not let any client act while its user is away. */
const closed = 'https://closed.example.com'
const callback = 'http://127.0.0.1:5030/callback'
const code = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }
const clients = [
  ...world.clients,
  {
    client_id: 'as-spotify',
    client_secret: secret,
    redirect_uris: [callback],
    ...code,
    scope: 'profile:read catalog:read',
    grantwise: { runs_on: 'server', acts_for: ['user'], policy: 'spotify', audiences: [api] },
  },
  {
    client_id: 'as-auth0',
    client_secret: secret,
    redirect_uris: [callback],
    ...code,
    scope: 'openid profile email offline_access profile:read',
    grantwise: { runs_on: 'server', acts_for: ['user'], policy: 'auth0', audiences: [api, closed] },
  },
]
const [{ scopes }] = world.resource_servers
const resource_servers = [
  ...world.resource_servers,
  { audience: closed, name: 'Closed API', scopes, allow_offline_access: false },
]

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    document: { ...world, resource_servers, clients },
    config: { dev: true, log_level: 'trace' },
  })
})
afterAll(() => server.close())

const hours = 3600

test('S3: two hours after its user signed in the app calls the API, and nobody is asked', async () => {
  const first = await userTokens(server.issuer, 'demo-ada', 'offline_access me:read')
  const me = (access_token: string) => call(server.issuer, '/me', access_token)
  expect((await me(first.access_token)).status).toBe(200)
  server.clock.pass(2 * hours)
  expect((await me(first.access_token)).status).toBe(401)
  const fields = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  const { body } = await post(`${server.issuer}/token`, fields, basic('demo-web', webSecret))
  expect(await me(String(body['access_token']))).toMatchObject({ status: 200, body: { id: 'demo-ada' } })
})

test('S4: a user permits once, over a restart too; more, or prompt=consent, asks again', async () => {
  let here = await startServer()
  const browser = openBrowser()
  const ask = (changes: Record<string, string> = {}) =>
    browser.get(authorizeUrl(here.issuer, { scope: 'openid profile:read', ...changes }))
  const asks = ({ html }: Page) => html.includes('name="consent" value="allow"')
  const page = await signIn(browser, await ask())
  expect(asks(page)).toBe(true)
  await browser.submit(page, '/consent', { consent: 'allow' })
  here = await here.restart()
  const again = await ask()
  expect([again.status, again.html]).toEqual([302, ''])
  expect(again.location?.searchParams.get('code')).toBeTruthy()
  expect(asks(await ask({ scope: 'openid profile:read catalog:read' }))).toBe(true)
  expect(asks(await ask({ prompt: 'consent' }))).toBe(true)
  await here.close()
})

describe('the secret', () => {
  test('S5: is in no page, no address, no log, no journey and no file of the server', async () => {
    const browser = openBrowser()
    const form = await browser.get(authorizeUrl(server.issuer))
    const consent = await signIn(browser, form)
    const back = await browser.submit(consent, '/consent', { consent: 'allow' })
    const granted = back.location?.searchParams.get('code') ?? ''
    expect((await redeem(server.issuer, granted)).status).toBe(200)
    const seen = [form, consent, back].map(({ html, headers, url }) => [url, html, ...headers.values()])
    const files = readdirSync(server.data_dir, { withFileTypes: true }).filter(it => it.isFile())
    const kept = files.map(({ name }) => readFileSync(join(server.data_dir, name), 'latin1'))
    expect(kept.join()).toContain('as-spotify')
    const everything = [seen, server.log, await server.journeys.list({ limit: 200 }), kept].flat(3)
    for (const form of [secret, encodeURIComponent(secret), btoa(`web:${secret}`)]) {
      expect(everything.map(it => JSON.stringify(it)).filter(it => it.includes(form))).toEqual([])
    }
  })

  test('S5: is invalid_client when it is wrong', async () => {
    const answer = await clientCredentials(server.issuer, {}, basic('job', 'wrong'))
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  test('S5: is rotated without a moment in which none works', async () => {
    const [job] = world.clients.filter(it => it.client_id === 'job')
    const rotating = { ...job, client_id: 'rotating' }
    const status = async (word: string) => (await clientCredentials(server.issuer, {}, basic('rotating', word))).status
    await server.apply({ clients: [rotating] })
    expect([await status(secret), await status(otherSecret)]).toEqual([200, 401])
    await server.apply({ clients: [{ ...rotating, client_secret: otherSecret }] })
    expect([await status(secret), await status(otherSecret)]).toEqual([200, 200])
    server.clock.pass(24 * hours)
    expect([await status(secret), await status(otherSecret)]).toEqual([401, 200])
  })

  test('S32: in the address of /authorize it is refused, and the log says so without it', async () => {
    const page = await openBrowser().get(authorizeUrl(server.issuer, { client_secret: secret }))
    const back = page.location?.searchParams
    expect([back?.get('error'), back?.get('error_uri')]).toEqual([
      'invalid_request',
      `${server.issuer}/errors/secret-in-url`,
    ])
    const line = server.log.findLast(it => it.includes('secret-in-url')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ reason: 'secret-in-url', detail: { parameter: 'client_secret' } })
    expect(line + page.location).not.toContain(secret)
  })

  test('S32: in the address of /token it is refused, however right', async () => {
    const fields = { grant_type: 'client_credentials', client_id: 'job' }
    const answer = await post(`${server.issuer}/token?client_secret=${secret}`, fields)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    expect((await post(`${server.issuer}/token`, { ...fields, client_secret: secret })).status).toBe(200)
  })
})

describe('the tutorials’ requests, at our paths', () => {
  /** As the guides ask: without PKCE. */
  const ask = (client_id: string, changes: Record<string, string>) =>
    authorizeUrl(server.issuer, {
      client_id,
      redirect_uri: callback,
      nonce: undefined,
      code_challenge: undefined,
      code_challenge_method: undefined,
      ...changes,
    })

  test('S6: Spotify’s code flow, with its credentials by Basic', async () => {
    const url = ask('as-spotify', { scope: 'profile:read catalog:read', show_dialog: 'false' })
    const back = await authorize(openBrowser(), url)
    expect(back.get('state')).toBe('state-1')
    const fields = { grant_type: 'authorization_code', code: back.get('code') ?? '', redirect_uri: callback }
    const { status, headers, body } = await post(`${server.issuer}/token`, fields, basic('as-spotify'))
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) })
    const renewal = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    const renewed = await post(`${server.issuer}/token`, renewal, basic('as-spotify'))
    expect(renewed.body).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
  })

  test('S6: and who says no is sent back with access_denied', async () => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(ask('as-spotify', { scope: 'profile:read' })), 'bob')
    const { location } = await browser.submit(page, '/consent', { consent: 'deny' })
    expect(location?.searchParams.get('error')).toBe('access_denied')
    expect(location?.searchParams.get('state')).toBe('state-1')
  })

  test('A19: Auth0’s code grant, with an audience, its telemetry, and the credentials in the body', async () => {
    const scope = 'openid offline_access profile:read'
    const back = await authorize(openBrowser(), ask('as-auth0', { scope, audience: api, auth0Client: 'eyJ9' }))
    const fields = { grant_type: 'authorization_code', code: back.get('code') ?? '', redirect_uri: callback }
    const credentials = { client_id: 'as-auth0', client_secret: secret }
    const { status, body } = await post(`${server.issuer}/token`, { ...fields, ...credentials })
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'scope',
      'token_type',
    ])
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ aud: [api, server.issuer], client_id: 'as-auth0' })
    expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(200)
  })

  test('A17: a refresh token comes with offline_access, where the API allows it', async () => {
    const refreshTokenOf = async (scope: string, audience: string) => {
      const url = ask('as-auth0', { scope, audience })
      const back = await authorize(openBrowser(), url)
      const fields = { grant_type: 'authorization_code', code: back.get('code') ?? '', redirect_uri: callback }
      const { body } = await post(`${server.issuer}/token`, fields, basic('as-auth0'))
      expect(body['access_token']).toEqual(expect.any(String))
      return [body['refresh_token'], body['scope']]
    }
    expect(await refreshTokenOf('profile:read', api)).toEqual([undefined, 'profile:read'])
    expect(await refreshTokenOf('profile:read offline_access', api)).toEqual([
      expect.any(String),
      'profile:read offline_access',
    ])
    expect(await refreshTokenOf('profile:read offline_access', closed)).toEqual([undefined, 'profile:read'])
  })

  test('A17: a switch that is turned off ends what it let begin', async () => {
    const granted = await obtainCode(server.issuer)
    const { body } = await post(`${server.issuer}/token`, codeFields(granted), basic('web'))
    const fields = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    const [open] = world.resource_servers
    await server.apply({ resource_servers: [{ ...open, allow_offline_access: false }] })
    expect((await post(`${server.issuer}/token`, fields, basic('web'))).body.error).toBe('invalid_grant')
    await server.apply({ resource_servers: [{ ...open, allow_offline_access: true }] })
    expect((await post(`${server.issuer}/token`, fields, basic('web'))).status).toBe(200)
  })
})
