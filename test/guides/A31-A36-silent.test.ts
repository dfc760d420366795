import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { StoreUnavailable } from '../../src/store/unavailable.ts'
import { authorize, authorizeUrl, openBrowser, verifier } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, signInAt, type Visits } from '../support/visit.ts'
import { type Arrived, webMessageOf } from '../support/web-message.ts'
import { password, world } from '../support/world.ts'

let server: TestServer
let app: ClientApp
/** The same app by another name of its host, which makes it another site. */
let far: string
const refusals: string[] = []

const pageClient = (client_id: string, origin: string) => ({
  client_id,
  client_name: 'Single-page app',
  token_endpoint_auth_method: 'none',
  redirect_uris: [`${origin}/frame`],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid profile offline_access profile:read',
  grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: ['https://api.example.com'] },
})

beforeAll(async () => {
  app = await startClientApp(() => server.issuer)
  far = app.origin.replace('127.0.0.1', 'localhost')
  app.serve('/frame', 'text/html', '<!doctype html><title>Frame</title><link rel="icon" href="data:,">')
  const clients = [...world.clients, pageClient('page', app.origin), pageClient('far-page', far)]
  server = await startServer({ document: { ...world, clients } })
  server.journeys.follow(({ step }) => {
    for (const { reason, passed } of step.checks ?? []) if (!passed) refusals.push(reason)
  })
})
afterAll(async () => {
  await app?.close()
  await server?.close()
})

const url = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, {
    client_id: 'page',
    redirect_uri: `${app.origin}/frame`,
    scope: 'openid profile profile:read',
    ...changes,
  })
const silent = (changes: Record<string, string | undefined> = {}) => url({ prompt: 'none', ...changes })
const farAway = () => ({ client_id: 'far-page', redirect_uri: `${far}/frame` })

/** Everything that an answer says, however it travels. */
const said = ({ html, location }: { readonly html: string; readonly location: URL | undefined }) =>
  location
    ? Object.fromEntries(new URLSearchParams(location.search || location.hash.slice(1)))
    : webMessageOf(html).response

const modes = ['query', 'fragment', 'web_message'] as const

describe.each(modes)('A32: prompt=none never shows a page, by %s', response_mode => {
  const ways = {
    'nobody is signed in': [{}, 'login_required'],
    'the scope is unknown': [{ scope: 'nothing' }, 'invalid_scope'],
    'the prompt is none and login': [{ prompt: 'none login' }, 'invalid_request'],
    'the response type is unknown': [{ response_type: 'smoke' }, 'unsupported_response_type'],
    'PKCE is missing': [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    'the API is another’s': [{ resource: 'https://other.example' }, 'invalid_target'],
    'the hint is not ours': [{ id_token_hint: 'x.y.z' }, 'invalid_request'],
    'an essential acr cannot be met': [
      { claims: '{"id_token":{"acr":{"essential":true,"value":"urn:example:gold"}}}' },
      'unmet_authentication_requirements',
    ],
    'a frame of another site holds the session back': [
      {},
      'login_required',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
    ],
  } as const satisfies Record<string, readonly [Record<string, string | undefined>, string, Record<string, string>?]>

  test.each(Object.entries(ways))('A32: %s', async (_when, [changes, error, headers = {}]) => {
    const answer = await openBrowser().get(silent({ response_mode, ...changes }), headers)
    expect(said(answer)).toMatchObject({ error, state: 'state-1', iss: server.issuer })
    expect(answer.html).not.toMatch(/<form|<input|<button/)
  })

  test('A33: with a session, code at once', async () => {
    const browser = openBrowser()
    await authorize(browser, url())
    const answer = await browser.get(silent({ response_mode }))
    expect(said(answer)).toEqual({ code: expect.any(String), state: 'state-1', iss: server.issuer })
  })

  test('A34: without consent it is consent_required, never the page that asks', async () => {
    const browser = openBrowser()
    const page = await browser.get(url())
    const asked = await browser.submit(page, '/sign-in', { login: 'bob', password: password })
    expect(asked.html).toContain('name="consent"')
    const answer = await browser.get(silent({ response_mode }))
    expect(said(answer)).toMatchObject({ error: 'consent_required', state: 'state-1' })
    expect(answer.html).not.toMatch(/<form|<input|<button/)
  })

  test('A32: what fails on the server’s side comes back too', async () => {
    const browser = openBrowser()
    await authorize(browser, url())
    const { store } = server.data
    for (const [method, failure, error] of [
      ['commit', new StoreUnavailable('busy'), 'temporarily_unavailable'],
      ['commit', new Error('broken'), 'server_error'],
      ['session', new StoreUnavailable('busy'), 'temporarily_unavailable'],
    ] as const) {
      vi.spyOn(store, method).mockRejectedValueOnce(failure)
      const answer = await browser.get(silent({ response_mode }))
      expect(said(answer)).toMatchObject({ error, state: 'state-1' })
      expect(answer.headers.get('retry-after')).toBeNull()
    }
    // Where a page may be shown, it says more.
    for (const method of ['commit', 'session'] as const) {
      vi.spyOn(store, method).mockRejectedValueOnce(new StoreUnavailable('busy'))
      const page = await browser.get(url({ response_mode }))
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '1'])
    }
  })
})

