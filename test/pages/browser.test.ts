import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assets } from '../../src/http/assets/index.ts'
import { formPostPage, formPostScriptSource } from '../../src/http/pages/form-post.ts'
import { launchChromium } from '../support/chromium.ts'
import { axeRun } from '../support/visit.ts'
import { issuer, samples } from './samples.ts'

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const pages = samples()
/** The same with names so long, and without a space, that only breaking them keeps them in. */
const unbroken = samples(text => (text.includes(':') ? text : text + 'x'.repeat(80)))

let browser: Browser
let server: Server
let origin: string

beforeAll(async () => {
  browser = await launchChromium()
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin)
    const asset = assets.find(({ path }) => path === pathname)
    const scripts = searchParams.has('script') ? `; script-src ${formPostScriptSource}` : ''
    response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', policy + scripts)
    if (request.method === 'POST') return request.pipe(response)
    return response.end(asset?.body ?? document(pathname))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

function document(pathname: string): string | undefined {
  const [, name = '', variant] = pathname.split('/')
  if (name === 'answer') return answer()
  return (variant === 'unbroken' ? unbroken : pages).get(name)
}

/** An answer to an app that lives on this very server, since the policy lets forms go nowhere else. */
function answer(): string {
  return formPostPage(
    {
      app: { client_id: 'photo-prints' },
      redirect_uri: `${origin}/callback`,
      params: { code: 'abc', submit: 'hidden' },
    },
    { issuer },
  )
}

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const

test.each([...pages.keys()])(
  '%s is accessible at 1280 × 800 and 390 × 844, light and dark, and its policy stops nothing',
  async name => {
    await open(name, {}, async (page, complaints) => {
      await page.evaluate(axe.source)
      for (const viewport of sizes) {
        await page.setViewportSize(viewport)
        for (const colorScheme of ['light', 'dark'] as const) {
          // Colours must not be on their way when they are looked at.
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const where = `${viewport.width}, ${colorScheme}`
          const { violations, passes } = await page.evaluate<axe.AxeResults>(axeRun(colorScheme))
          expect(
            violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
            where,
          ).toEqual([])
          expect(
            passes.map(({ id }) => id),
            where,
          ).toContain('color-contrast')
          await keepPicture(page, `${name}-${viewport.width}-${colorScheme}`)
        }
      }
      // The one line of these pages is for a policy that names its hash.
      const scripted = ['ask-again', 'form-post', 'set-up'].includes(name)
      expect(complaints.filter(text => !scripted || !text.includes('inline script'))).toEqual([])
    })
  },
)

// Zooming to 200 % halves the width that a page is given.
test.each([...pages.keys()])('%s fits 1280 and 390, at 200 % zoom and with long names too', async name => {
  await open(name, {}, async page => {
    for (const path of [name, `${name}/unbroken`]) {
      if (path !== name) await page.goto(`${origin}/${path}`)
      for (const width of [1280, 640, 390, 195]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${path} at ${width}`).toBe(width)
        await keepPicture(page, `${path.replace('/', '-')}-${width}`)
      }
    }
  })
})

describe('by keyboard, without scripts', () => {
  const javaScriptEnabled = false

  test('signing in goes on from the first field to the posted form', async () => {
    await open('sign-in', { javaScriptEnabled }, async page => {
      // The browser moves the focus once it has laid the page out.
      await page.locator('#login:focus').waitFor()
      await page.keyboard.type('alice')
      await page.keyboard.press('Tab')
      await page.keyboard.type('correct horse')
      await page.keyboard.press('Enter')
      await page.waitForURL(`${origin}/authorize`)
      expect(await posted(page)).toEqual({ parked: 'c2VhbGVk', login: 'alice', password: 'correct horse' })
    })
  })

  test.each([
    ['sign-in', 'Cancel and return to Photo Prints', { cancel: 'yes' }],
    ['select-account', 'Continue as Alice Liddell', { account: 'current' }],
    ['select-account', 'Use another account', { account: 'other' }],
    ['consent', 'Allow', { consent: 'allow' }],
    ['consent', 'Do not allow', { consent: 'deny' }],
    ['consent', 'Not you?', { account: 'other' }],
    ['logout', 'Sign out', { logout: 'yes' }],
    ['logout', 'Stay signed in', { cancel: 'yes' }],
  ])('%s: "%s" says so', async (name, button, fields) => {
    await open(name, { javaScriptEnabled }, async page => {
      await page.getByRole('button', { name: button, exact: true }).press('Enter')
      await page.waitForURL(`${origin}/authorize`)
      expect(await posted(page)).toEqual({ parked: 'c2VhbGVk', ...fields })
    })
  })

  test('a form_post answer goes on by its button', async () => {
    await open('answer', { javaScriptEnabled }, async page => {
      await page.getByRole('button', { name: 'Continue to photo-prints' }).press('Enter')
      await page.waitForURL(`${origin}/callback`)
      expect(await posted(page)).toEqual({ code: 'abc', submit: 'hidden' })
    })
  })
})

test('a form_post answer submits by itself under a policy that names its hash', async () => {
  await open('answer?script', {}, async page => {
    await page.waitForURL(`${origin}/callback`)
    expect(await posted(page)).toEqual({ code: 'abc', submit: 'hidden' })
  })
})

test('a refused sign-in says why where the focus is', async () => {
  await open('sign-in-throttled', {}, async page => {
    await page.locator('#problem:focus').waitFor()
  })
})

async function open(
  name: string,
  options: BrowserContextOptions,
  look: (page: Page, complaints: readonly string[]) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  try {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    await page.goto(`${origin}/${name}`)
    await look(page, complaints)
  } finally {
    await context.close()
  }
}

async function posted(page: Page): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams((await page.locator('body').textContent()) ?? ''))
}

/** With SHOTS=folder, a picture of each page stays there to be looked at. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS']
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
