import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, type Page, signIn } from '../support/browser.ts'
import { send, through } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  introspect,
  isAlive,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  type Tokens,
  userinfo,
} from '../support/token.ts'
import { opaqueApi, otherSecret, password, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  // The failed guesses of the attack before are counted no more.
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const evil = 'https://evil.example/callback'
const codeOf = (page: Page) => page.location?.searchParams.get('code')
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** An alice who is signed in and has agreed, so that any request of `web` that is accepted is answered with a code. */
async function victim() {
  const browser = openBrowser()
  await obtainTokens(server.issuer, {}, browser)
  return browser
}

describe('rule 2: one-time things are typed, hashed, bound, spent once, and reuse revokes the family', () => {
  test('a thief who races the client for a code ends up with nothing that lives', async () => {
    const code = await obtainCode(server.issuer)
    const [one, two] = await Promise.all([redeem(server.issuer, code), redeem(server.issuer, code)])
    for (const { body } of [one, two]) {
      if (typeof body['access_token'] === 'string')
        expect(await isAlive(server.issuer, body['access_token'])).toBe(false)
      if (typeof body['refresh_token'] === 'string') {
        expect((await refresh(server.issuer, body['refresh_token'])).body.error).toBe('invalid_grant')
      }
    }
    expect([one.status, two.status].sort()).toEqual([200, 400])
  })

  test('a stolen refresh token, used after its owner used it, ends both, and a restart does not forget', async () => {
    const tokens = await obtainTokens(server.issuer)
    const owner = await refresh(server.issuer, tokens.refresh_token)
    server.clock.pass(31)
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    server = await server.restart()
    expect((await refresh(server.issuer, String(owner.body['refresh_token']))).body.error).toBe('invalid_grant')
    expect((await userinfo(server.issuer, String(owner.body['access_token']))).status).toBe(401)
  })

  test('a stolen refresh token, used before its owner uses it, ends both as soon as the owner comes', async () => {
    const tokens = await obtainTokens(server.issuer)
    const thief = await refresh(server.issuer, tokens.refresh_token)
    const more = await refresh(server.issuer, String(thief.body['refresh_token']))
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect(await isAlive(server.issuer, String(more.body['access_token']))).toBe(false)
    expect((await refresh(server.issuer, String(more.body['refresh_token']))).body.error).toBe('invalid_grant')
  })

  test('one kind of token never passes for another', async () => {
    const code = await obtainCode(server.issuer)
    const { refresh_token, access_token, id_token } = await obtainTokens(server.issuer)
    const browser = await victim()
    const session = [...browser.cookies].find(([name]) => name.includes('session'))?.[1] ?? ''
    for (const token of [refresh_token, access_token, id_token, session]) {
      expect((await redeem(server.issuer, token)).body.error).toBe('invalid_grant')
    }
    for (const token of [code, access_token, id_token, session]) {
      expect((await refresh(server.issuer, token)).body.error).toBe('invalid_grant')
    }
    for (const token of [code, refresh_token, id_token, session]) {
      expect((await userinfo(server.issuer, token)).status).toBe(401)
    }
    const name = `grantwise-session-${new URL(server.issuer).port}`
    for (const token of [code, refresh_token, access_token]) {
      const thief = openBrowser()
      thief.cookies.set(name, token)
      expect((await thief.get(url())).title).toContain('Sign in')
    }
    expect((await redeem(server.issuer, code)).status).toBe(200)
  })

  test('whoever reads the database learns no token, and what is there redeems nothing', async () => {
    const code = await obtainCode(server.issuer)
    const tokens = await obtainTokens(server.issuer)
    const database = (table: string) => readRows(server.data_dir, table)
    const everything = JSON.stringify(
      ['codes', 'refresh_tokens', 'families', 'sessions', 'access_tokens'].map(database),
    )
    for (const token of [code, tokens.refresh_token]) expect(everything).not.toContain(token.split('.')[1])
    for (const { id, hash } of database('codes')) {
      expect((await redeem(server.issuer, `${id}.${hash}`)).body.error).toBe('invalid_grant')
    }
    for (const { id, hash } of database('refresh_tokens')) {
      expect((await refresh(server.issuer, `${id}.${hash}`)).body.error).toBe('invalid_grant')
    }
    const clients = readRows(server.data_dir, 'client_secrets')
    expect(JSON.stringify(clients)).not.toContain('secret-of')
  })

  test('an intercepted code is of no use without its verifier, and trying does not burn it', async () => {
    const code = await obtainCode(server.issuer)
    for (const code_verifier of ['', 'x'.repeat(43), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM']) {
      expect((await redeem(server.issuer, code, { code_verifier })).body.error).toBe('invalid_grant')
    }
    expect((await redeem(server.issuer, code)).status).toBe(200)
  })
})

describe('rule 3: one gate for every grant, asked again at each redemption', () => {
  test('a disabled user gets nothing by any path, from that moment on', async () => {
    await server.apply({ users: [{ login: 'carol', password, email: 'carol@example.com' }] })
    const carol = openBrowser()
    const agreed = await authorize(carol, url(), 'carol')
    const { body } = await redeem(server.issuer, agreed.get('code') ?? '')
    const tokens = body as unknown as Tokens
    const code = (await authorize(carol, url())).get('code') ?? ''
    const waiting = await carol.get(url({ prompt: 'consent' }))
    await server.apply({ users: [{ login: 'carol', disabled: true }] })

    expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect((await userinfo(server.issuer, tokens.access_token)).status).toBe(401)
    expect(await isAlive(server.issuer, tokens.access_token)).toBe(false)
    expect(await isAlive(server.issuer, tokens.refresh_token)).toBe(false)
    expect((await carol.get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
    expect(codeOf(await carol.submit(waiting, '/consent', { consent: 'allow' }))).toBeFalsy()
    expect((await signIn(carol, await carol.get(url()), 'carol')).status).toBe(400)
  })

  test('each path asks the account itself, even where nothing was revoked with it', async () => {
    await server.apply({ users: [{ login: 'dave', password }] })
    const dave = openBrowser()
    const agreed = await authorize(dave, url(), 'dave')
    const { body } = await redeem(server.issuer, agreed.get('code') ?? '')
    const tokens = body as unknown as Tokens
    const code = (await authorize(dave, url())).get('code') ?? ''
    // As a restored backup or an operator's own statement would leave it: the one column, and nothing that follows.
    const database = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
    database.exec("UPDATE users SET disabled = 1 WHERE login = 'dave'")
    database.close()
    expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect((await userinfo(server.issuer, tokens.access_token)).status).toBe(401)
    expect(await isAlive(server.issuer, tokens.access_token)).toBe(false)
    expect(await isAlive(server.issuer, tokens.refresh_token)).toBe(false)
    expect((await dave.get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
  })

  test('a deleted client gets nothing by any path, from that moment on', async () => {
    const [web] = world.clients
    await server.apply({
      clients: [
        {
          ...web,
          client_id: 'doomed',
          grant_types: [...web.grant_types, 'client_credentials'],
          grantwise: { ...web.grantwise, acts_for: ['user', 'self'] },
        },
      ],
    })
    const browser = openBrowser()
    const ask = () => authorize(browser, url({ client_id: 'doomed' }))
    const as = (fields: Record<string, string>) => post(`${server.issuer}/token`, fields, basic('doomed'))
    const fields = (code: string | null) => ({
      grant_type: 'authorization_code',
      code: code ?? '',
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    })
    const { body } = await as(fields((await ask()).get('code')))
    const own = await as({ grant_type: 'client_credentials' })
    const code = (await ask()).get('code')
    const waiting = await browser.get(url({ client_id: 'doomed', prompt: 'consent' }))
    await server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'doomed' }], server.clock.now())
    // Registered again under the same name and secret, by somebody else perhaps: nothing of before comes back.
    for (const registered of [false, true]) {
      if (registered) await server.apply({ clients: [{ ...web, client_id: 'doomed' }] })
      expect((await as(fields(code))).status).toBeGreaterThanOrEqual(400)
      expect(
        (await as({ grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) })).status,
      ).toBeGreaterThanOrEqual(400)
      expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(401)
      if (registered) continue
      expect((await introspect(server.issuer, String(own.body['access_token']), 'api-server')).body).toEqual({
        active: false,
      })
      expect((await browser.submit(waiting, '/consent', { consent: 'allow' })).status).toBe(400)
    }
  })

  test('a grant that was taken from a client redeems no code and no refresh token of before', async () => {
    const tokens = await obtainTokens(server.issuer)
    const code = await obtainCode(server.issuer)
    const { store, clock } = server.data
    const client = await store.client('web')
    if (!client) throw new Error('no client')
    const put = (grant_types: readonly string[]) =>
      store.applyChanges([{ kind: 'put_client', client: { ...client, grant_types } }], clock.now())
    await put(['client_credentials'])
    const refused = [await redeem(server.issuer, code), await refresh(server.issuer, tokens.refresh_token)]
    await put(client.grant_types)
    expect(refused.map(it => it.body.error)).toEqual(['unauthorized_client', 'unauthorized_client'])
  })
})

describe('rule 4: the issuer comes from configuration, the address from configured proxies only', () => {
  const poison = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-original-host': 'evil.example',
    forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
  }

  test('a poisoned Host is in no page, no metadata, no token and no cookie', async () => {
    for (const path of ['/', '/authorize', '/logout', '/.well-known/openid-configuration', '/.well-known/jwks.json']) {
      const answer = await send(server.issuer + path, { headers: poison })
      expect(`${JSON.stringify([...answer.headers])}${await answer.text()}`).not.toContain('evil')
    }
    const { body } = await clientCredentials(server.issuer, {}, { ...basic('job'), 'x-forwarded-host': 'evil.example' })
    expect(decodeJwt(String(body['access_token'])).iss).toBe(server.issuer)
  })

  test('forwarded addresses from anybody do not divide the guesses of one address', async () => {
    const before = readRows(server.data_dir, 'throttles').length
    for (let guess = 0; guess < 5; guess++) {
      const liar = openBrowser(
        through(server.url, { 'x-forwarded-for': `198.51.100.${guess}`, 'x-real-ip': '198.51.100.9' }),
      )
      await signIn(liar, await liar.get(url()), 'somebody unheard of', 'x')
    }
    const rows = readRows(server.data_dir, 'throttles')
    expect(rows.length - before).toBeLessThanOrEqual(2)
    expect(
      rows.filter(row => String(row['bucket']).startsWith('address:') && Number(row['attempts']) >= 5),
    ).toHaveLength(1)
  })
})

describe('rule 5: a parked request is bound to its browser, used once, and says itself where it returns to', () => {
  test('login CSRF: a page that the attacker began signs nobody in', async () => {
    const attacker = openBrowser()
    const page = await attacker.get(url())
    const target = await victim()
    const before = new Map(target.cookies)
    expect(await signIn(target, page, 'bob')).toMatchObject({ status: 400 })
    expect([...target.cookies]).toEqual([...before])
  })

  test('code injection: the consent page of an attacker, sent to a victim, gives no code', async () => {
    const attacker = openBrowser()
    const page = await signIn(attacker, await attacker.get(url({ prompt: 'consent' })), 'bob')
    const answer = await (await victim()).submit(page, '/consent', { consent: 'allow' })
    expect(answer).toMatchObject({ status: 400, location: undefined })
  })

  test('no parameter leads a sign-in anywhere but to the registered redirect_uri', async () => {
    const browser = openBrowser()
    const own = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
    const detours = { return_to: evil, next: evil, redirect: evil, returnTo: evil, continue: evil }
    const page = await browser.get(url({ ...own, ...detours }))
    const { location } = await browser.submit(page, '/sign-in', {
      login: 'alice',
      password,
      ...detours,
      redirect_uri: evil,
    })
    expect(location?.href.startsWith(`${own.redirect_uri}?code=`)).toBe(true)
  })

  test('a form that was used gives no second code, to nobody', async () => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(url({ prompt: 'consent' })))
    const submits = await Promise.all([1, 2, 3].map(() => browser.submit(page, '/consent', { consent: 'allow' })))
    expect(submits.filter(codeOf)).toHaveLength(1)
  })
})

