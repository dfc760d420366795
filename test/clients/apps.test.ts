import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportFile } from '../../src/admin/export.ts'
import { newPassword } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { implicitClient } from '../support/retired-clients.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials, post } from '../support/token.ts'
import { opaqueApi, password, world } from '../support/world.ts'
import { changeUrl, drift, formOf, looked, press, signedIn, startLooked, textOf } from './apps.ts'

let server: TestServer
beforeAll(async () => {
  server = await startLooked()
})
afterAll(() => server?.close())

const at = (path: string) => server.issuer + path
const names = (html: string) => [...html.matchAll(/<a href="\/clients\/([^"?/]+)">/g)].map(([, id]) => id)

describe('who may see what', () => {
  test('an administrator sees every client, an owner their own, anybody else none', async () => {
    const all = (await server.data.store.allClients()).map(it => it.client_id)
    expect(names((await (await signedIn(server, 'root')).get(at('/clients'))).html).sort()).toEqual(all.sort())
    expect(names((await (await signedIn(server, 'alice')).get(at('/clients'))).html)).toEqual(['photo-prints'])
    await server.apply({ users: [{ login: 'nobody-much', password }] })
    const none = await (await signedIn(server, 'nobody-much')).get(at('/clients'))
    expect([none.status, names(none.html)]).toEqual([200, []])
    expect(none.html).toContain('Ask the advisor')
  })

  test.each(['', '/advice?acts_for=user'])('a client of others looks like one that there is not: %j', async rest => {
    for (const login of ['alice', 'bob']) {
      const browser = await signedIn(server, login)
      const mine = login === 'alice' ? 'photo-prints' : 'of-bob'
      const theirs = login === 'alice' ? 'of-bob' : 'photo-prints'
      const answers = await Promise.all(
        [theirs, 'web', 'no-such-client'].map(id => browser.get(at(`/clients/${id}${rest}`))),
      )
      const bare = answers.map(({ status, html }) => [status, html.replaceAll(/\b[0-9a-v]{20}\b/g, '')])
      expect(bare[0]?.[0]).toBe(404)
      expect(new Set(bare.map(it => JSON.stringify(it))).size).toBe(1)
      expect((await browser.get(at(`/clients/${mine}`))).status).toBe(200)
    }
  })

  test('nobody signed in: the same sign-in for each, which leads there', async () => {
    for (const id of ['web', 'no-such-client']) {
      const browser = openBrowser()
      const page = await browser.get(at(`/clients/${id}`))
      expect([page.status, page.title]).toEqual([200, 'Sign in - Grantwise'])
      const sent = await browser.post(at('/sign-in'), { ...formOf(page), login: 'root', password })
      expect(sent.location?.pathname).toBe(`/clients/${id}`)
    }
  })

  test('an owner looks and changes nothing: no form, and a borrowed one is refused', async () => {
    const owner = await signedIn(server, 'alice')
    const page = await owner.get(at('/clients/photo-prints'))
    expect(page.html).not.toContain('<form method="post"')
    const admin = await (await signedIn(server, 'root')).get(at('/clients/old-spa'))
    const stolen = await owner.post(at('/clients/photo-prints'), { ...formOf(admin), retired_until: '2030-01-01' })
    expect(stolen.status).toBe(400)
  })

  test('who owns nothing is led to no list; who does is, from the account', async () => {
    expect((await (await signedIn(server, 'alice')).get(at('/account'))).html).toContain('href="/clients"')
    await server.apply({ users: [{ login: 'stranger', password: newPassword }] })
    const browser = openBrowser()
    const shown = await browser.get(at('/account'))
    const sent = await browser.post(at('/sign-in'), { ...formOf(shown), login: 'stranger', password: newPassword })
    expect((await browser.get(sent.location?.href ?? '')).html).not.toContain('href="/clients"')
  })
})

describe('the list', () => {
  test('pages of 50 by name, each client once, and none of them twice when one is registered in between', async () => {
    const many = await startLooked()
    try {
      const [web] = world.clients
      const more = Array.from({ length: 130 }, (_, at) => ({
        ...web,
        client_id: `many-${at}`,
        client_name: `App ${String(at % 40).padStart(3, '0')}`,
      }))
      await many.apply({ clients: more })
      const browser = await signedIn(many, 'root')
      const seen: (string | undefined)[] = []
      let path: string | undefined = '/clients?q=App+0'
      for (let pages = 0; path !== undefined; pages++) {
        expect(pages).toBeLessThan(5)
        const { html } = await browser.get(many.issuer + path)
        const found = names(html)
        expect(found.length).toBeLessThanOrEqual(50)
        seen.push(...found)
        path = /<a href="([^"]*)">Next page</.exec(html)?.[1]?.replaceAll('&amp;', '&')
      }
      expect(seen).toHaveLength(130)
      expect(new Set(seen).size).toBe(130)
    } finally {
      await many.close()
    }
  })

  test.each([
    ['photo', ['photo-prints']],
    ['PRINTS', ['photo-prints']],
    ['old-spa', ['old-spa']],
    ['%', []],
    ['_', []],
    ['\\', []],
  ])('a search for %j', async (q, expected) => {
    const browser = await signedIn(server, 'root')
    expect(names((await browser.get(at(`/clients?${new URLSearchParams({ q })}`))).html)).toEqual(expected)
  })

  test('drift and retired flows are marked, and when each was used last', async () => {
    drift(server, 'photo-prints')
    await clientCredentials(server.issuer, {}, basic('job'))
    await expect.poll(async () => (await server.data.store.clientUse('job')).last_used_at).toBeDefined()
    const { html } = await (await signedIn(server, 'root')).get(at('/clients'))
    const rows = new Map(html.split('<tr>').map(row => [names(row)[0], row]))
    expect(rows.get('photo-prints')).toContain('drifted')
    expect(rows.get('web')).not.toMatch(/drifted|retired/)
    expect(rows.get('old-spa')).toContain('retired flow')
    expect(rows.get('job')).toContain('just now')
    expect(rows.get('native')).toContain('never')
  })
})

