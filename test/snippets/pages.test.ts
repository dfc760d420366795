import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StackId } from '../../src/snippets/snippet.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, signInAt, type Visits } from '../support/visit.ts'
import { api, world } from '../support/world.ts'
import { hostile, hostileApi, hostileGrants, hostileScope, type Made, pageClient } from './clients.ts'
import { codeOf, run, snippetOf } from './support.ts'

interface Case {
  readonly title: string
  readonly stack: StackId
  readonly client: Made
  readonly says: string
}

const stacks = ['oidc-client-ts', 'oauth4webapi'] as const
const cases: readonly Case[] = [
  ...(await Promise.all(
    stacks.flatMap(stack => [
      pageClient(`page-${stack}`).then(client => ({ title: 'page', stack, client, says: 'Signed in as Alice' })),
      pageClient(
        `hostile-page-${stack}`,
        { scope: hostileScope, grantwise: { runs_on: 'browser', ...hostileGrants } },
        hostile.path,
      ).then(client => ({ title: 'hostile page', stack, client, says: 'Signed in as Alice' })),
    ]),
  )),
  {
    title: 'page without an ID Token',
    stack: 'oauth4webapi',
    client: await pageClient('plain-page', { scope: 'profile:read' }),
    says: 'Got an access token for',
  },
]

let server: TestServer
let chromium: Browser
let visit: Visits
beforeAll(async () => {
  const resource_servers = [...world.resource_servers, hostileApi]
  const clients = [...world.clients, ...cases.map(it => it.client)]
  ;[server, chromium] = await Promise.all([
    startServer({ document: { ...world, resource_servers, clients } }),
    launchChromium(),
  ])
  visit = createVisits(chromium, () => server.issuer)
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

describe.concurrent('a page as it is shown, served as is shown, signs its visitor in', () => {
  for (const { title, stack, client, says } of cases) {
    test(`${stack}: ${title}`, async ({ onTestFinished }) => {
      const code = codeOf(server.issuer, client)
      expect(code.env).toBeUndefined()
      const running = run(snippetOf(code, stack), code)
      onTestFinished(() => running.stop())
      await running.said(/Local:.+http/)
      const [redirect_uri = ''] = client.redirect_uris
      const { origin } = new URL(redirect_uri)
      await visit({}, async ({ page, complaints }) => {
        // Of the page's own picture in the tab, which it has not.
        await page.route('**/favicon.ico', route => route.fulfill({ status: 204 }))
        await page.goto(`${origin}/`)
        const asked = page.waitForRequest(request => request.url().startsWith(`${server.issuer}/authorize?`))
        await page.getByRole('button', { name: 'Sign in' }).click()
        const { searchParams } = new URL((await asked).url())
        expect(searchParams.get('scope')).toBe(client.scope)
        expect(searchParams.get('redirect_uri')).toBe(redirect_uri)
        await signInAt(page, `${origin}/`)
        await page.locator('#who').getByText(says).waitFor()
        expect(await page.evaluate('sessionStorage.length')).toBe(0)
        // Vite says when it has loaded the page's libraries.
        complaints.splice(0, complaints.length, ...complaints.filter(it => !it.startsWith('[vite]')))
      })
    })
  }
})

test('an API for pages is named where there are several', async () => {
  const several = await pageClient('several', {
    grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: [api, hostile.audience] },
  })
  for (const stack of stacks)
    expect(snippetOf(codeOf(server.issuer, several), stack).text).toContain(`resource: '${api}'`)
})