test.each(['smoke', 'web_message'])(
  'A32: response_mode=%s that cannot be: the error goes the usual way',
  async response_mode => {
    const web = { client_id: 'web', redirect_uri: 'http://127.0.0.1:5001/callback' }
    const { location } = await openBrowser().get(silent({ ...web, response_mode }))
    expect(location?.searchParams.get('error')).toBe('invalid_request')
    expect((await openBrowser().get(url({ ...web, response_mode }))).status).toBe(400)
  },
)

test('A32: an app on the device is interaction_required, for any program may listen there', async () => {
  const browser = openBrowser()
  const native = { client_id: 'native', redirect_uri: 'com.example.app:/callback' }
  await authorize(browser, url(native))
  const { headers } = await browser.get(silent(native))
  expect(headers.get('location')).toContain('error=interaction_required')
})

describe('in Chromium', () => {
  let chromium: Browser
  let visit: Visits
  beforeAll(async () => {
    chromium = await launchChromium()
    visit = createVisits(chromium, () => server.issuer)
  })
  afterAll(() => chromium?.close())

  /** Signs alice in to the app, by a redirect of the whole page. */
  async function enter(page: Page, changes: Record<string, string> = {}, origin = app.origin): Promise<void> {
    await page.goto(url({ prompt: 'consent', ...changes }))
    await signInAt(page, `${origin}/frame?**`)
  }

  test('A31, A33, A36: a hidden frame renews by web_message, and the user sees nothing', async () => {
    await visit({}, async ({ page, context }) => {
      await enter(page)
      await page.goto(`${app.origin}/`)
      const seen = watchNavigations(page)
      const arrived = await messageFromFrame(page, silent({ response_mode: 'web_message' }))
      expect(arrived.origin).toBe(new URL(server.issuer).origin)
      expect(arrived.data).toEqual({
        type: 'authorization_response',
        response: { code: expect.any(String), state: 'state-1', iss: server.issuer },
      })
      const tokens = await redeem(page, arrived.data.response['code'] ?? '', `${app.origin}/frame`)
      expect(tokens).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) })
      expect(tokens).not.toHaveProperty('refresh_token')
      expect(seen).toEqual([])
      expect(context.pages()).toHaveLength(1)
    })
  })

  test('A36: the older way: the frame is redirected to a page of the app, whose address the parent reads', async () => {
    await visit({}, async ({ page }) => {
      await enter(page)
      await page.goto(`${app.origin}/`)
      const seen = watchNavigations(page)
      const query = await addressOfFrame(page, silent())
      expect(new URLSearchParams(query).get('code')).toBeTruthy()
      const hash = await addressOfFrame(page, silent({ response_mode: 'fragment' }))
      expect(new URLSearchParams(hash.slice(1)).get('code')).toBeTruthy()
      expect(seen).toEqual([])
    })
  })

  test('A32, A36: nobody signed in: login_required arrives, and no page', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(`${app.origin}/`)
      refusals.length = 0
      const { data } = await messageFromFrame(page, silent({ response_mode: 'web_message' }))
      expect(data.response).toMatchObject({ error: 'login_required', state: 'state-1' })
      expect(new URLSearchParams(await addressOfFrame(page, silent())).get('error')).toBe('login_required')
      expect(refusals).toEqual(['login-required', 'login-required'])
    })
  })

  test('A36: on another site the session stays away: login_required, and the journey says why', async () => {
    await visit({}, async ({ page }) => {
      await enter(page, farAway(), far)
      await page.goto(`${far}/`)
      refusals.length = 0
      const { data } = await messageFromFrame(page, silent({ ...farAway(), response_mode: 'web_message' }))
      expect(data.response).toMatchObject({ error: 'login_required', state: 'state-1' })
      expect(new URLSearchParams(await addressOfFrame(page, silent(farAway()))).get('error')).toBe('login_required')
      expect(refusals).toEqual(['session-cookie-withheld', 'session-cookie-withheld'])
      // By itself the same address knows her.
      await page.goto(silent(farAway()))
      expect(new URL(page.url()).searchParams.get('code')).toBeTruthy()
    })
  })

  test('A36: sign-in and consent are framed by nobody, not by the app’s own origin either', async () => {
    await visit({}, async ({ page, complaints }) => {
      await page.goto(`${app.origin}/`)
      await page.evaluate(framed, url({ response_mode: 'web_message' }))
      await enter(page)
      await page.goto(`${app.origin}/`)
      for (const prompt of ['login', 'consent', 'select_account']) {
        await page.evaluate(framed, url({ prompt, response_mode: 'web_message' }))
      }
      const frames = page.frames().filter(frame => frame !== page.mainFrame())
      expect(frames).toHaveLength(3)
      for (const frame of frames) expect(frame.url()).toMatch(/^chrome-error:/)
      expect(complaints.splice(0).join()).toContain('frame-ancestors')
    })
  })

  test('A35: a popup signs in on its page, and its answer comes to the page that opened it', async () => {
    await visit({}, async ({ page, context }) => {
      await page.goto(`${app.origin}/`)
      const arrived = page.evaluate(
        address =>
          new Promise<Arrived>(resolve => {
            addEventListener('message', ({ origin, data }) => resolve({ origin, data }), { once: true })
            window.open(address, 'sign-in', 'popup')
          }),
        url({ response_mode: 'web_message' }),
      )
      const popup = await context.waitForEvent('page')
      await fillSignIn(popup)
      const allow = popup.getByRole('button', { name: 'Allow', exact: true })
      const sent = popup.locator('#sent:visible')
      await allow.or(sent).waitFor()
      if (await allow.isVisible()) await allow.click()
      await sent.waitFor()
      const { origin, data } = await arrived
      expect([origin, data.type]).toEqual([new URL(server.issuer).origin, 'authorization_response'])
      expect(await redeem(page, data.response['code'] ?? '', `${app.origin}/frame`)).toHaveProperty('access_token')
    })
  })

  test('A35: with nobody to send it to, the page says so', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(silent({ response_mode: 'web_message' }))
      await page.getByText('The page of Single-page app that asked is not open any more').waitFor()
      expect(await page.locator('#sent').isVisible()).toBe(false)
      await look('web-message')
    })
  })
})