test('a use is remembered once an hour, whatever the grant, and a refused request is none', async () => {
  const used = async (client_id: string) => (await server.data.store.clientUse(client_id)).last_used_at
  const wrong = await clientCredentials(
    server.issuer,
    {},
    basic('opaque-job', 'a-wrong-secret-of-32-characters-or-more'),
  )
  expect([wrong.status, await used('opaque-job')]).toEqual([401, undefined])
  await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  const first = server.clock.now()
  // Nobody waits for it to be written.
  await expect.poll(() => used('opaque-job')).toBe(first)
  server.clock.pass(1800)
  await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  expect(await used('opaque-job')).toBe(first)
  server.clock.pass(1800)
  await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  await expect.poll(() => used('opaque-job')).toBe(first + 3600)
})

describe('one client', () => {
  test('its advice in words, and why it would be another today', async () => {
    drift(server, 'photo-prints')
    const text = textOf(await (await signedIn(server, 'alice')).get(at('/clients/photo-prints')))
    expect(text).toContain('By today’s rules the answer would be another')
    expect(text).toContain('The rules of 2016-01-01 said Implicit, renewed silently .')
    expect(text).toContain('say Authorization code with PKCE, in the page')
    expect(text).toContain('Where does it run? In the browser')
  })

  test('its retired flows: how often, since when, the request and the registration that take their place', async () => {
    const began = server.clock.now()
    for (const response_type of ['token', 'token', 'id_token token']) {
      const url = authorizeUrl(server.issuer, { ...implicitClient.asks, response_type, nonce: 'n' })
      await sentBack(openBrowser(), url)
      server.clock.pass(3600)
    }
    const page = await (await signedIn(server, 'root')).get(at('/clients/old-spa'))
    const text = textOf(page)
    expect(text).toContain('response_type=token Used 2 times, the last time 2 hours ago .')
    expect(text).toContain('response_type=id_token token Used once, the last time 1 hour ago .')
    expect(text).toContain(`Since ${new Date(began * 1000).toISOString().slice(0, 10)}`)
    expect(text).toContain('/authorize?response_type=token&client_id=old-spa')
    expect(text).toMatch(/response_type=code&client_id=old-spa[^ ]*&code_challenge=<S256/)
    expect(page.html).toMatch(/<del>- {4}&quot;implicit&quot;\n<\/del>|<del>-\s+"implicit"/)
    expect(page.html).toMatch(/<ins>\+\s+(&quot;|")authorization_code/)
  })

  test('an administrator sets the day on which they end: from then on each use is refused', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(at('/clients/old-app'))
    const day = new Date((server.clock.now() + 2 * 86_400) * 1000).toISOString().slice(0, 10)
    const set = await browser.post(page.url, { ...formOf(page), sunset: 'set', retired_until: day })
    expect([set.status, set.location?.search]).toEqual([303, '?done=sunset'])
    const use = () =>
      post(at('/token'), { grant_type: 'password', username: 'alice', password, scope: 'openid' }, basic('old-app'))
    expect((await use()).status).toBe(200)
    server.clock.pass(2 * 86_400)
    const refused = await use()
    expect([refused.status, refused.body['error_uri']]).toEqual([400, at('/errors/flow-ended')])
    const [record] = await server.data.store.audit({
      client_id: 'old-app',
      event: 'client-changed',
      first: 'newest',
      limit: 1,
    })
    expect(record).toMatchObject({ by: { actor: 'user', login: 'root' } })

    const root = await signedIn(server, 'root')
    const shown = await root.get(at('/clients/old-app'))
    await root.post(shown.url, { ...formOf(shown), sunset: 'clear' })
    expect((await use()).status).toBe(200)
  })

  test('a day is not set on what was not shown: of two forms that were open, the second is refused', async () => {
    const browser = await signedIn(server, 'root')
    const [first, second] = [await browser.get(at('/clients/old-web')), await browser.get(at('/clients/old-web'))]
    const set = (page: typeof first, retired_until: string) =>
      browser.post(page.url, { ...formOf(page), sunset: 'set', retired_until })
    expect((await set(first, '2099-01-01')).status).toBe(303)
    expect((await set(second, '2098-01-01')).status).toBe(409)
    const cleared = await browser.get(at('/clients/old-web'))
    expect((await browser.post(cleared.url, { ...formOf(cleared), sunset: 'clear' })).status).toBe(303)
  })

  test.each(['', 'soon', '2030-13-01', '2030-02-30x', '2030-02-31'])(
    '%j is no day, and nothing changes',
    async retired_until => {
      const browser = await signedIn(server, 'root')
      const page = await browser.get(at('/clients/old-web'))
      const before = await server.data.store.client('old-web')
      const answer = await browser.post(page.url, { ...formOf(page), sunset: 'set', retired_until })
      expect([answer.status, answer.html.includes('Give a day')]).toEqual([400, true])
      expect(await server.data.store.client('old-web')).toEqual(before)
    },
  )

  test('answers that today’s rules do not know any more', async () => {
    await server.apply({
      clients: [{ ...looked.clients.find(it => it.client_id === 'photo-prints'), client_id: 'older' }],
    })
    drift(server, 'older', { runs_on: 'mainframe', colour: 'blue' })
    const browser = await signedIn(server, 'root')
    const page = await browser.get(at('/clients/older'))
    expect([page.status, textOf(page).includes('Today’s ask what nobody has answered for it yet')]).toEqual([200, true])
    const advisor = /<a class="button" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await browser.get(at(advisor))).status).toBe(200)
  })

  test('a first party stays one, and who does not renew does not begin to', async () => {
    const browser = await signedIn(server, 'root')
    const { html } = await browser.get(at('/clients/old-app'))
    expect(html).not.toMatch(/<(ins|del)>[-+]\s+(&quot;|")first_party/)
    expect(html).toMatch(/href="[^"]*F5=yes[^"]*"/)
  })

  test('the follow-ups that were answered stay with it: in words, given back, exported, and held against today’s rules', async () => {
    const own = await startLooked()
    try {
      const browser = await signedIn(own, 'root')
      const answers = { ...usual, F1: 'yes', F5: 'no', F8: 'no', F12: 'no' }
      await press(browser, await browser.get(changeUrl(own, 'of-bob', answers)), 'change')
      const followups = { F1: 'yes', F5: 'no', F8: 'no', F12: 'no' }
      const stored = await own.data.store.client('of-bob')
      expect(stored?.grantwise.advice).toMatchObject({ followups })

      const page = await browser.get(`${own.issuer}/clients/of-bob`)
      expect(textOf(page)).toContain('Is it your own app, rather than somebody else’s? No')
      const change = /<a class="button" href="([^"]*)">Change the answer/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
      const asked = new URL(change ?? '', page.url).searchParams
      expect(Object.fromEntries([...asked].filter(([name]) => /^F\d/.test(name)))).toEqual(followups)

      const exported = await exportFile(own.data.store, own.data)
      const entry = exported.clients.find(it => 'client_id' in it && it.client_id === 'of-bob')
      expect(entry).toMatchObject({ grantwise: { advice: { followups } } })
      await own.apply(exported)
      expect(await own.data.store.client('of-bob')).toEqual(stored)

      await own.apply({ clients: [{ ...entry, grantwise: { ...stored?.grantwise, first_party: true } }] })
      expect((await browser.get(page.url)).html).not.toContain('drifted')
      const db = new DatabaseSync(join(own.data_dir, 'grantwise.db'))
      db.exec(`UPDATE clients SET body = json_set(body, '$.grantwise.advice.rules_version', '2016-01-01')
        WHERE client_id = 'of-bob'; UPDATE versions SET version = version + 1 WHERE name = 'registrations'`)
      db.close()
      const drifted = await browser.get(page.url)
      expect(drifted.html).toContain('drifted')
      expect(textOf(drifted)).toContain(
        'register it otherwise by what was answered besides: grantwise.first_party : false, not true',
      )
    } finally {
      await own.close()
    }
  })

  test('the longest id, with every character that one may have', async () => {
    const client_id = `${'a/:@~._-'.repeat(40)}`.slice(0, 255)
    const [web] = world.clients
    await server.apply({ clients: [{ ...web, client_id, client_name: 'Long' }] })
    const browser = await signedIn(server, 'root')
    const list = await browser.get(at('/clients?q=Long'))
    const href = /<a href="(\/clients\/a[^"]*)"/.exec(list.html)?.[1] ?? ''
    const page = await browser.get(at(href))
    expect([page.status, page.html.includes(client_id)]).toEqual([200, true])
    expect((await browser.get(at(`${href}/advice?${new URLSearchParams({ ...usual })}`))).status).toBe(200)
  })

  test('markup in what a client says is text', async () => {
    const hostile = '<img src=x onerror=alert(1)>"\''
    const [web] = world.clients
    await server.apply({ clients: [{ ...web, client_id: 'hostile', client_name: hostile }] })
    const browser = await signedIn(server, 'root')
    for (const path of ['/clients', `/clients?${new URLSearchParams({ q: hostile })}`, '/clients/hostile']) {
      const { html } = await browser.get(at(path))
      expect(html).not.toContain('<img')
    }
  })
})
