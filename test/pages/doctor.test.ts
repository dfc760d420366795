import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { published } from '../doctor/samples.ts'
import { openBrowser, type Page } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type KeyServer, startKeyServer } from '../support/key-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, type Visits } from '../support/visit.ts'
import { password, world } from '../support/world.ts'

let server: TestServer
let other: KeyServer
beforeAll(async () => {
  other = await startKeyServer()
  other.documents.set('/.well-known/openid-configuration', { ...published('keycloak'), issuer: other.url })
  const users = [...world.users, { login: 'root', password, roles: ['admin'] }]
  server = await startServer({ document: { ...world, users }, ...other.reached })
})
afterAll(async () => {
  await server.close()
  await other.close()
})

const old = 'https://id.example.com/authorize?response_type=token&client_id=a'

/** Gives it to the page in this browser. */
async function give(given: string, browser = openBrowser(), headers: Record<string, string> = {}): Promise<Page> {
  const { html, url } = await browser.get(`${server.issuer}/doctor`)
  const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? ''
  return browser.post(url, { form, given }, headers)
}

/** Signed in with this login. */
async function signedIn(login: string) {
  return (await enter(server, login)).browser
}

describe('the page', () => {
  test('says what is wrong, by which rule, and how to mend it', async () => {
    const { status, html } = await give(old)
    expect(status).toBe(200)
    expect(html).toContain('href="https://www.rfc-editor.org/rfc/rfc9700#section-2.1.2"')
    expect(html).toContain('https://id.example.com/authorize?response_type=code&amp;client_id=a&amp;state=&lt;random')
  })

  test('gives nothing back of what it was given, and writes what it names as text', async () => {
    const token = `${[{ alg: 'none' }, { sub: 'who-it-is', email: 'a@example.com' }].map(it => Buffer.from(JSON.stringify(it)).toString('base64url')).join('.')}.`
    const { html } = await give(token)
    expect(html).toContain('The token is not signed')
    for (const secret of [token, 'who-it-is', 'a@example.com']) expect(html).not.toContain(secret)
    const hostile = '"><script>alert(1)</script>'
    const client = await give(JSON.stringify({ client_name: hostile, redirect_uris: [`https://*${hostile}`] }))
    expect(client.html).toContain('redirect-wildcard')
    expect(client.html).not.toContain('<script')
  })

  test('of nothing that can be looked at it says what can', async () => {
    const { status, html } = await give('hello')
    expect(status).toBe(400)
    expect(html).toContain('This is nothing that can be looked at: expected the address of an issuer')
  })

  test('has another server asked for administrators only', async () => {
    const before = other.connections()
    for (const browser of [openBrowser(), await signedIn('alice')]) {
      const { status, html } = await give(other.url, browser)
      expect([status, html.includes('Only an administrator')]).toEqual([400, true])
    }
    expect(other.connections()).toBe(before)
    const { html } = await give(other.url, await signedIn('root'))
    expect(html).toContain('password-offered')
    expect(other.connections()).toBe(before + 1)
  })

  test('even for them through the guard', async () => {
    const { html } = await give('https://192.168.0.1', await signedIn('root'))
    expect(html).toContain('192.168.0.1 is not at a public address')
  })

  test('takes no form of another page', async () => {
    const browser = await signedIn('root')
    const before = other.connections()
    expect((await give(other.url, browser, { origin: 'https://evil.example' })).status).toBe(400)
    expect((await browser.post(`${server.issuer}/doctor`, { form: 'x', given: other.url })).status).toBe(400)
    expect(other.connections()).toBe(before)
  })

  test('what was given is in no journey', async () => {
    const kept = await startServer({ config: { journeys: 'all' } })
    const browser = openBrowser()
    const { html, url } = await browser.get(`${kept.issuer}/doctor`)
    const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? ''
    await browser.post(url, { form, given: 'very-secret-given' })
    await browser.post(url, { form: 'x', given: 'very-secret-given' })
    const { journeys } = await kept.journeys.list()
    for (const { id } of journeys) expect(JSON.stringify(await kept.journeys.journey(id))).not.toContain('very-secret')
    await kept.close()
  })
})

describe('in a browser', () => {
  let browser: Browser
  let visit: Visits
  beforeAll(async () => {
    browser = await launchChromium()
    visit = createVisits(browser, () => server.issuer)
  })
  afterAll(() => browser?.close())

  test.each([true, false])(
    'scripts %s: from the advisor’s foot to a finding and to another',
    async javaScriptEnabled => {
      await visit({ javaScriptEnabled }, async ({ page, look }) => {
        const lookAt = async (name: string) => (javaScriptEnabled ? look(name) : undefined)
        await page.goto(`${server.issuer}/`)
        await page.getByRole('link', { name: '/doctor' }).click()
        await lookAt('doctor')
        await page.getByLabel('What is to be looked at').fill(old)
        await page.getByRole('button', { name: 'Look at it' }).click()
        await page.getByRole('heading', { name: 'https://id.example.com/authorize' }).waitFor()
        await lookAt('doctor-found')
        await page.getByLabel('Look at something else').fill('hello')
        await page.getByRole('button', { name: 'Look at it' }).click()
        await page.getByText('This is nothing that can be looked at').waitFor()
        await lookAt('doctor-refused')
      })
    },
  )
})