describe('rule 6: guesses are limited, and nobody is locked out by them', () => {
  test('a hundred guesses at once, from many browsers, are fifteen', async () => {
    const pages = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const browser = openBrowser()
        return { browser, page: await browser.get(url()) }
      }),
    )
    const guesses = Array.from({ length: 100 }, (_, at) => {
      const { browser, page } = pages[at % 10] ?? { browser: openBrowser(), page: undefined }
      if (!page) throw new Error('no page')
      return signIn(browser, page, 'bob', `guess-${at}`)
    })
    const statuses = (await Promise.all(guesses)).map(it => it.status)
    expect(statuses.filter(it => it === 400)).toHaveLength(15)
    expect(statuses.filter(it => it === 429)).toHaveLength(85)
  })

  test('an attacker with an account of their own buys no more guesses by signing in between', async () => {
    const browser = openBrowser()
    const page = await browser.get(url())
    const own = openBrowser()
    let made = 0
    for (let round = 0; round < 20; round++) {
      if ((await signIn(browser, page, 'alice', 'guess')).status === 400) made++
      if (round % 5 === 0)
        expect((await signIn(own, await own.get(url({ prompt: 'login' })), 'bob')).status).toBeLessThan(400)
    }
    expect(made).toBe(15)
  })

  test('a right client secret is never refused, however many wrong ones came before', async () => {
    const guesses = Array.from({ length: 200 }, () => clientCredentials(server.issuer, {}, basic('job', 'wrong')))
    for (const { status } of await Promise.all(guesses)) expect(status).toBe(401)
    expect((await clientCredentials(server.issuer)).status).toBe(200)
  })

  test('a stranger who fails on purpose does not lock a user out of their own browser', async () => {
    const own = await victim()
    const stranger = openBrowser()
    const page = await stranger.get(url())
    for (let guess = 0; guess < 16; guess++) await signIn(stranger, page, 'alice', 'x')
    expect((await signIn(stranger, page, 'alice')).status).toBe(429)
    expect((await signIn(own, await own.get(url({ prompt: 'login' })))).status).toBe(303)
  })

  test('a forged cookie of a known browser buys no allowance', async () => {
    const name = `grantwise-known-${new URL(server.issuer).port}`
    const statuses: number[] = []
    for (let guess = 0; guess < 17; guess++) {
      const liar = openBrowser()
      liar.cookies.set(name, `${String(guess).padStart(43, 'A')}.${'B'.repeat(43)}`)
      statuses.push((await signIn(liar, await liar.get(url()), 'bob', 'x')).status)
    }
    expect(statuses).toEqual([...Array(15).fill(400), 429, 429])
  })

  test('a body beyond 100 kB is not read', async () => {
    const body = `login=${'x'.repeat(1_000_000)}`
    const answer = await send(`${server.issuer}/sign-in`, { method: 'POST', headers: form, body }).catch(
      () => undefined,
    )
    expect(answer?.status ?? 413).toBe(413)
  })
})

