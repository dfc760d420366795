import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { journeyLines } from '../../src/cli/print-journeys.ts'
import { enter } from '../accounts/support.ts'
import { authorize, authorizeUrl, type Browser, signIn } from '../support/browser.ts'
import { ask, type Codes, decide, poll, tv, typeCode } from '../support/device.ts'
import { browserAt, from, inside, office, outside, policed } from '../support/network.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, codeFields, get, obtainCode, obtainTokens, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'

const document = withRetired(world)
const enforced = { mode: 'enforce', ...office }
const noticed = { mode: 'notice', ...office }

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    document,
    config: { trust_proxy: ['127.0.0.1'], allow: ['password'], log_level: 'info', sign_up: true },
  })
})
afterAll(() => server.close())
beforeEach(() => server.apply({ ...document, network_policy: null }))

const police = (policy: object, client_id = 'web') =>
  server.apply({ clients: [policed(client_id, { ...policy }, document.clients)] })
const at = (address: string) => browserAt(address, server)
const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')
const post403 = async (fields: Record<string, string>, headers: Record<string, string>) => {
  const { status, body } = await post(`${server.issuer}/token`, fields, headers)
  return [status, body.error, body.error_description]
}
const said = (what: string) =>
  `this ${what} works only on the office network; the request came from outside it (address ${outside}), and no account is blocked`

describe('whoever is inside', () => {
  test.each([
    ['IPv4', inside],
    ['IPv6', '2001:db8:0:1::7'],
    ['IPv4 as a dual-stack socket says it', `::ffff:${inside}`],
    ['the same in hexadecimal', '::ffff:c633:6407'],
  ])('S34: signs in as ever, by %s, with a quiet line that says so', async (_what, address) => {
    await police(enforced)
    const page = await at(address).get(url())
    expect(page.status).toBe(200)
    expect(textOf(page.html)).toContain('This sign-in works only on the office network. You are inside it')
    expect((await authorize(at(address), url())).get('code')).not.toBeNull()
  })
})

describe('outside, with a notice', () => {
  test('S34, S35: the sign-in page says so, from which address, and what that means; signing in works', async () => {
    await police(noticed)
    const browser = at(outside)
    const page = await browser.get(url())
    expect(page.status).toBe(200)
    expect(textOf(page.html)).toContain(
      `Web app works only on the office network. You are outside it (address ${outside}): you can sign in from here, ` +
        'but pages of Web app may not load until you are inside. Your account is not blocked.',
    )
    const code = await obtainCode(server.issuer, {}, browser)
    const { status } = await post(`${server.issuer}/token`, codeFields(code), { ...basic('web'), ...from(outside) })
    expect(status).toBe(200)
    expect((await at(outside).get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
  })

  test('S34: the log has what enforcing would refuse, and the journey too', async () => {
    await police(noticed)
    const { headers } = await at(outside).get(url())
    const lines = server.log.map(it => JSON.parse(it)).filter(it => it.reference === headers.get('x-request-id'))
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'let through', reason: 'network-outside', address: outside }),
    ])
    const journey = await server.journeys.journey(headers.get('x-request-id') ?? '')
    const check = journey?.steps.flatMap(it => it.checks ?? []).find(it => it.reason === 'network-outside')
    expect(check).toMatchObject({ passed: true, sentence: expect.stringContaining(outside) })
    const printed = journey && journeyLines(journey, { width: 400, colours: false }).join('\n')
    expect(printed).toMatch(/let through: network-outside: this sign-in works only on the office network/)
  })

  test('S35: a policy that is off, and none, say nothing', async () => {
    for (const policy of [{ mode: 'off', ...office }, null]) {
      await server.apply({ clients: [policed('web', policy, document.clients)] })
      const { html } = await at(outside).get(url())
      expect(textOf(html)).not.toMatch(/network|203\.0\.113/)
    }
  })
})

