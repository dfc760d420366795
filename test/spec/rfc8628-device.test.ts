import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter, newPassword, submitForm } from '../accounts/support.ts'
import { openBrowser } from '../support/browser.ts'
import { ask, box, type Codes, codesOf, connect, decide, poll, tv, typeCode, withDevices } from '../support/device.ts'
import { through } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, get, introspect, post, userinfo } from '../support/token.ts'
import { api, password, secret, world } from '../support/world.ts'

let server: TestServer
let issuer: string
beforeAll(async () => {
  server = await startServer({ document: withDevices(world) })
  issuer = server.issuer
})
afterAll(() => server.close())

const errorOf = async (codes: Codes, changes = {}) => (await poll(issuer, codes, changes)).body.error

describe('asking (RFC 8628 §3.1, §3.2)', () => {
  test('§3.2: two codes, where to type the short one, how long and how often', async () => {
    const { status, headers, body } = await ask(issuer)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[0-9a-v]{20}\.[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${issuer}/device`,
      verification_uri_complete: `${issuer}/device?user_code=${body['user_code']}`,
      expires_in: 600,
      interval: 5,
    })
  })

  test('§4: the metadata says where, and that the grant is there', async () => {
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body['device_authorization_endpoint']).toBe(`${issuer}/device_authorization`)
    expect(body['grant_types_supported']).toContain('urn:ietf:params:oauth:grant-type:device_code')
  })

  test('§3.1: a client that keeps a secret must show it', async () => {
    const fields = { client_id: box.client_id, scope: 'openid' }
    expect((await ask(issuer, fields)).body.error).toBe('invalid_client')
    expect((await ask(issuer, fields, basic('box', 'not-the-secret-but-of-32-characters'))).status).toBe(401)
    expect((await ask(issuer, fields, basic('box'))).status).toBe(200)
  })

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['a client that nobody knows', { client_id: 'nobody' }, {}, 'invalid_client'],
    ['none', { client_id: '' }, {}, 'invalid_client'],
    ['a client of another grant', { client_id: 'web' }, basic('web'), 'unauthorized_client'],
    ['a scope that it may not have', { scope: 'admin' }, {}, 'invalid_scope'],
    ['a scope that is none', { scope: 'a"b' }, {}, 'invalid_scope'],
    ['an API that is not its own', { resource: 'https://opaque.example.com' }, {}, 'invalid_target'],
    ['two APIs', { resource: api, audience: 'https://opaque.example.com' }, {}, 'invalid_target'],
  ])('§3.1: %s: refused', async (_what, changes, headers, error) => {
    const { status, body } = await ask(issuer, changes, headers)
    expect([status, body.error]).toEqual([error === 'invalid_client' ? 401 : 400, error])
  })

  test('what was dropped is not in the answer of the token endpoint either', async () => {
    const { tokens } = await connect(server, { scope: 'openid profile:read admin' })
    expect(tokens.scope).toBe('openid profile:read')
    expect(tokens.refresh_token).toBeUndefined()
  })
})

describe('polling (RFC 8628 §3.4, §3.5)', () => {
  test('pending; too soon is slow_down, five seconds more each time; then in time again', async () => {
    const codes = await codesOf(issuer)
    expect(await errorOf(codes)).toBe('authorization_pending')
    expect(await errorOf(codes)).toBe('slow_down')
    // Ten seconds by now.
    server.clock.pass(5)
    expect(await errorOf(codes)).toBe('slow_down')
    server.clock.pass(15)
    expect(await errorOf(codes)).toBe('authorization_pending')
    server.clock.pass(15)
    expect(await errorOf(codes)).toBe('authorization_pending')
  })

  test('ten polls at once are one in time and nine that lengthen the interval', async () => {
    const codes = await codesOf(issuer)
    const errors = await Promise.all(Array.from({ length: 10 }, () => errorOf(codes)))
    expect(errors.filter(it => it === 'authorization_pending')).toHaveLength(1)
    expect(errors.filter(it => it === 'slow_down')).toHaveLength(9)
    server.clock.pass(48)
    expect(await errorOf(codes)).toBe('slow_down')
    server.clock.pass(55)
    expect(await errorOf(codes)).toBe('authorization_pending')
  })

  test('the interval survives a restart', async () => {
    let own = await startServer({ document: withDevices(world) })
    try {
      const codes = await codesOf(own.issuer)
      for (let time = 0; time < 3; time++) await poll(own.issuer, codes)
      own = await own.restart()
      own.clock.pass(6)
      expect((await poll(own.issuer, codes)).body.error).toBe('slow_down')
    } finally {
      await own.close()
    }
  })

  test('whoever was let in waits for nothing, however often it asks', async () => {
    const codes = await codesOf(issuer)
    for (let time = 0; time < 5; time++) await poll(issuer, codes)
    const { browser } = await enter(server)
    await decide(browser, await typeCode(browser, issuer, codes.user_code))
    expect((await poll(issuer, codes)).status).toBe(200)
  })

  test('nobody answers for ten minutes: expired_token, and the page knows the code no more', async () => {
    const codes = await codesOf(issuer)
    server.clock.pass(599)
    expect(await errorOf(codes)).toBe('authorization_pending')
    server.clock.pass(1)
    expect(await errorOf(codes)).toBe('expired_token')
    const { browser } = await enter(server)
    expect((await typeCode(browser, issuer, codes.user_code)).status).toBe(400)
    await server.data.store.sweep(server.clock.now() + 600)
    expect(await errorOf(codes)).toBe('invalid_grant')
  })

  test('let in, and come for it too late: expired_token', async () => {
    const codes = await codesOf(issuer)
    const { browser } = await enter(server)
    await decide(browser, await typeCode(browser, issuer, codes.user_code))
    server.clock.pass(600)
    expect(await errorOf(codes)).toBe('expired_token')
  })

  test('denied: access_denied, for good', async () => {
    const codes = await codesOf(issuer)
    const { browser } = await enter(server)
    const page = await decide(browser, await typeCode(browser, issuer, codes.user_code), 'deny')
    expect([page.status, page.html.includes('Your device was not let in')]).toEqual([200, true])
    expect(await errorOf(codes)).toBe('access_denied')
    server.clock.pass(30)
    expect(await errorOf(codes)).toBe('access_denied')
  })

  test('what is no device code, or is missing', async () => {
    expect(await errorOf({ ...(await codesOf(issuer)), device_code: 'x' })).toBe('invalid_grant')
    expect(await errorOf(await codesOf(issuer), { device_code: '' })).toBe('invalid_request')
  })
})

describe('what a device gets', () => {
  test('tokens for its user: they work, are renewed, and live on when the browser signs out', async () => {
    const { browser, tokens } = await connect(server, { scope: 'openid email offline_access profile:read' })
    expect((await userinfo(issuer, tokens.access_token)).body['email']).toBe('alice@example.com')
    expect(decodeJwt(tokens.id_token)).toMatchObject({ aud: 'tv', amr: ['pwd'] })
    const out = await browser.get(`${issuer}/logout`)
    await submitForm(browser, out, '/logout', { logout: 'yes' })
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: 'tv' }
    expect((await post(`${issuer}/token`, fields)).status).toBe(200)
  })

  test('OIDC Core §11: without offline_access they end with the session of the browser', async () => {
    const { browser, tokens } = await connect(server, { scope: 'openid profile:read' })
    expect((await introspect(issuer, tokens.access_token, 'api-server')).body['active']).toBe(true)
    const out = await browser.get(`${issuer}/logout`)
    await submitForm(browser, out, '/logout', { logout: 'yes' })
    expect((await introspect(issuer, tokens.access_token, 'api-server')).body['active']).toBe(false)
  })

  test('the account page lists the app, and removing it ends the tokens', async () => {
    const { browser, tokens } = await connect(server)
    const account = await browser.get(`${issuer}/account`)
    expect(account.html).toContain(tv.client_name)
    await submitForm(browser, account, '/account/apps', { client_id: 'tv' })
    expect((await introspect(issuer, tokens.access_token, 'api-server')).body['active']).toBe(false)
  })

  test('by openid-client, which waits as it is told', async () => {
    const config = await openid.discovery(new URL(issuer), 'box', {}, openid.ClientSecretBasic(secret), {
      execute: [openid.allowInsecureRequests],
    })
    const codes = await openid.initiateDeviceAuthorization(config, { scope: 'openid profile' })
    const { browser } = await enter(server)
    await decide(browser, await typeCode(browser, issuer, codes.user_code))
    // It waits before its first poll; a real device would wait five seconds.
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0.01 })
    expect(tokens.claims()).toMatchObject({ aud: 'box' })
    expect(await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')).toMatchObject({
      name: 'Alice',
    })
  })

  test('by openid-client: denied', async () => {
    const config = await openid.discovery(new URL(issuer), 'tv', {}, openid.None(), {
      execute: [openid.allowInsecureRequests],
    })
    const codes = await openid.initiateDeviceAuthorization(config, { scope: 'openid' })
    const { browser } = await enter(server)
    await decide(browser, await typeCode(browser, issuer, codes.user_code), 'deny')
    await expect(openid.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0.01 })).rejects.toMatchObject({
      error: 'access_denied',
    })
  })
})

describe('the page (RFC 8628 §3.3)', () => {
  test('§6.1: a code may be typed in any case, with or without what stands between its letters', async () => {
    const { browser } = await enter(server)
    for (const change of [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replace('-', ''),
      (code: string) => ` ${code.replace('-', ' – ')} `,
      (code: string) => [...code].join('.'),
    ]) {
      const { user_code } = await codesOf(issuer)
      expect((await typeCode(browser, issuer, change(user_code))).html).toContain(user_code)
    }
  })

  test('it shows the app, the code, what is asked, for whom, from where and when', async () => {
    const { user_code } = await codesOf(issuer)
    server.clock.pass(120)
    const { browser } = await enter(server)
    const { html } = await typeCode(browser, issuer, user_code)
    for (const said of [tv.client_name, user_code, 'Read your profile', 'alice', '127.0.0.1', '2 minutes ago'])
      expect(html).toContain(said)
    expect(html).toContain('on a device in front of you')
  })

  test('who is not signed in signs in on the way, and finds the code filled in', async () => {
    const { verification_uri_complete, user_code } = await codesOf(issuer)
    const browser = openBrowser()
    const asked = await browser.get(verification_uri_complete)
    expect(asked.title).toContain('Sign in')
    const { location } = await submitForm(browser, asked, '/sign-in', {
      login: 'bob',
      password,
    })
    expect(location?.href).toBe(verification_uri_complete)
    const page = await browser.get(location?.href ?? '')
    expect(page.html).toContain(`value="${user_code}"`)
    const confirm = await submitForm(browser, page, '/device', { user_code })
    expect((await decide(browser, confirm)).html).toContain('Your device is connected')
  })

  test('who is new here makes an account on the way, where that is allowed', async () => {
    const open = await startServer({ document: withDevices(world), config: { sign_up: true } })
    try {
      const codes = await codesOf(open.issuer)
      const browser = openBrowser()
      const asked = await browser.get(codes.verification_uri_complete)
      const empty = await submitForm(browser, asked, '/sign-up', { sign_up: 'yes' })
      const person = { login: 'carol', password: newPassword, password_again: newPassword }
      const wrong = await submitForm(browser, empty, '/sign-up', { ...person, login: 'alice' })
      expect(wrong.status).toBe(400)
      const { location } = await submitForm(browser, wrong, '/sign-up', person)
      expect(location?.href).toBe(codes.verification_uri_complete)
      await decide(browser, await typeCode(browser, open.issuer, codes.user_code))
      expect((await poll(open.issuer, codes)).status).toBe(200)
    } finally {
      await open.close()
    }
  })

  test('"Not you?": somebody else signs in and answers', async () => {
    const codes = await codesOf(issuer, { scope: 'openid email' })
    const { browser } = await enter(server)
    const confirm = await typeCode(browser, issuer, codes.user_code)
    const asked = await submitForm(browser, confirm, '/device', { account: 'other' })
    const { location } = await submitForm(browser, asked, '/sign-in', {
      login: 'bob',
      password,
    })
    const page = await browser.get(location?.href ?? '')
    const again = await submitForm(browser, page, '/device', { user_code: codes.user_code })
    await decide(browser, again)
    const { body } = await poll(issuer, codes)
    expect((await userinfo(issuer, String(body['access_token']))).body['email']).toBe('bob@example.com')
  })

  test('it asks each time, whatever was agreed to before', async () => {
    const { browser } = await connect(server)
    const { user_code } = await codesOf(issuer)
    expect((await typeCode(browser, issuer, user_code)).html).toContain('name="consent"')
  })

  test('below the path of an issuer, too', async () => {
    const config = { issuer: 'https://id.example.com/tenant', trust_proxy: ['127.0.0.1'] }
    const below = await startServer({ document: withDevices(world), config })
    const browser = openBrowser(through(below.url, { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }))
    try {
      const fields = { client_id: 'tv', scope: 'openid' }
      const codes = JSON.parse((await browser.post(`${below.issuer}/device_authorization`, fields)).html) as Codes
      expect(codes.verification_uri_complete).toBe(`${below.issuer}/device?user_code=${codes.user_code}`)
      const asked = await browser.get(codes.verification_uri_complete)
      const signedIn = await submitForm(browser, asked, '/tenant/sign-in', {
        login: 'bob',
        password,
      })
      expect(signedIn.location?.href).toBe(codes.verification_uri_complete)
      const page = await browser.get(codes.verification_uri_complete)
      const confirm = await submitForm(browser, page, '/tenant/device', { user_code: codes.user_code })
      const done = await submitForm(browser, confirm, '/tenant/device', { consent: 'allow' })
      expect(done.html).toContain('Your device is connected')
    } finally {
      await below.close()
    }
  })
})

describe('what is left behind', () => {
  test('one journey from the device’s request to its tokens; waiting is one step, however often it polls', async () => {
    const codes = await codesOf(issuer)
    for (let time = 0; time < 20; time++) {
      server.clock.pass(5)
      await poll(issuer, codes)
    }
    const { browser } = await enter(server)
    await decide(browser, await typeCode(browser, issuer, codes.user_code))
    expect((await poll(issuer, codes)).status).toBe(200)
    const { journeys } = await server.journeys.list({ limit: 5 })
    const found = journeys.find(({ kind }) => kind === 'cross-device')
    expect(found).toMatchObject({ client_id: 'tv', login: 'alice', outcome: { kind: 'granted' }, token_requests: 21 })
    const { steps = [] } = (await server.journeys.journey(found?.id ?? '')) ?? {}
    const requests = steps.filter(({ inferred, reference }) => !inferred && reference !== undefined)
    expect(requests.map(({ what }) => what)).toEqual([
      'POST /device_authorization',
      'POST /token',
      'POST /device',
      'POST /device',
      'POST /token',
    ])
    const written = JSON.stringify(steps)
    for (const code of [codes.user_code, codes.user_code.replace('-', ''), codes.device_code])
      expect(written).not.toContain(code)
  })

  test('the trail has the device’s address beside its user’s, for what was allowed and what was denied', async () => {
    for (const consent of ['allow', 'deny'] as const) {
      const { user_code } = await codesOf(issuer)
      const { browser } = await enter(server)
      await decide(browser, await typeCode(browser, issuer, user_code), consent)
      const [answered, asked] = await server.data.store.audit({ first: 'newest', limit: 2 })
      expect(answered).toMatchObject({
        event: consent === 'allow' ? 'authorized' : 'device-denied',
        client_id: 'tv',
        login: 'alice',
        by: { actor: 'user', address: '127.0.0.1' },
      })
      expect(asked).toMatchObject({
        event: 'device-asked',
        client_id: 'tv',
        login: 'alice',
        by: { actor: 'client', id: 'tv', address: '127.0.0.1' },
        detail: { asked_at: expect.any(Number) },
      })
    }
  })

  test('what nothing came of goes by itself; what was let in stays as long as its tokens', async () => {
    const { codes } = await connect(server)
    await codesOf(issuer)
    await server.data.store.sweep(server.clock.now() + 1200)
    const kept = await server.data.store.countRows()
    expect(kept['device_codes']).toBeGreaterThan(0)
    server.clock.pass(1200)
    expect(await errorOf(codes)).toBe('invalid_grant')
    await server.data.store.sweep(server.clock.now() + 100 * 86_400)
    expect((await server.data.store.countRows())['device_codes']).toBe(0)
  })

  test('deleting a client ends what its devices asked', async () => {
    const own = await startServer({ document: withDevices(world) })
    try {
      const codes = await codesOf(own.issuer)
      await own.data.store.applyChanges([{ kind: 'delete_client', client_id: 'tv' }], own.clock.now())
      const { browser } = await enter(own)
      expect((await typeCode(browser, own.issuer, codes.user_code)).status).toBe(400)
      expect((await poll(own.issuer, codes)).body.error).toBe('invalid_client')
    } finally {
      await own.close()
    }
  })
})
