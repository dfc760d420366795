import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { enter, submitForm } from '../accounts/support.ts'
import { type Browser, openBrowser, type Page } from '../support/browser.ts'
import { ask, box, type Codes, codesOf, decide, poll, tv, typeCode, withDevices } from '../support/device.ts'
import { fieldsOf } from '../support/form.ts'
import { browserAt, from, inside, office, outside } from '../support/network.ts'
import { send, through } from '../support/raw.ts'
import { countRows, readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Answer, basic, introspect, post } from '../support/token.ts'
import { password, secret, world } from '../support/world.ts'

/** RFC 8628 §5, RFC 10027 §4: codes guessed, people tricked into typing them, device codes stolen and replayed. */

const hostile = `"><x-marker x-marker=""><script>alert(1)</script>`
const document = withDevices(world)
const other = { ...tv, client_id: 'other-tv', client_name: hostile }
const ours = {
  ...box,
  client_id: 'our-box',
  client_secret: secret,
  grantwise: { ...box.grantwise, first_party: true },
}
const people = ['carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']

let server: TestServer
let issuer: string
/** Signed in once. */
let alice: Browser
beforeAll(async () => {
  server = await startServer({
    document: {
      ...document,
      clients: [...document.clients, other, ours],
      users: [...world.users, ...people.map(login => ({ login, password }))],
    },
    config: { trust_proxy: ['127.0.0.1'] },
  })
  issuer = server.issuer
  alice = (await enter(server)).browser
})
beforeEach(() => {
  // What was guessed and asked in the attack before is counted no more.
  server.clock.pass(900)
})
afterAll(() => server?.close())

const letters = 'BCDFGHJKLMNPQRSTVWXZ'
/** A code that no device shows. */
const guess = (at: number) => `BBBB${letters[at % 20]}${letters[Math.floor(at / 20) % 20]}BB`
const made = (pages: readonly Page[]) => pages.filter(({ status }) => status === 400).length
const refused = (pages: readonly Page[]) => pages.filter(({ status }) => status === 429).length
/** What a page says, without what differs from visit to visit. */
const said = ({ status, html }: Page) => `${status} ${html.replaceAll(/ value="[^"]*"/g, '')}`
const device = (codes: Codes) =>
  readRows(server.data_dir, 'device_codes').find(({ id }) => id === codes.device_code.slice(0, 20)) ?? {}

