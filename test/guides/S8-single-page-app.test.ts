import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startExample } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, fillSignIn } from '../support/visit.ts'

let server: TestServer
let chromium: Browser
beforeAll(async () => {
  ;[server, chromium] = await Promise.all([startServer({ document: {}, config: { dev: true } }), launchChromium()])
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

test('S8: a page without a server of its own signs somebody in and calls the API, by code with PKCE', async () => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  await server.apply({
    clients: [
      {
        client_id: 'playlists',
        client_name: 'Playlists',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${origin}/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        scope: 'openid profile playlists:read',
        grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: [`${server.issuer}/demo/api`] },
      },
    ],
  })
  const app = startExample('single-page-app.ts', {
    ISSUER: server.issuer,
    CLIENT_ID: 'playlists',
    PORT: String(port),
  })
  await app.said(/The app is at/)
  await createVisits(chromium, () => server.issuer)({}, async ({ page }) => {
    await page.goto(origin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await fillSignIn(page, 'demo-ada', 'analytical engine')
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByText('Signed in as Ada Lovelace').waitFor()
    expect(await page.getByRole('listitem').allTextContents()).toContain('Note G')
    // Neither a code in its address nor anything for the next script to find.
    expect(page.url()).toBe(`${origin}/`)
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, ''])
  })
})
