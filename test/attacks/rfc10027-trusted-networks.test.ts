import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, type Browser, openBrowser, signIn } from '../support/browser.ts'
import { browserAt, from, inside, office, outside, policed } from '../support/network.ts'
import { send, through } from '../support/raw.ts'
import { hybridClient, implicitClient, passwordClient, withRetired } from '../support/retired-clients.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, obtainCode, obtainTokens, post } from '../support/token.ts'
import { password, secret, world } from '../support/world.ts'

/** RFC 10027: a network policy that is enforced, and ways to pass for somebody inside. */

const document = withRetired(world)
const enforced = { mode: 'enforce', ...office }
const allow = ['implicit', 'hybrid', 'password'] as const

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document, config: { trust_proxy: ['127.0.0.1'], allow: [...allow] } })
})
afterAll(() => server.close())

type Headers = Readonly<Record<string, string>>

const statusOf = async (to: TestServer, headers: Headers) =>
  (await post(`${to.issuer}/token`, { grant_type: 'client_credentials' }, { ...basic('job'), ...headers })).status

const claims: readonly Headers[] = [
  { 'x-forwarded-for': inside },
  { 'x-forwarded-for': `${inside}, ${inside}` },
  { 'x-forwarded-for': `::ffff:${inside}` },
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: `for=${inside}` },
  { 'x-real-ip': inside },
  { 'x-client-ip': inside },
  { 'cf-connecting-ip': inside },
  { 'true-client-ip': inside },
  { 'x-cluster-client-ip': inside },
  { 'x-original-forwarded-for': inside },
]

describe('saying to be inside', () => {
  test.each([
    ['no proxy', []],
    ['only another proxy', ['203.0.113.0/24', '::ffff:198.51.100.0/120']],
  ])('by a header, where %s is trusted', async (_what, trust_proxy) => {
    const alone = await startServer({ document: { ...document, network_policy: enforced }, config: { trust_proxy } })
    for (const headers of claims) {
      expect([headers, await statusOf(alone, headers)]).toEqual([headers, 403])
      const { location } = await openBrowser(through(alone.url, headers)).get(authorizeUrl(alone.issuer))
      expect(location?.searchParams.get('error')).toBe('access_denied')
    }
    await alone.close()
  })

  test('to the proxy that is trusted: only what it adds itself counts', async () => {
    await server.apply({ ...document, network_policy: enforced })
    const told = [
      `${inside}, ${outside}`,
      `${inside}, ${inside}, ${outside}`,
      `${inside},${outside}, 127.0.0.1`,
      `${inside}:80, ${outside}:80`,
      outside,
    ]
    for (const list of told) expect([list, await statusOf(server, { 'x-forwarded-for': list })]).toEqual([list, 403])
    expect(await statusOf(server, { 'x-forwarded-for': `${outside}, ${inside}` })).toBe(200)
  })

  test('by so many other headers that what the proxy adds behind them is not read', async () => {
    await server.apply({ ...document, network_policy: enforced })
    // Node refuses more than it reads by itself, but not in every release.
    for (const more of [900, 996, 997, 998, 999, 1000, 2000]) {
      const padding = Object.fromEntries(Array.from({ length: more }, (_, at) => [`a${at.toString(36)}`, '']))
      const headers = { host: new URL(server.url).host, ...padding, 'x-forwarded-for': outside }
      const answer = await send(`${server.url}/sign-in`, { headers })
      expect([more, answer.status]).toEqual([more, more < 997 ? 403 : 431])
    }
  })

  test.each([
    '::198.51.100.7',
    '64:ff9b::c633:6407',
    '2002:c633:6407::1',
    '0:0:0:0:0:fffe:c633:6407',
    '198.51.100.007',
    '0306.063.0144.07',
    '0xc6336407',
    '3325256711',
    '198.51.100.7.',
    '198.51.100',
    '[198.51.100.7',
    `${inside}%eth0`,
    'unknown',
    '_hidden',
    '',
  ])('as an address that another parser would read as one inside: %j', async address => {
    await server.apply({ ...document, network_policy: enforced })
    expect(await statusOf(server, { 'x-forwarded-for': address })).toBe(403)
  })

  test('with a policy that lets the whole internet in by its prefix', async () => {
    for (const cidr of ['0.0.0.0/0', '::/0', '::ffff:0:0/96', '198.51.100.0/0', '198.51.100.0/00', '0/0'])
      await expect(server.apply({ network_policy: { ...enforced, cidrs: [cidr] } })).rejects.toThrow(
        'network_policy.cidrs[0]',
      )
  })
})

