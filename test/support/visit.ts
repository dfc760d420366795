import axe from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import { password } from './world.ts'

/** A person with a browser of their own, watched. */
export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** Holds the page to what every page must be, at both sizes and in both schemes; once for each name. */
  look(name: string, page?: Page): Promise<void>
  /** Everything the browser complained of so far: console, policies, requests that should not be. */
  readonly complaints: string[]
}

export type Visits = (options: BrowserContextOptions, walk: (visit: Visit) => Promise<void>) => Promise<void>

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const

/** Visits to one server; each must end without a complaint. */
export function createVisits(browser: Browser, issuer: () => string): Visits {
  const looked = new Set<string>()
  return async (options, walk) => {
    const context = await browser.newContext({ viewport: sizes[0], ...options })
    try {
      const complaints = watch(context, new URL(issuer()).origin)
      const page = await context.newPage()
      const look: Visit['look'] = async (name, at = page) => {
        if (looked.has(name)) return
        looked.add(name)
        await inspect(at, name)
      }
      await walk({ context, page, look, complaints })
      expect(complaints).toEqual([])
    } finally {
      await context.close()
    }
  }
}

function watch(context: BrowserContext, origin: string): string[] {
  const complaints: string[] = []
  context.on('console', message => {
    // Chromium says so of every page that has an error status, as a refused sign-in has.
    const ownStatus = /^Failed to load resource: the server responded with a status of 4/.test(message.text())
    const { url } = message.location()
    // So it says of a page in which a test typed before the browser had come that far.
    if (/^Autofocus processing was blocked/.test(message.text())) return
    if (!(ownStatus && url.startsWith(origin) && !url.includes('/assets/'))) complaints.push(message.text())
  })
  context.on('weberror', error => complaints.push(error.error().message))
  context.on('request', request => {
    const from = ownerOf(request)
    if (from === origin && new URL(request.url()).origin !== origin) complaints.push(`loads ${request.url()}`)
  })
  return complaints
}

/** The origin of the page that loads something; nothing for a navigation, which may lead anywhere. */
function ownerOf(request: Request): string | undefined {
  if (request.isNavigationRequest()) return undefined
  return new URL(request.frame().url()).origin
}

/** All that axe looks at; in the dark only what the dark changes. */
export function axeRun(colorScheme: 'light' | 'dark'): string {
  return colorScheme === 'light' ? 'axe.run()' : `axe.run({ runOnly: ['color-contrast'] })`
}

async function inspect(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source)
  for (const viewport of sizes) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      const where = `${name} at ${viewport.width}, ${colorScheme}`
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations, passes } = await page.evaluate<axe.AxeResults>(axeRun(colorScheme))
      const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
      expect(found, where).toEqual([])
      expect(passes.map(({ id }) => id)).toContain('color-contrast')
      expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBe(viewport.width)
      await keepPicture(page, `${name}-${viewport.width}-${colorScheme}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
  await page.setViewportSize(sizes[0])
}

/** With SHOTS=folder, a picture of each page stays there to be looked at. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS']
  if (folder) await page.screenshot({ path: `${folder}/flow-${name}.png`, fullPage: true })
}

/** Types into the sign-in page, and goes on. */
export async function fillSignIn(page: Page, login = 'alice', word: string = password): Promise<void> {
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(word)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in and allows what is asked, up to where the app says that it is done. */
export async function signInAt(page: Page, end: string, login = 'alice'): Promise<void> {
  await fillSignIn(page, login)
  const allow = page.getByRole('button', { name: 'Allow', exact: true })
  const asked = await Promise.race([allow.waitFor().then(() => true), page.waitForURL(end).then(() => false)])
  if (asked) await allow.click()
  await page.waitForURL(end)
}