/** Main-frame navigations from now on. */
function watchNavigations(page: Page): readonly string[] {
  const seen: string[] = []
  page.on('framenavigated', frame => {
    if (frame === page.mainFrame()) seen.push(frame.url())
  })
  return seen
}

/** Loads an address in a hidden frame, to its end. */
function framed(address: string): Promise<void> {
  return new Promise(resolve => {
    const frame = document.createElement('iframe')
    frame.hidden = true
    frame.onload = () => resolve()
    frame.src = address
    document.body.append(frame)
  })
}

/** The message that comes of an address in a hidden frame. */
function messageFromFrame(page: Page, address: string): Promise<Arrived> {
  return page.evaluate(
    src =>
      new Promise<Arrived>(resolve => {
        addEventListener('message', ({ origin, data }) => resolve({ origin, data }), { once: true })
        const frame = document.createElement('iframe')
        frame.hidden = true
        frame.src = src
        document.body.append(frame)
      }),
    address,
  )
}

/** What the parent reads in the address of a hidden frame, once it is back on its own origin. */
function addressOfFrame(page: Page, address: string): Promise<string> {
  return page.evaluate(
    src =>
      new Promise<string>(resolve => {
        const frame = document.createElement('iframe')
        frame.hidden = true
        frame.onload = () => {
          const { search = '', hash = '' } = frame.contentWindow?.location ?? {}
          resolve(hash || search)
        }
        frame.src = src
        document.body.append(frame)
      }),
    address,
  )
}

/** What the page gets for a code, by fetch. */
function redeem(page: Page, code: string, redirect_uri: string): Promise<Record<string, unknown>> {
  const fields = { grant_type: 'authorization_code', client_id: 'page', code, redirect_uri, code_verifier: verifier }
  return page.evaluate(
    ({ token, body }) => fetch(token, { method: 'POST', body: new URLSearchParams(body) }).then(it => it.json()),
    { token: `${server.issuer}/token`, body: fields },
  )
}