describe('another way to the same thing', () => {
  test('every grant, each client proven: nothing is issued, and nothing is spent', async () => {
    await server.apply({ ...document, network_policy: null })
    const code = await obtainCode(server.issuer)
    const { refresh_token } = await obtainTokens(server.issuer)
    await server.apply({ network_policy: { ...enforced, applies_to: ['token'] } })
    const offers = [
      [codeFields(code), basic('web')],
      [{ grant_type: 'refresh_token', refresh_token }, basic('web')],
      [{ grant_type: 'client_credentials' }, basic('job')],
      [{ grant_type: 'password', username: 'alice', password }, basic(passwordClient.client_id)],
      [{ ...codeFields('x'), client_id: 'spa' }, {}],
      [{ grant_type: 'client_credentials', client_id: 'job', client_secret: secret }, {}],
    ] as const
    const before = ['sessions', 'families'].map(table => readRows(server.data_dir, table))
    for (const [fields, headers] of offers) {
      const answer = await post(`${server.issuer}/token`, fields, { ...headers, ...from(outside) })
      expect([fields, answer.status, answer.body.error]).toEqual([fields, 403, 'access_denied'])
    }
    expect(['sessions', 'families'].map(table => readRows(server.data_dir, table))).toEqual(before)
  })

  test.each([
    ['token', implicitClient.asks, 'token'],
    ['code token', hybridClient.asks, 'token'],
    ['code', {}, 'authorize'],
    ['id_token', implicitClient.asks, 'authorize'],
  ])('response_type %s', async (response_type, asks, use) => {
    await server.apply({ ...document, network_policy: null })
    const browser = browserAt(inside, server)
    const url = (more: object = {}) => authorizeUrl(server.issuer, { ...asks, response_type, ...more })
    await authorize(browser, url())
    await server.apply({ network_policy: { ...enforced, applies_to: [use] } })
    for (const more of [{}, { response_mode: 'form_post' }, { prompt: 'none' }, { prompt: 'login' }]) {
      const { html, location } = await moved(browser).get(url(more))
      const answer = html + (location?.href ?? '')
      expect([more, /access_denied|interaction_required/.test(answer)]).toEqual([more, true])
      expect(answer).not.toMatch(/[?&#"](code|access_token|id_token)["=]/)
    }
  })

  test('a page that was opened inside, and answered outside', async () => {
    await server.apply({ ...document, network_policy: enforced })
    const browser = browserAt(inside, server)
    const form = await browser.get(
      authorizeUrl(server.issuer, { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback' }),
    )
    const consent = await signIn(browser, form, 'bob')
    expect(consent.html).toContain('name="consent"')
    const allowed = await moved(browser).submit(consent, '/consent', { consent: 'allow' })
    expect(allowed.location?.searchParams.get('error')).toBe('access_denied')
    expect(allowed.location?.searchParams.get('code')).toBeNull()
  })

  test('guesses of a password from outside: none is looked at, on any form', async () => {
    await server.apply({ ...document, network_policy: { ...enforced, applies_to: ['login'] } })
    const browser = browserAt(inside, server)
    const form = await browser.get(authorizeUrl(server.issuer))
    const account = await browser.get(`${server.issuer}/sign-in`)
    const bound = /name="form" value="([^"]+)"/.exec(account.html)?.[1] ?? ''
    const before = readRows(server.data_dir, 'throttles')
    const sessions = readRows(server.data_dir, 'sessions').length
    for (const word of ['guess', password]) {
      const visitor = moved(browser)
      const pages = [
        await signIn(visitor, form, 'alice', word),
        await visitor.post(`${server.issuer}/sign-in`, { form: bound, login: 'alice', password: word }),
      ]
      for (const page of pages) expect([page.status, page.headers.getSetCookie()]).toEqual([403, []])
      const typed = { grant_type: 'password', username: 'alice', password: word }
      const answer = await post(`${server.issuer}/token`, typed, {
        ...basic(passwordClient.client_id),
        ...from(outside),
      })
      expect(answer.status).toBe(403)
    }
    expect(readRows(server.data_dir, 'throttles')).toEqual(before)
    expect(readRows(server.data_dir, 'sessions')).toHaveLength(sessions)
  })

  test('a client of one’s own network does not lend its place to another', async () => {
    await server.apply({ ...document, network_policy: enforced })
    await server.apply({ clients: [policed('other-web', { mode: 'off' }, document.clients)] })
    const other = { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback' }
    const browser = browserAt(outside, server)
    // Signed in outside, by the app that lets everybody in.
    expect((await authorize(browser, authorizeUrl(server.issuer, other))).get('code')).not.toBeNull()
    const { location } = await browser.get(authorizeUrl(server.issuer))
    expect(location?.searchParams.get('error')).toBe('access_denied')
  })

  function moved(browser: Browser): Browser {
    const elsewhere = browserAt(outside, server)
    for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
    return elsewhere
  }
})
