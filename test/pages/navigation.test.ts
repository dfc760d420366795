import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowsPage } from '../../src/http/pages/flows.ts'
import { enter, submitForm } from '../accounts/support.ts'
import { administered } from '../clients/support.ts'
import { authorizeUrl, type Browser, openBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits } from '../support/visit.ts'
import { password, world } from '../support/world.ts'

const everybody = ['Advisor', 'Flows', 'Doctor', 'Errors']
/** Each page of the site, and the one of the navigation that it belongs to. */
const pages = [
  ['/', 'Advisor'],
  ['/?acts_for=user&runs_on=server&trusted_pw=no&secret_safe=yes', 'Advisor'],
  ['/flows', 'Flows'],
  ['/doctor', 'Doctor'],
  ['/errors', 'Errors'],
  ['/errors/path-unknown', 'Errors'],
  ['/errors/lookup?reference=unknown', 'Errors'],
] as const
const forThoseWhoLookAfterApps = [
  ['/clients', 'Apps'],
  ['/clients/web', 'Apps'],
  ['/clients/new?acts_for=self&runs_on=server&secret_safe=yes&platform_id=no', 'Apps'],
  ['/account', 'Account'],
  ['/account/password', 'Account'],
] as const

let server: TestServer
beforeAll(async () => {
  const clients = world.clients.map(client =>
    client.client_id === 'web' ? { ...client, grantwise: { ...client.grantwise, owners: ['bob'] } } : client,
  )
  server = await startServer({ document: { ...administered, clients } })
})
afterAll(() => server.close())

async function navigationAt(path: string, browser: Browser = openBrowser(), { issuer } = server) {
  const { html } = await browser.get(new URL(path, issuer).href)
  const [nav = ''] = /<header class="site">.*?<\/header>/s.exec(html) ?? []
  const links = [...nav.matchAll(/<a href="([^"]*)"( aria-current="page")?>([^<]*)<\/a>/g)]
  return {
    names: links.map(([, , , name]) => name),
    current: links.filter(([, , current]) => current).map(([, , , name]) => name),
    addresses: links.map(([, address = '']) => address),
  }
}

describe('the navigation', () => {
  test.each(pages)('%s has it for strangers, the page marked, with a way to sign in', async (path, at) => {
    expect(await navigationAt(path)).toMatchObject({ names: [...everybody, 'Sign in'], current: [at] })
  })

  test.each(['root', 'bob'])('%s is led to the apps that they look after, from every page', async login => {
    const { browser } = await enter(server, login)
    for (const [path, at] of [...pages, ...forThoseWhoLookAfterApps])
      expect(await navigationAt(path, browser), path).toMatchObject({
        names: [...everybody, 'Apps', 'Account'],
        current: [at],
      })
  })

  test('whoever looks after no app is not led to any', async () => {
    const { browser } = await enter(server, 'alice')
    for (const path of ['/', '/flows', '/account', '/clients'])
      expect((await navigationAt(path, browser)).names, path).toEqual([...everybody, 'Account'])
  })

  test('leads nobody to a page that they may not open', async () => {
    for (const login of [undefined, 'alice', 'bob', 'root']) {
      const browser = login === undefined ? openBrowser() : (await enter(server, login)).browser
      const { addresses } = await navigationAt('/flows', browser)
      expect(addresses.length).toBeGreaterThan(4)
      for (const address of addresses)
        expect(await browser.get(new URL(address, server.issuer).href), address).toMatchObject({ status: 200 })
    }
  })

  test('stands over the sign-in of the site itself, also when it failed, and over none on the way to an app or a device', async () => {
    for (const path of [
      '/account',
      '/clients',
      '/clients/new?acts_for=self&runs_on=server&secret_safe=yes&platform_id=no',
    ])
      expect((await navigationAt(path)).names, path).toEqual([...everybody, 'Sign in'])
    const { page } = await enter(server, 'alice', 'not her password')
    expect(page.html).toContain('<header class="site">')
    const asked = await openBrowser().get(authorizeUrl(server.issuer))
    expect(asked.html).toContain('id="password"')
    const visitor = openBrowser()
    const parked = await visitor.get(authorizeUrl(server.issuer))
    const consent = await submitForm(visitor, parked, '/sign-in', { login: 'alice', password })
    const wrong = await submitForm(visitor, parked, '/sign-in', { login: 'alice', password: 'not hers' })
    expect([consent.html, wrong.html].map(html => /<h1>(\w+)/.exec(html)?.[1])).toEqual(['Allow', 'Sign'])
    const within = ['/device', '/logout', '/authorize', '/sign-up', '/nothing-here']
    for (const html of [
      asked.html,
      consent.html,
      wrong.html,
      ...(await Promise.all(within.map(path => openBrowser().get(server.issuer + path)))).map(it => it.html),
    ]) {
      expect(html).toContain('<main')
      expect(html).not.toContain('class="site"')
    }
  })

  test('leads nobody away who is signed in and connects a device, or signs out', async () => {
    const { browser } = await enter(server, 'root')
    for (const path of ['/device', '/logout']) {
      const { html } = await browser.get(server.issuer + path)
      expect(html).toContain('<form')
      expect(html, path).not.toContain('class="site"')
    }
  })

  test('is below the path of the issuer', () => {
    const navigation = { at: 'flows', visitor: { signedIn: true, looksAfterApps: true } } as const
    const html = flowsPage([], { issuer: 'https://example.com/auth', navigation })
    expect(html).toContain('<a href="/auth/flows" aria-current="page">Flows</a>')
    expect(html).toContain('<a href="/auth/clients">Apps</a>')
  })
})