describe('RFC 8628 §5.1: user codes guessed', () => {
  test('forty at once by one user are ten; the right one waits with them', async () => {
    const { user_code } = await codesOf(issuer)
    const { browser, page } = await enter(server, 'bob')
    expect(page.status).toBe(200)
    const form = await browser.get(`${issuer}/device`)
    const type = (code: string) => submitForm(browser, form, '/device', { user_code: code })
    const pages = await Promise.all(Array.from({ length: 40 }, (_, at) => type(guess(at))))
    expect([made(pages), refused(pages)]).toEqual([10, 30])
    for (const { headers, status } of pages)
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await type(user_code)).status).toBe(429)
    // In another browser and from elsewhere, too: it is the user that is counted.
    const elsewhere = openBrowser(through(server.url, from('203.0.113.9')))
    await enter(server, 'bob', password, elsewhere)
    expect((await typeCode(elsewhere, issuer, user_code)).status).toBe(429)
    // Nobody else is held up.
    expect((await typeCode(alice, issuer, user_code)).status).toBe(200)
    server.clock.pass(900)
    expect((await type((await codesOf(issuer)).user_code)).status).toBe(200)
  })

  test('by many users at one address: sixty, and others go on elsewhere', async () => {
    const near = from('198.51.100.1')
    const browsers = await Promise.all(
      people.map(async login => {
        const browser = openBrowser(through(server.url, near))
        await enter(server, login, password, browser)
        return { browser, form: await browser.get(`${issuer}/device`) }
      }),
    )
    const pages = await Promise.all(
      browsers.flatMap(({ browser, form }, user) =>
        Array.from({ length: 10 }, (_, at) =>
          submitForm(browser, form, '/device', { user_code: guess(10 * user + at) }),
        ),
      ),
    )
    expect([made(pages), refused(pages)]).toEqual([60, 20])
    const { user_code } = await codesOf(issuer)
    expect((await typeCode(alice, issuer, user_code)).status).toBe(200)
  })

  test('a right code gives no guess back that was wrong before', async () => {
    const { browser } = await enter(server, 'carol')
    for (let at = 0; at < 9; at++) await typeCode(browser, issuer, guess(at))
    const { user_code } = await codesOf(issuer)
    for (let time = 0; time < 3; time++) expect((await typeCode(browser, issuer, user_code)).status).toBe(200)
    expect((await typeCode(browser, issuer, guess(9))).status).toBe(400)
    expect((await typeCode(browser, issuer, guess(10))).status).toBe(429)
  })

  test('what is told of a code that never was, has run out, was answered or is somebody else’s is alike', async () => {
    const expired = await codesOf(issuer)
    server.clock.pass(600)
    const allowed = await codesOf(issuer)
    await decide(alice, await typeCode(alice, issuer, allowed.user_code))
    const denied = await codesOf(issuer)
    await decide(alice, await typeCode(alice, issuer, denied.user_code), 'deny')
    const redeemed = await codesOf(issuer)
    await decide(alice, await typeCode(alice, issuer, redeemed.user_code))
    await poll(issuer, redeemed)
    const { browser } = await enter(server, 'bob')
    const told = new Set<string>()
    for (const { user_code } of [expired, allowed, denied, redeemed, { user_code: guess(1) }, { user_code: 'letters' }])
      told.add(said(await typeCode(browser, issuer, user_code)))
    expect([...told]).toHaveLength(1)
  })

  test('who is not signed in learns of no code whether a device shows it', async () => {
    const { user_code } = await codesOf(issuer)
    const before = countRows(server.data_dir)
    const told = new Set<string>()
    for (const code of [user_code, guess(2)]) {
      const stranger = openBrowser()
      told.add(said(await stranger.get(`${issuer}/device?user_code=${code}`)))
      told.add(said(await stranger.post(`${issuer}/device`, { user_code: code })))
      told.add(said(await stranger.post(`${issuer}/device`, { user_code: code, consent: 'allow' })))
    }
    expect([...told]).toHaveLength(1)
    expect(countRows(server.data_dir)).toEqual(before)
  })
})