describe('rule 7: all HTML leaves through one escaping layer with one set of headers', () => {
  const script = '"><script>alert(1)</script><img src=x onerror=alert(1)>'

  test('markup in what an operator, a user or a stranger names is text on every page', async () => {
    await server.apply({
      resource_servers: [
        {
          audience: 'https://markup.example.com',
          name: script,
          scopes: { 'markup:read': { description: script, requires_user: true } },
        },
      ],
      clients: [
        {
          client_id: 'markup',
          token_endpoint_auth_method: 'none',
          client_name: script,
          client_uri: 'https://markup.example.com/?a=%22b&c',
          redirect_uris: ['http://127.0.0.1:5040/callback'],
          scope: 'openid markup:read',
          grantwise: { runs_on: 'server', acts_for: ['user'], audiences: ['https://markup.example.com'] },
        },
      ],
      users: [{ login: '<b>mallory</b>', password, claims: { name: script } }],
    })
    const redirect_uri = 'http://127.0.0.1:5040/callback'
    const ask = (changes: Record<string, string>) =>
      url({ client_id: 'markup', redirect_uri, scope: 'openid markup:read', ...changes })
    const browser = openBrowser()
    const pages = [await browser.get(ask({ login_hint: script, state: script, nonce: script }))]
    pages.push(await signIn(browser, pages[0] as Page, script, script))
    pages.push(await signIn(browser, pages[0] as Page, '<b>mallory</b>'))
    pages.push(await browser.get(ask({ prompt: 'select_account' })))
    pages.push(await browser.get(`${server.issuer}/logout?client_id=markup`))
    pages.push(await browser.get(ask({ prompt: 'none', response_mode: 'form_post', state: script })))
    pages.push(await browser.get(url({ client_id: script })))
    pages.push(await browser.get(url({ redirect_uri: script })))
    pages.push(await browser.get(`${server.issuer}/${encodeURIComponent(script)}`))
    for (const { html } of pages) {
      expect(html).toMatch(/^<!doctype html>/)
      expect(html.replaceAll(/<script>HTMLFormElement[^<]*<\/script>/g, '')).not.toMatch(/<script|<img|<b>/)
    }
    expect(pages.map(page => page.title).join()).toContain('Choose an account')
  })
})

