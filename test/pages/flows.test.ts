import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columns, flowRows } from '../../src/advisor/flow-rows.ts'
import { grants } from '../../src/core/grants/index.ts'
import { responseTypes } from '../../src/core/response-types/index.ts'
import { advisorStylesheet, stylesheet } from '../../src/http/assets/index.ts'
import { flowsPage } from '../../src/http/pages/flows.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, type Visits } from '../support/visit.ts'

const known = { grants, responseTypes }
const rows = flowRows(known, known)
const issuer = 'https://example.com/auth'

describe('the page', () => {
  const page = flowsPage(rows, { issuer })

  test('has one heading, no script and no style of its own, and is small', () => {
    expect(page.match(/<h1[ >]/g)).toHaveLength(1)
    expect(page.match(/<main[ >]/g)).toHaveLength(1)
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i)
    const bytes = [page, stylesheet.body, advisorStylesheet.body].map(it => Buffer.byteLength(it))
    expect(bytes.reduce((sum, it) => sum + it)).toBeLessThan(48_000)
  })

  test('is found below the path of the issuer, as are its links, and by search engines', () => {
    expect(page).toContain('href="/auth/"')
    expect(page).toContain('<code>GET /auth/api/flows</code>')
    expect(page).not.toContain('noindex')
  })

  test('writes what comes from elsewhere as text', () => {
    const [first] = rows
    if (!first) throw new Error('no rows')
    const hostile = '"><script>alert(1)</script>'
    const retired = { rule: hostile, instead: hostile }
    const text = flowsPage([{ ...first, name: hostile, grant_types: [hostile], spec: [hostile], retired }], { issuer })
    expect(text).not.toContain('<script')
  })
})

describe('in a browser', () => {
  let server: TestServer
  let old: TestServer
  let browser: Browser
  let visit: Visits
  beforeAll(async () => {
    ;[server, old, browser] = await Promise.all([
      startServer(),
      startServer({ config: { allow: ['implicit', 'hybrid', 'password'] } }),
      launchChromium(),
    ])
    visit = createVisits(browser, () => server.issuer)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await old?.close()
  })

  test('says in each cell what the API says, names no test, and says what this server has off', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(`${server.issuer}/`)
      await page.getByRole('link', { name: '/flows', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'What each flow can do' }).waitFor()
      await look('flows')
      const cells = await page.locator('tbody td').allTextContents()
      expect(cells).toEqual(rows.flatMap(row => columns.map(({ id }) => (row[id] ? 'Yes' : 'No'))))
      expect(cells.slice(0, 12)).toEqual('Yes Yes Yes Yes No Yes No Yes No Yes No No'.split(' '))
      const implicit = page.getByRole('row', { name: /^Implicit withdrawn/ })
      expect(await implicit.textContent()).toMatch(/off on this server/)
      const text = await page.locator('main').textContent()
      expect(text).toContain('Withdrawn by RFC 9700 §2.1.2: use authorization_code with PKCE.')
      expect(text).toContain('Off on this server; --allow implicit turns it on.')
      for (const test of rows.flatMap(({ tests }) => Object.values(tests))) expect(text).not.toContain(test)
      await page.getByRole('link', { name: 'Which one fits my app?' }).click()
      expect(page.url()).toBe(`${server.issuer}/`)
    })
  })

  test('says what this server has on', async () => {
    await createVisits(browser, () => old.issuer)({}, async ({ page }) => {
      await page.goto(`${old.issuer}/flows`)
      const text = await page.locator('main').textContent()
      expect(text).toContain('Allowed on this server (--allow password).')
      expect(text).not.toMatch(/off on this server/i)
    })
  })
})