describe('RFC 8628 §5.4, RFC 10027 §4: somebody sends their own code to a victim', () => {
  test('the address with the code in it lets nobody in by itself, whatever else it says', async () => {
    const codes = await codesOf(issuer)
    const rows = () =>
      JSON.stringify([readRows(server.data_dir, 'device_codes'), countRows(server.data_dir)['families']])
    const before = rows()
    for (const more of ['', '&consent=allow', '&form=x&consent=allow', '&prompt=none', '&account=current'])
      await alice.get(codes.verification_uri_complete + more)
    await alice.get(codes.verification_uri_complete, { origin: 'https://evil.example' })
    expect(rows()).toBe(before)
    expect((await poll(issuer, codes)).body.error).toBe('authorization_pending')
  })

  test('the page says from where it was asked, and that this is not where its reader is', async () => {
    const victim = openBrowser(through(server.url, from('198.51.100.77')))
    await enter(server, 'dave', password, victim)
    const far = (await ask(issuer, {}, from('203.0.113.66'))).body as unknown as Codes
    const { html } = await typeCode(victim, issuer, far.user_code)
    expect(html).toContain('203.0.113.66')
    expect(html).toContain('another network than the one you are on')
    const near = (await ask(issuer, {}, from('198.51.100.77'))).body as unknown as Codes
    expect((await typeCode(victim, issuer, near.user_code)).html).not.toContain('another network')
  })

  test('nobody is spared the question: not by an app of the house, not by what was agreed to before', async () => {
    const asked = await ask(issuer, { client_id: 'our-box' }, basic('our-box'))
    const page = await typeCode(alice, issuer, String(asked.body['user_code']))
    expect(page.html).toContain('name="consent" value="allow"')
    for (let time = 0; time < 2; time++) {
      const { user_code } = await codesOf(issuer)
      const again = await typeCode(alice, issuer, user_code)
      expect(again.html).toContain('name="consent" value="allow"')
      await decide(alice, again)
    }
  })

  test('markup in the app’s name, in the code and in the address stays text', async () => {
    const { user_code } = await codesOf(issuer, { client_id: 'other-tv' })
    const confirm = await typeCode(alice, issuer, user_code)
    const pages = [
      confirm,
      await decide(alice, confirm),
      await alice.get(`${issuer}/device?user_code=${encodeURIComponent(hostile)}`),
      await typeCode(alice, issuer, hostile),
      await openBrowser().get(`${issuer}/device?user_code=${encodeURIComponent(hostile)}`),
    ]
    expect(pages.some(({ html }) => html.includes('&lt;x-marker'))).toBe(true)
    for (const { html } of pages) expect(html).not.toContain('<x-marker')
  })

  test('the page of the attacker’s own session is worth nothing in the victim’s', async () => {
    const codes = await codesOf(issuer)
    const { browser: attacker } = await enter(server, 'erin')
    const own = await typeCode(attacker, issuer, codes.user_code)
    const answer = await alice.post(`${issuer}/device`, { ...fieldsOf(own.html), consent: 'allow' })
    expect(answer.status).toBe(400)
    expect(device(codes)).toMatchObject({ family_id: null, denied_at: null })
  })
})