describe('outside, enforced', () => {
  test('S34: /authorize sends access_denied back to the app, and says in words what it is', async () => {
    await police(enforced)
    const { location } = await at(outside).get(url())
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      error_description: said('sign-in'),
      error_uri: `${server.issuer}/errors/network-outside`,
      state: 'state-1',
      iss: server.issuer,
    })
  })

  test('S34: with a redirect URI that is not proven it stays a page', async () => {
    await police(enforced)
    const page = await at(outside).get(url({ redirect_uri: 'https://evil.example/' }))
    expect([page.status, page.location]).toEqual([400, undefined])
  })

  test('S34: prompt=none is interaction_required, with a session too, and never a page', async () => {
    const browser = at(inside)
    await authorize(browser, url())
    await police(enforced)
    for (const visitor of [withCookies(browser, at(outside)), at(outside)]) {
      const page = await visitor.get(url({ prompt: 'none' }))
      expect([page.status, page.html]).toEqual([302, ''])
      expect(page.location?.searchParams.get('error')).toBe('interaction_required')
      expect(page.location?.searchParams.get('error_description')).toContain(outside)
    }
    const again = await withCookies(browser, at(inside)).get(url({ prompt: 'none' }))
    expect(again.location?.searchParams.get('code')).not.toBeNull()
  })

  test('S35: the sign-in page is one that explains; no password is looked at, nobody is signed in', async () => {
    await police({ ...enforced, applies_to: ['login'] })
    const browser = at(inside)
    const form = await browser.get(url())
    const visitor = withCookies(browser, at(outside))
    const before = readRows(server.data_dir, 'sessions').length
    for (const page of [await visitor.get(url()), await signIn(visitor, form), await signIn(visitor, form, 'a', 'b')]) {
      expect([page.status, page.title, page.location]).toEqual([
        403,
        'You cannot sign in from here - Grantwise',
        undefined,
      ])
      expect(textOf(page.html)).toContain('Signing in to Web app works only on the office network. You are outside it')
      expect(textOf(page.html)).toContain(`at the address ${outside}`)
      expect(textOf(page.html)).toContain('Your account is not blocked')
      expect(page.html).not.toMatch(/id="password"|you may not/i)
    }
    expect(readRows(server.data_dir, 'sessions')).toHaveLength(before)
    expect(readRows(server.data_dir, 'throttles').filter(row => JSON.stringify(row).includes(outside))).toEqual([])
  })

  test('S35: its ways out work: try again once inside, or return to the app', async () => {
    await police({ ...enforced, applies_to: ['login'] })
    const browser = at(outside)
    const page = await browser.get(url())
    const again = await browser.submit(page, '/sign-in', { account: 'other' })
    expect(again.status).toBe(403)
    const moved = await withCookies(browser, at(inside)).submit(page, '/sign-in', { account: 'other' })
    expect([moved.status, moved.html.includes('id="password"')]).toEqual([200, true])
    const left = await browser.submit(page, '/sign-in', { cancel: 'yes' })
    expect(left.location?.searchParams.get('error')).toBe('access_denied')
  })

  test('S35: who types the code of a device outside is told so, and once inside lets it in', async () => {
    await server.apply({ clients: [policed('tv', enforced, [tv])] })
    const codes = (await ask(server.issuer, {}, from(inside))).body as unknown as Codes
    const { browser } = await enter(server, 'alice', password, at(inside))
    const page = await typeCode(withCookies(browser, at(outside)), server.issuer, codes.user_code)
    expect([page.status, page.title]).toEqual([403, 'You cannot connect a device from here - Grantwise'])
    expect(textOf(page.html)).toContain('Connecting this device works only on the office network. You are outside it')
    expect(textOf(page.html)).toContain(`at the address ${outside}`)
    await decide(browser, await typeCode(browser, server.issuer, codes.user_code))
    expect((await poll(server.issuer, codes, {}, from(outside))).body.error).toBe('access_denied')
    expect((await poll(server.issuer, codes, {}, from(inside))).status).toBe(200)
  })

  test('S35: `login` alone holds who lets a device in too: they signed in before its app was known', async () => {
    await server.apply({ clients: [policed('tv', { ...enforced, mode: 'off' }, [tv])] })
    const { browser } = await enter(server, 'alice', password, at(outside))
    const codes = (await ask(server.issuer, {}, from(inside))).body as unknown as Codes
    const question = await typeCode(browser, server.issuer, codes.user_code)
    expect(question.status).toBe(200)
    await server.apply({ clients: [policed('tv', { ...enforced, applies_to: ['login'] }, [tv])] })
    const [typed, answered] = [await typeCode(browser, server.issuer, codes.user_code), await decide(browser, question)]
    expect([typed.status, typed.title]).toEqual([403, 'You cannot connect a device from here - Grantwise'])
    expect([answered.status, textOf(answered.html).includes('works only on the office network')]).toEqual([403, true])
    expect((await poll(server.issuer, codes, {}, from(inside))).body.error).toBe('authorization_pending')
    const moved = withCookies(browser, at(inside))
    const page = await typeCode(moved, server.issuer, codes.user_code)
    expect(textOf(page.html)).toContain('Living-room TV works only on the office network. You are inside it')
    expect((await decide(moved, page)).status).toBe(200)
  })

  test('S35: with a notice, who lets a device in outside is told where they stand, once, and may', async () => {
    await server.apply({ clients: [policed('tv', { ...noticed, applies_to: ['login', 'authorize'] }, [tv])] })
    const { browser } = await enter(server, 'alice', password, at(outside))
    const codes = (await ask(server.issuer)).body as unknown as Codes
    const logged = server.log.length
    const page = await typeCode(browser, server.issuer, codes.user_code)
    expect(textOf(page.html)).toContain(`You are outside it (address ${outside}): you can connect the device from here`)
    expect(server.log.slice(logged).filter(line => line.includes('network-outside'))).toHaveLength(1)
    expect((await decide(browser, page)).status).toBe(200)
  })

  test('S34: /token answers 403, and spends nothing: inside, the same code and refresh token work', async () => {
    const code = await obtainCode(server.issuer)
    const { refresh_token } = await obtainTokens(server.issuer)
    await police(enforced)
    await police(enforced, 'job')
    const denied = [403, 'access_denied', said('app')]
    expect(await post403(codeFields(code), { ...basic('web'), ...from(outside) })).toEqual(denied)
    const renewal = { grant_type: 'refresh_token', refresh_token }
    expect(await post403(renewal, { ...basic('web'), ...from(outside) })).toEqual(denied)
    const itself = { grant_type: 'client_credentials' }
    expect(await post403(itself, { ...basic('job'), ...from(outside) })).toEqual(denied)
    for (const [fields, client] of [
      [codeFields(code), 'web'],
      [renewal, 'web'],
      [itself, 'job'],
    ] as const) {
      const { status } = await post(`${server.issuer}/token`, fields, { ...basic(client), ...from(inside) })
      expect(status).toBe(200)
    }
  })

  test('S34: who sends no right secret learns nothing of the network', async () => {
    await police(enforced)
    const wrong = { ...basic('web', 'not-the-secret-but-of-32-characters'), ...from(outside) }
    expect((await post403({ grant_type: 'refresh_token', refresh_token: 'x' }, wrong)).slice(0, 2)).toEqual([
      401,
      'invalid_client',
    ])
  })

  test('S34: a password in an app’s own form is a sign-in too', async () => {
    const fields = { grant_type: 'password', username: 'alice', password, scope: 'openid' }
    const headers = { ...basic(passwordClient.client_id), ...from(outside) }
    for (const use of ['login', 'token']) {
      await police({ ...enforced, applies_to: [use] }, passwordClient.client_id)
      expect(await post403(fields, headers)).toEqual([403, 'access_denied', said(use === 'login' ? 'sign-in' : 'app')])
    }
  })

  test('S34: an API answers 403: user info, and another by introspection with the address it saw', async () => {
    const { access_token } = await obtainTokens(server.issuer)
    await police({ ...enforced, applies_to: ['api'] })
    const ask = (address: string) =>
      get(`${server.issuer}/userinfo`, { authorization: `Bearer ${access_token}`, ...from(address) })
    const refused = await ask(outside)
    expect([refused.status, refused.body.error, refused.body.error_description]).toEqual([
      403,
      'access_denied',
      said('API'),
    ])
    expect((await ask(inside)).status).toBe(200)
    const active = async (more: Record<string, string>) =>
      (await post(`${server.issuer}/introspect`, { token: access_token, ...more }, basic('api-server'))).body['active']
    expect(await active({})).toBe(true)
    expect(await active({ address: inside })).toBe(true)
    expect(await active({ address: outside })).toBe(false)
    expect(await active({ address: 'nowhere' })).toBe(false)
  })

  test('S34: the demo API answers 403 with a sentence', async () => {
    const dev = await startServer({ document: {}, config: { dev: true, trust_proxy: ['127.0.0.1'] } })
    const { body } = await clientCredentials(dev.issuer, {}, basic('demo-job', 'demo-job-secret-that-everybody-knows'))
    await dev.apply({ network_policy: { ...enforced, applies_to: ['api'] } })
    const albums = (address: string) =>
      get(`${dev.issuer}/demo/api/v1/albums`, { authorization: `Bearer ${body['access_token']}`, ...from(address) })
    const refused = await albums(outside)
    expect([refused.status, refused.body]).toEqual([403, { error: 'access_denied', error_description: said('API') }])
    expect((await albums(inside)).status).toBe(200)
    await dev.close()
  })
})

