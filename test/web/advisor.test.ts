import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advisorScript } from '../../src/http/assets/index.ts'
import { inputs } from '../advisor/samples.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'

let chromium: Browser
let server: TestServer

beforeAll(async () => {
  chromium = await launchChromium()
  server = await startServer()
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

/** A page at this query of the advisor; `requests` grows by every document that is fetched. */
async function open(query: string, look: (page: Page, requests: string[]) => Promise<void>): Promise<void> {
  const page = await chromium.newPage()
  const requests: string[] = []
  const troubles: string[] = []
  page.on('request', request => request.isNavigationRequest() && requests.push(request.url()))
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()))
  page.on('pageerror', error => troubles.push(String(error)))
  try {
    await page.goto(`${server.issuer}/${query}`)
    await page.locator('html.keys').waitFor()
    await look(page, requests)
    expect(troubles).toEqual([])
  } finally {
    await page.close()
  }
}

/** What is on the page as the server writes it for the address that the browser is at. */
async function asServed(page: Page): Promise<{ readonly title: string; readonly main: string }> {
  const html = await (await fetch(page.url())).text()
  return page.evaluate(text => {
    const served = new DOMParser().parseFromString(text, 'text/html')
    return { title: served.title, main: served.querySelector('main')?.innerHTML ?? '' }
  }, html)
}

/** What the script made of it; where the focus went is not part of it. */
async function asShown(page: Page): Promise<{ readonly title: string; readonly main: string }> {
  const main = await page.evaluate(() => {
    const copy = document.querySelector('main')?.cloneNode(true) as HTMLElement
    copy.querySelector('h1')?.removeAttribute('tabindex')
    return copy.innerHTML
  })
  return { title: await page.title(), main }
}

const first = '?for=apps'
/** Which answer is given, place by place; 0 is the doubt. */
const walks: readonly (readonly number[])[] = [
  [1, 1, 1, 1],
  [1, 2, 2, 1],
  [1, 3, 1, 2],
  [2, 6, 1, 2],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [1, 5, 2, 2],
]

describe('the advisor where scripts run', () => {
  test.each(walks)(
    'shows at every step what the server writes for that address, without asking it: %j, %j, …',
    async (...walk) => {
      await open(first, async (page, requests) => {
        const before = requests.length
        for (const digit of walk.filter(it => it !== undefined)) {
          if ((await page.locator('.choices').count()) === 0) break
          const was = page.url()
          await page.keyboard.press(String(digit))
          await page.waitForURL(url => url.href !== was)
          expect(await asShown(page)).toEqual(await asServed(page))
        }
        expect(requests.length).toBe(before)
      })
    },
  )

  test('goes back and forward by the browser’s buttons, and starts anywhere by an address', async () => {
    await open('?acts_for=user', async (page, requests) => {
      const question = await page.locator('h1').textContent()
      await page.locator('.choices a').nth(1).click()
      await expect.poll(() => page.locator('h1').textContent()).not.toBe(question)
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
      await page.goBack()
      await expect.poll(() => page.locator('h1').textContent()).toBe(question)
      expect(await asShown(page)).toEqual(await asServed(page))
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
      await page.goForward()
      await expect.poll(() => page.locator('h1').textContent()).not.toBe(question)
      expect(await asShown(page)).toEqual(await asServed(page))
      expect(requests).toHaveLength(1)
    })
  })

  test('goes back to a question by its box in the chart', async () => {
    await open('?acts_for=user&runs_on=browser', async (page, requests) => {
      await page.locator('.chart svg a').first().click()
      expect(await asShown(page)).toEqual(await asServed(page))
      expect(new URL(page.url()).search).not.toContain('runs_on')
      expect(requests).toHaveLength(1)
    })
  })

  test('shows the bytes of the API to every way to answer', async () => {
    const served = await Promise.all(
      inputs.map(answers =>
        fetch(`${server.issuer}/api/advise`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ answers }),
        }).then(answer => answer.text()),
      ),
    )
    const queries = inputs.map(answers => `?${new URLSearchParams({ ...answers })}`)
    await open(first, async page => {
      const shown = await page.evaluate(
        all =>
          all.map(query => {
            history.replaceState(null, '', query)
            dispatchEvent(new PopStateEvent('popstate'))
            return document.querySelector('pre.json')?.textContent
          }),
        queries,
      )
      expect(shown).toEqual(served)
    })
  })

  test('leaves clicks that mean another tab to the browser', async () => {
    await open(first, async page => {
      // What the browser makes of it is left out: now and then a headless one opens no tab.
      const left = page.evaluate(
        () =>
          new Promise<boolean>(resolve => {
            const asked = (event: Event) => {
              resolve(!event.defaultPrevented)
              event.preventDefault()
            }
            window.addEventListener('click', asked, { once: true })
          }),
      )
      await page
        .locator('.choices a')
        .first()
        .click({ modifiers: ['Control'] })
      expect(await left).toBe(true)
      expect(new URL(page.url()).search).toBe(first)
    })
  })

  test('leaves links that lead elsewhere to the browser', async () => {
    await open(first, async (page, requests) => {
      await page.locator('footer a[href="/flows"]').click()
      await page.waitForURL(/\/flows$/)
      expect(requests).toHaveLength(2)
    })
  })

  test('a digit typed into a field chooses nothing', async () => {
    await open(first, async page => {
      await page.evaluate(() => document.querySelector('main')?.append(document.createElement('input')))
      await page.locator('main > input').focus()
      await page.keyboard.press('1')
      expect(new URL(page.url()).search).toBe(first)
    })
  })

  test('moves nothing that is on the page when it takes over', async () => {
    await open('?acts_for=user', async page => {
      const shifts = await page.evaluate(async () => {
        const seen: number[] = []
        new PerformanceObserver(list => {
          for (const entry of list.getEntries()) seen.push((entry as unknown as { value: number }).value)
        }).observe({ type: 'layout-shift', buffered: true })
        await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        return seen
      })
      expect(shifts).toEqual([])
    })
  })

  test('is less than 120 KB of JavaScript, gzipped', () => {
    expect(gzipSync(advisorScript?.body ?? '', { level: 9 }).length).toBeGreaterThan(0)
    expect(gzipSync(advisorScript?.body ?? '', { level: 9 }).length).toBeLessThan(120_000)
  })
})