describe('rule 9: nothing that a stranger names is fetched', () => {
  test('neither request_uri nor any other address of a request is asked for', async () => {
    let fetched = 0
    const listener = createServer((_request, response) => {
      fetched++
      response.end()
    })
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/x`
    const names = [
      'request_uri',
      'jwks_uri',
      'logo_uri',
      'sector_identifier_uri',
      'client_uri',
      'resource',
      'client_id',
      'redirect_uri',
      'iss',
      'login_hint',
    ]
    for (const name of names) {
      await openBrowser().get(url({ [name]: address }))
      await post(`${server.issuer}/token`, { grant_type: 'client_credentials', [name]: address }, basic('job'))
    }
    const assertion = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'a.b.c',
    }
    await post(`${server.issuer}/token`, { grant_type: 'client_credentials', client_id: address, ...assertion })
    await openBrowser().get(`${server.issuer}/logout?post_logout_redirect_uri=${encodeURIComponent(address)}`)
    await new Promise(resolve => listener.close(resolve))
    expect(fetched).toBe(0)
  })
})

describe('rule 10: introspection answers only the token\u2019s own client, or its resource server', () => {
  test('a client that got hold of a token of another learns nothing of it, not even that it lives', async () => {
    const { access_token, refresh_token } = await obtainTokens(server.issuer)
    const own = String((await clientCredentials(server.issuer)).body['access_token'])
    const opaque = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
    const unknown = await introspect(server.issuer, 'unknown', 'other-web', otherSecret)
    for (const token of [access_token, refresh_token, own, String(opaque.body['access_token'])]) {
      const answer = await introspect(server.issuer, token, 'other-web', otherSecret)
      expect(answer.body).toEqual(unknown.body)
    }
    expect((await introspect(server.issuer, refresh_token, 'api-server')).body).toEqual({ active: false })
    expect((await introspect(server.issuer, access_token, 'api-server')).body['active']).toBe(true)
  })
})
