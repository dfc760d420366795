import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { enter } from '../accounts/support.ts'
import { authorizeUrl, type Page } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { everyPage, everyPageOptions } from './every-page.ts'
import { type EvilSite, selfPosting, startEvilSite } from './evil-site.ts'

let server: TestServer
let pages: ReadonlyMap<string, Page>
beforeAll(async () => {
  server = await startServer(everyPageOptions)
  pages = await everyPage(server)
})
afterAll(() => server?.close())

test('every path that shows pages is among them', () => {
  const seen = [...pages.values()].map(({ url }) => new URL(url).pathname)
  const paths = routes.filter(({ errors, anywhere }) => errors === 'page' && !anywhere).map(({ path }) => path)
  const unseen = paths.filter(
    path => !seen.includes(path.replace(':reason', 'redirect-uri-mismatch').replace(':id', 'web')),
  )
  expect(unseen).toEqual([])
})

test('RFC 9700 §4.16: no page may be framed, errors included, by the old header and the new', () => {
  expect(pages.size).toBeGreaterThan(45)
  for (const [name, { headers, html }] of pages) {
    expect(html, name).toMatch(/^<!doctype html>/)
    expect(headers.get('x-frame-options'), name).toBe('DENY')
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(
      policy.filter(it => it.startsWith('frame-ancestors')),
      name,
    ).toEqual(["frame-ancestors 'none'"])
  }
})

test('DESIGN §5 rule 7: and each has the one set of headers', () => {
  for (const [name, { headers, html }] of pages) {
    const said = ['content-type', 'cache-control', 'x-content-type-options', 'referrer-policy'].map(it =>
      headers.get(it),
    )
    expect(said, name).toEqual(['text/html; charset=utf-8', 'no-store', 'nosniff', 'same-origin'])
    expect(headers.get('cross-origin-opener-policy'), name).toBeNull()
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy, name).toContain("default-src 'none'")
    expect(policy, name).toContain("base-uri 'none'")
    expect(
      policy.filter(it => it.startsWith('form-action')),
      name,
    ).toHaveLength(1)
    expect(policy.join(), name).not.toMatch(/unsafe|\*|data:/)
    // A script in the page only where the policy names its hash, one of its own files only where that may run; nothing
    // from elsewhere, nothing in an attribute.
    const files = html.match(/<script type="module" src="\/assets\/[a-z-]+-[0-9a-f]{12}\.js"><\/script>/g)?.length ?? 0
    const inline = (html.match(/<script/g)?.length ?? 0) - files
    const may = policy.filter(it => it.startsWith('script-src'))
    expect(may.length, name).toBeLessThanOrEqual(1)
    if (inline > 0) expect(may, name).toEqual([expect.stringMatching(/^script-src 'sha256-[^']+'$/)])
    else if (files > 0) expect(may, name).toEqual(["script-src 'self'"])
    else expect(may, name).toEqual([])
    for (const [, address = ''] of html.matchAll(/\ssrc="([^"]*)"/g)) expect(address, name).toMatch(/^\/assets\//)
    expect(html, name).not.toMatch(/ style="| on\w+="/)
  }
})

describe('in Chromium', () => {
  let chromium: Browser
  let evil: EvilSite
  beforeAll(async () => {
    ;[chromium, evil] = await Promise.all([launchChromium(), startEvilSite()])
  })
  afterAll(async () => {
    await chromium?.close()
    await evil?.close()
  })

  test.each(['sibling', 'stranger'] as const)(
    'a framing page of a %s shows nothing, whoever is signed in',
    async where => {
      const { browser } = await enter(server)
      const context = await chromium.newContext()
      await context.addCookies([...browser.cookies].map(([name, value]) => ({ name, value, url: server.issuer })))
      const paths = [
        '/',
        '/account',
        '/account/password',
        '/logout',
        '/sign-up',
        '/set-up',
        '/clients',
        '/clients/new',
        '/errors',
        '/nothing',
        '/consent',
        '/%ff',
      ]
      const urls = [
        ...paths.map(path => server.issuer + path),
        authorizeUrl(server.issuer, { prompt: 'consent' }),
        authorizeUrl(server.issuer, { prompt: 'login' }),
        authorizeUrl(server.issuer, { prompt: 'select_account' }),
        authorizeUrl(server.issuer, { prompt: 'none', response_mode: 'form_post' }),
        authorizeUrl(server.issuer, { redirect_uri: 'https://evil.example/' }),
      ]
      const escaped = urls.map(url => url.replaceAll('&', '&amp;'))
      const frames = [
        ...escaped.map(url => `<iframe src="${url}"></iframe>`),
        ...escaped
          .slice(0, 2)
          .flatMap(url => [
            `<iframe sandbox="allow-forms" src="${url}"></iframe>`,
            `<object data="${url}" type="text/html"></object>`,
            `<embed src="${url}" type="text/html">`,
          ]),
      ]
      evil.serve('/frames', frames.join(''))
      const page = await context.newPage()
      await page.goto(`${evil[where]}/frames`, { waitUntil: 'load' })
      const framed = page.frames().filter(frame => frame !== page.mainFrame())
      expect(framed.length).toBeGreaterThanOrEqual(urls.length)
      for (const frame of framed) expect(frame.url()).toMatch(/^(chrome-error:|about:blank|$)/)
      await context.close()
    },
  )

  test('nor does the answer to a form that is posted into a frame', async () => {
    evil.serve('/inside', selfPosting(`${server.issuer}/sign-in`, { parked: 'x', login: 'alice', password: 'x' }))
    evil.serve('/outside', '<iframe src="/inside"></iframe>')
    const page = await chromium.newPage()
    const posted = page.waitForResponse(`${server.issuer}/sign-in`)
    await page.goto(`${evil.sibling}/outside`)
    expect((await posted).headers()['x-frame-options']).toBe('DENY')
    await page.waitForFunction(() => {
      try {
        return window.frames[0]?.document.body === undefined
      } catch {
        return true
      }
    })
    const [, frame] = page.frames()
    expect(frame?.url()).toMatch(/^chrome-error:/)
    await page.close()
  })
})