describe('who is told that the server has no administrator', () => {
  const says = 'This server has no administrator yet.'

  test('whoever may be its operator: on the front page, the sign-in of the site and the apps, until there is one', async () => {
    const fresh = await startServer()
    try {
      const { browser } = await enter(fresh, 'alice')
      const html = async (path: string, by = openBrowser()) => (await by.get(fresh.issuer + path)).html
      for (const path of ['/', '/account', '/clients']) expect(await html(path), path).toContain(says)
      expect(await html('/clients', browser)).toContain(says)
      for (const path of ['/?acts_for=user', '/device', '/flows']) expect(await html(path), path).not.toContain(says)
      expect(await html('/account', browser)).not.toContain(says)
    } finally {
      await fresh.close()
    }
    for (const path of ['/', '/account', '/clients'])
      expect((await openBrowser().get(server.issuer + path)).html, path).not.toContain(says)
  })

  test('nobody who connects a device by signing in', async () => {
    const fresh = await startServer()
    try {
      const browser = openBrowser()
      const asked = await browser.get(`${fresh.issuer}/device?user_code=BCDF-GHJK`)
      const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(asked.html) ?? []
      const hidden = [...asked.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
      const next = await browser.post(new URL(action, fresh.issuer).href, { ...fields, user_code: 'BCDF-GHJK' })
      expect(next.html).toContain('Sign in to connect a device')
      expect(next.html).not.toContain(says)
    } finally {
      await fresh.close()
    }
  })
})

describe('in a browser without scripts', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await launchChromium()
  })
  afterAll(() => chromium?.close())

  test('leads from page to page at every width, in at most two lines on a phone', async () => {
    const visit = createVisits(chromium, () => server.issuer)
    await visit({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } }, async ({ page }) => {
      await page.goto(`${server.issuer}/`)
      for (const name of ['Flows', 'Doctor', 'Errors', 'Advisor', 'Sign in']) {
        await page.getByRole('navigation', { name: 'Pages of this server' }).getByRole('link', { name }).click()
        await page.locator(`a[aria-current="page"]:text-is("${name}")`).waitFor()
        const boxes = await page.locator('.site a').evaluateAll(links =>
          links.map(link => {
            const { top, bottom, left, right } = link.getBoundingClientRect()
            return { middle: Math.round((top + bottom) / 2), left, right, height: bottom - top }
          }),
        )
        expect(new Set(boxes.map(({ middle }) => middle)).size).toBe(2)
        for (const { left, right, height } of boxes) {
          expect(left).toBeGreaterThanOrEqual(0)
          expect(right).toBeLessThanOrEqual(390)
          expect(height).toBeGreaterThanOrEqual(24)
        }
      }
    })
  })
})
