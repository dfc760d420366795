import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StackId } from '../../src/snippets/snippet.ts'
import { enter } from '../accounts/support.ts'
import { openBrowser, type Page, sentBack } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { decide, typeCode } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, signInAt } from '../support/visit.ts'
import { world } from '../support/world.ts'
import { deviceClient, type Made, pageClient, schemeClient, toolClient, webClient } from './clients.ts'
import { codeOf, type Run, run, snippetOf } from './support.ts'

/** Its tokens last a minute, and code renews a minute before they end: at each use. */
const briefApi = 'https://brief.example.com'
const brief = {
  audience: briefApi,
  name: 'Brief',
  access_token_ttl: 60,
  scopes: { 'profile:read': { description: 'Read your profile', requires_user: true } },
}
const scope = 'openid profile offline_access profile:read'

function renewing<T extends Made>(client: T): T {
  return { ...client, scope, grantwise: { ...client.grantwise, audiences: [briefApi] } }
}

const web = await Promise.all(
  (['openid-client', 'oauth4webapi', 'express-openid-connect'] as const).map(async stack => ({
    stack,
    client: renewing(await webClient(`web-${stack}`, 'client_secret_basic')),
  })),
)
const pages = await Promise.all(
  (['oidc-client-ts', 'oauth4webapi'] as const).map(async stack => ({
    stack,
    client: renewing(await pageClient(`page-${stack}`)),
  })),
)
const stacks = ['openid-client', 'oauth4webapi'] as const
const tools = stacks.map(stack => ({ stack, client: renewing(toolClient(`tool-${stack}`)) }))
const schemes = stacks.map(stack => ({ stack, client: renewing(schemeClient(`scheme-${stack}`)) }))
const television = renewing(deviceClient('television'))

let server: TestServer
let chromium: Browser
beforeAll(async () => {
  const clients = [...web, ...pages, ...tools, ...schemes].map(it => it.client)
  server = await startServer({
    document: {
      ...world,
      resource_servers: [...world.resource_servers, brief],
      clients: [...world.clients, ...clients, television],
    },
  })
  chromium = await launchChromium()
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

/** The answers that this client got for its refresh tokens, in order. */
async function renewals({ client_id }: Made): Promise<readonly string[]> {
  const { journeys } = await server.journeys.list({ limit: 100 })
  const own = journeys.filter(it => it.client_id === client_id)
  const views = await Promise.all(own.map(({ id }) => server.journeys.journey(id)))
  return views.flatMap(view => {
    const steps = view?.steps ?? []
    return steps.flatMap(({ parameters = [] }, at) => {
      const asked = parameters.some(({ name, value }) => name === 'grant_type' && value === 'refresh_token')
      return asked ? [steps[at + 1]?.what ?? ''] : []
    })
  })
}

/** So much later that the refresh token before is good for nothing (`refresh_grace`). */
function later(): void {
  server.clock.pass(31)
}

/** The program as it is shown, which calls its API once more when somebody says so. */
function toolOf(client: Made, stack: StackId): Run {
  const code = codeOf(server.issuer, client)
  const shown = snippetOf(code, stack)
  const more =
    "process.stdin.once('data', async () => { await accessToken(); console.log('and again'); process.exit() })"
  return run({ ...shown, text: `${shown.text}${more}\n` }, code)
}

async function useAgain({ said, child, output }: Run, client: Made): Promise<void> {
  await said(/(Its access token is good until)/)
  expect(await renewals(client), output()).toEqual(['200'])
  later()
  child.stdin?.write('go\n')
  await said(/(and again)/)
  expect(await renewals(client), output()).toEqual(['200', '200'])
}

describe('a refresh token is used as it is shown, and the next one takes its place', () => {
  test.each(web)('$stack: a web app, at each visit', async ({ stack, client }) => {
    const code = codeOf(server.issuer, client)
    const running = run(snippetOf(code, stack), code)
    try {
      await running.said(/Open http/)
      const browser = openBrowser()
      const { origin } = new URL(client.redirect_uris[0] ?? '')
      const begun = await browser.get(`${origin}/`)
      let page: Page = await browser.get((await sentBack(browser, begun.location?.href ?? '')).href)
      while (page.location) page = await browser.get(page.location.href)
      for (const before of [1, 2]) {
        expect(page.html, running.output()).toContain('Signed in as Alice')
        expect(await renewals(client), running.output()).toEqual(Array(before).fill('200'))
        later()
        page = await browser.get(`${origin}/`)
      }
      // Somebody who is renewed no more signs in again.
      await server.apply({ clients: [{ ...client, grant_types: ['authorization_code'] }] })
      const ended = await browser.get(`${origin}/`)
      if (stack !== 'express-openid-connect') expect(ended.location?.pathname).toBe('/authorize')
      expect((await renewals(client)).toSorted()).toEqual(['200', '200', '200', '400'])
    } finally {
      await running.stop()
    }
  })

  test.each(tools)('$stack: a tool', async ({ stack, client }) => {
    const running = toolOf(client, stack)
    try {
      const address = await running.said(/(http:\S+\/authorize\?\S+)/)
      await fetch(await sentBack(openBrowser(), address))
      await useAgain(running, client)
    } finally {
      await running.stop()
    }
  })

  test('openid-client: a device', async () => {
    const running = toolOf(television, 'openid-client')
    try {
      const { browser } = await enter(server)
      await decide(browser, await typeCode(browser, server.issuer, await running.said(/and type (\S+)/)))
      await useAgain(running, television)
    } finally {
      await running.stop()
    }
  })

  test.each(schemes)('$stack: an app with a scheme of its own', async ({ stack, client }) => {
    const code = codeOf(server.issuer, client)
    const running = run(snippetOf(code, stack), code)
    try {
      const back = await sentBack(openBrowser(), await running.said(/(http:\S+\/authorize\?\S+)/))
      await running.ended()
      expect(await running.again(back.href)).toContain('Its access token is good until')
      expect(await renewals(client)).toEqual(['200'])
    } finally {
      await running.stop()
    }
  })

  test.each(pages)('$stack: a page', async ({ stack, client }) => {
    const code = codeOf(server.issuer, client)
    const running = run(snippetOf(code, stack), code)
    try {
      await running.said(/Local:.+http/)
      const { origin } = new URL(client.redirect_uris[0] ?? '')
      await createVisits(chromium, () => server.issuer)({}, async ({ page, complaints }) => {
        await page.route('**/favicon.ico', route => route.fulfill({ status: 204 }))
        await page.goto(`${origin}/`)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await signInAt(page, `${origin}/`)
        await page.locator('#who').getByText('Signed in as Alice').waitFor()
        await expect.poll(async () => (await renewals(client))[0]).toBe('200')
        if (stack === 'oidc-client-ts') {
          later()
          const { length } = await renewals(client)
          await expect.poll(async () => (await renewals(client)).length).toBeGreaterThan(length)
        }
        expect(new Set(await renewals(client))).toEqual(new Set(['200']))
        // Nothing that could be read there is kept.
        expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toMatch(/refresh|eyJ/)
        complaints.splice(0, complaints.length, ...complaints.filter(it => !it.startsWith('[vite]')))
      })
    } finally {
      await running.stop()
    }
  })
})