describe('RFC 8628 §5.2: a device code in other hands', () => {
  const ways: Readonly<Record<string, (codes: Codes) => Promise<Answer>>> = {
    'another public client': codes => poll(issuer, codes, { client_id: 'other-tv' }),
    'another client with a secret': codes => poll(issuer, codes, { client_id: '' }, basic('box')),
    'a client of another grant': codes => poll(issuer, codes, { client_id: '' }, basic('web')),
    nobody: codes => poll(issuer, codes, { client_id: '' }),
    'its client, by another API': codes => poll(issuer, codes, { resource: 'https://opaque.example.com' }),
    'as an authorization code': ({ device_code }) =>
      post(`${issuer}/token`, { grant_type: 'authorization_code', code: device_code, client_id: 'tv' }),
    'as a refresh token': ({ device_code }) =>
      post(`${issuer}/token`, { grant_type: 'refresh_token', refresh_token: device_code, client_id: 'tv' }),
    'the user code': ({ user_code }) => poll(issuer, { device_code: user_code }),
    'its id alone': ({ device_code }) => poll(issuer, { device_code: device_code.slice(0, 20) }),
    'its id and another secret': ({ device_code }) =>
      poll(issuer, { device_code: `${device_code.slice(0, 21)}${'A'.repeat(43)}` }),
  }
  test.each(Object.entries(ways))('%s: nothing, and its device still gets its tokens', async (_who, steal) => {
    const codes = await codesOf(issuer)
    expect((await steal(codes)).status).toBeGreaterThanOrEqual(400)
    await decide(alice, await typeCode(alice, issuer, codes.user_code))
    const stolen = await steal(codes)
    expect(stolen.status).toBeGreaterThanOrEqual(400)
    expect(stolen.body['access_token']).toBeUndefined()
    expect((await poll(issuer, codes)).status).toBe(200)
  })

  test('in the URL it is refused before it can do anything', async () => {
    const codes = await codesOf(issuer)
    await decide(alice, await typeCode(alice, issuer, codes.user_code))
    const fields = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'tv' }
    const answer = await send(`${issuer}/token?device_code=${codes.device_code}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, device_code: codes.device_code }).toString(),
    })
    expect([answer.status, JSON.parse(await answer.text())]).toMatchObject([400, { error: 'invalid_request' }])
    expect((await poll(issuer, codes)).status).toBe(200)
  })
})

describe('a device code that comes twice', () => {
  async function letIn(): Promise<Codes> {
    const codes = await codesOf(issuer)
    await decide(alice, await typeCode(alice, issuer, codes.user_code))
    return codes
  }
  async function expectEnded({ body }: Pick<Answer, 'body'>): Promise<void> {
    const about = await introspect(issuer, String(body['access_token']), 'api-server')
    expect(about.body['active']).toBe(false)
    const fields = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']), client_id: 'tv' }
    expect((await post(`${issuer}/token`, fields)).body.error).toBe('invalid_grant')
  }

  test('later, even after its time: refused, and what it bought is revoked', async () => {
    for (const wait of [0, 1200]) {
      const codes = await letIn()
      const first = await poll(issuer, codes)
      expect(first.status).toBe(200)
      server.clock.pass(wait)
      await server.data.store.sweep(server.clock.now())
      expect((await poll(issuer, codes)).body.error).toBe('invalid_grant')
      await expectEnded(first)
      const [record] = await server.data.store.audit({ event: 'device-code-replayed', first: 'newest', limit: 1 })
      expect(record).toMatchObject({ client_id: 'tv', login: 'alice', by: { actor: 'client', id: 'tv' } })
    }
  })

  test('twenty times at once: one wins at most, and what it won is revoked', async () => {
    const codes = await letIn()
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(issuer, codes)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    await expectEnded(won[0] as Answer)
  })

  test('by another client: nothing is revoked', async () => {
    const codes = await letIn()
    const { body } = await poll(issuer, codes)
    expect((await poll(issuer, codes, { client_id: 'other-tv' })).body.error).toBe('invalid_grant')
    const about = await introspect(issuer, String(body['access_token']), 'api-server')
    expect(about.body['active']).toBe(true)
  })
})

describe('a device that is answered twice', () => {
  const families = () => countRows(server.data_dir)['families']
  async function shown(): Promise<{ readonly codes: Codes; readonly page: Page }> {
    const codes = await codesOf(issuer)
    return { codes, page: await typeCode(alice, issuer, codes.user_code) }
  }

  test('allowed, then denied: it stays allowed', async () => {
    const { codes, page } = await shown()
    await decide(alice, page)
    expect((await decide(alice, page, 'deny')).status).toBe(400)
    expect((await poll(issuer, codes)).status).toBe(200)
  })

  test('denied, then allowed: it stays denied', async () => {
    const { codes, page } = await shown()
    await decide(alice, page, 'deny')
    const before = families()
    expect((await decide(alice, page)).status).toBe(400)
    expect(families()).toBe(before)
    expect((await poll(issuer, codes)).body.error).toBe('access_denied')
  })

  test('allowed once its time is over: nothing', async () => {
    const { codes, page } = await shown()
    server.clock.pass(600)
    const before = families()
    expect((await decide(alice, page)).status).toBe(400)
    expect(families()).toBe(before)
    expect((await poll(issuer, codes)).body.error).toBe('expired_token')
  })

  test('allowed by two people, and denied, all at once: one of them answers', async () => {
    for (let round = 0; round < 5; round++) {
      const { codes, page } = await shown()
      const { browser: bob } = await enter(server, 'bob')
      const his = await typeCode(bob, issuer, codes.user_code)
      const before = families() ?? 0
      const answers = await Promise.all([decide(alice, page), decide(bob, his), decide(alice, page, 'deny')])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const { family_id, denied_at } = device(codes)
      expect([family_id === null, denied_at === null].filter(Boolean)).toHaveLength(1)
      expect(families()).toBe(before + (family_id === null ? 0 : 1))
    }
  })
})

describe('RFC 8628 §5.3: a flood of devices', () => {
  test('in the name of a public client: sixty from one address; others elsewhere and other apps go on', async () => {
    const before = countRows(server.data_dir)['device_codes'] ?? 0
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(issuer, {}, from('203.0.113.5'))))
    const refused = answers.filter(({ status }) => status === 429)
    expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([60, 40])
    expect(refused[0]?.body.error).toBe('temporarily_unavailable')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(countRows(server.data_dir)['device_codes']).toBe(before + 60)
    expect((await ask(issuer, {}, from('203.0.113.6'))).status).toBe(200)
    expect((await ask(issuer, { client_id: 'other-tv' }, from('203.0.113.5'))).status).toBe(200)
    const box = await ask(issuer, { client_id: '' }, { ...basic('box'), ...from('203.0.113.5') })
    expect(box.status).toBe(200)
    // One party commands a whole /64.
    const many = await Promise.all(Array.from({ length: 61 }, (_, at) => ask(issuer, {}, from(`2001:db8::${at + 1}`))))
    expect(many.filter(({ status }) => status === 429)).toHaveLength(1)
  })

  test('what a stranger asks without a client leaves no row', async () => {
    const before = countRows(server.data_dir)
    for (const client_id of ['nobody', 'web', 'box', '']) await ask(issuer, { client_id })
    expect(countRows(server.data_dir)).toEqual(before)
  })
})

describe('from outside a network that is enforced', () => {
  const theirs = { ...tv, grantwise: { ...tv.grantwise, network_policy: { mode: 'enforce', ...office } } }
  beforeAll(() => server.apply({ clients: [theirs] }))
  afterAll(() => server.apply({ clients: [{ ...tv, grantwise: { ...tv.grantwise, network_policy: null } }] }))

  test('nothing is asked, polled, looked up or allowed; inside, it is; and a no is taken from anywhere', async () => {
    expect((await ask(issuer, {}, from(outside))).body.error).toBe('access_denied')
    const codes = (await ask(issuer, {}, from(inside))).body as unknown as Codes
    expect((await poll(issuer, codes, {}, from(outside))).body.error).toBe('access_denied')
    const near = browserAt(inside, server)
    await enter(server, 'alice', password, near)
    const page = await typeCode(near, issuer, codes.user_code)
    const far = browserAt(outside, server)
    for (const [name, value] of near.cookies) far.cookies.set(name, value)
    expect((await typeCode(far, issuer, codes.user_code)).html).not.toContain(tv.client_name)
    expect((await decide(far, page)).status).toBe(403)
    expect(device(codes)).toMatchObject({ family_id: null, denied_at: null })
    expect((await decide(near, page)).status).toBe(200)
    expect((await poll(issuer, codes, {}, from(inside))).status).toBe(200)
    const other = (await ask(issuer, {}, from(inside))).body as unknown as Codes
    const asked = await typeCode(near, issuer, other.user_code)
    expect((await decide(far, asked, 'deny')).status).toBe(200)
  })
})

describe('rule 3: what was withdrawn while a device waited', () => {
  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'the account was disabled',
      () => server.data.store.disableUser('judy', true, server.clock.now()),
      () => server.data.store.disableUser('judy', false, server.clock.now()),
    ],
    [
      'the grant was taken away',
      () => server.apply({ clients: [{ ...tv, grant_types: ['refresh_token'] }] }),
      () => server.apply({ clients: [tv] }),
    ],
    [
      'the scope was taken away',
      () => server.apply({ clients: [{ ...tv, scope: 'email' }] }),
      () => server.apply({ clients: [tv] }),
    ],
  ])('%s: nothing, before and after the answer', async (_what, withdraw, restore) => {
    const { browser } = await enter(server, 'judy')
    const answered = await codesOf(issuer)
    await decide(browser, await typeCode(browser, issuer, answered.user_code))
    const waiting = await codesOf(issuer)
    const page = await typeCode(browser, issuer, waiting.user_code)
    await withdraw()
    try {
      expect((await poll(issuer, answered)).body['access_token']).toBeUndefined()
      await decide(browser, page)
      expect((await poll(issuer, waiting)).body['access_token']).toBeUndefined()
    } finally {
      await restore()
    }
  })
})