describe('of the server', () => {
  test('S34: it holds for every client that has none of its own, and for somebody’s own account', async () => {
    await server.apply({ network_policy: enforced })
    const { location } = await at(outside).get(url())
    expect(location?.searchParams.get('error')).toBe('access_denied')
    const account = await at(outside).get(`${server.issuer}/sign-in`)
    expect([account.status, account.title]).toEqual([403, 'You cannot sign in from here - Grantwise'])
    const quiet = await at(inside).get(`${server.issuer}/sign-in`)
    expect(textOf(quiet.html)).toContain('You are inside it')
    await police({ mode: 'off' })
    expect((await at(outside).get(url())).html).toContain('id="password"')
  })

  test('S34: nobody makes an account from outside either', async () => {
    const here = at(inside)
    const form = await here.get(`${server.issuer}/sign-up`)
    await server.apply({ network_policy: enforced })
    const visitor = withCookies(here, at(outside))
    const bound = /name="form" value="([^"]+)"/.exec(form.html)?.[1] ?? ''
    const typed = {
      form: bound,
      login: 'mallory',
      password: 'a long enough phrase',
      password_again: 'a long enough phrase',
    }
    expect((await visitor.post(`${server.issuer}/sign-up`, typed)).status).toBe(403)
    expect((await visitor.get(`${server.issuer}/sign-up`)).status).toBe(403)
    expect(readRows(server.data_dir, 'users').map(({ login }) => login)).not.toContain('mallory')
  })

  test('S34: a change holds from the next request on', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const renew = (token: string) =>
      post(
        `${server.issuer}/token`,
        { grant_type: 'refresh_token', refresh_token: token },
        { ...basic('web'), ...from(outside) },
      )
    await server.apply({ network_policy: enforced })
    expect((await renew(refresh_token)).status).toBe(403)
    await server.apply({ network_policy: { ...enforced, cidrs: [...office.cidrs, '203.0.113.0/24'] } })
    expect((await renew(refresh_token)).status).toBe(200)
    await server.apply({ network_policy: { ...enforced, mode: 'notice' } })
    expect((await at(outside).get(url())).status).toBe(200)
  })
})

test('S34: log and journey say network-outside, with address and policy; the change is in the audit trail', async () => {
  await server.apply({ network_policy: enforced })
  await at(outside).get(url())
  const line = server.log.map(it => JSON.parse(it)).findLast(it => it.reason === 'network-outside')
  const networks = ['198.51.100.0/24', '2001:db8:0:1::/64']
  expect(line).toMatchObject({ address: outside, detail: { network: office.text, networks, applies_to: 'authorize' } })
  const { journeys } = await server.journeys.list({ limit: 1 })
  expect(journeys[0]?.outcome).toEqual({ kind: 'refused', reason: 'network-outside' })
  const journey = await server.journeys.journey(journeys[0]?.id ?? '')
  const check = journey?.steps.flatMap(it => it.checks ?? []).find(it => it.reason === 'network-outside')
  expect(check?.sentence).toContain(outside)
  const [record] = await server.data.store.audit({ event: 'network-policy-changed', first: 'newest', limit: 1 })
  expect(record?.detail).toMatchObject({ after: { mode: 'enforce' } })
})

/** The same browser, carried to another place. */
function withCookies(browser: Browser, elsewhere: Browser): Browser {
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  return elsewhere
}
