import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, type Browser, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { world } from '../support/world.ts'

const [, , , , native] = world.clients
const https = 'https://claimed.example.com/callback'
const ownNative = {
  ...native,
  client_id: 'own-native',
  grantwise: { ...native.grantwise, first_party: true },
}
const confidentialNative = {
  ...native,
  client_id: 'confidential-native',
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a-secret-of-32-characters-or-more',
}
const claimed = { ...native, client_id: 'claimed', redirect_uris: [...native.redirect_uris, https] }
const cli = { ...native, client_id: 'cli', grantwise: { ...native.grantwise, runs_on: 'cli' } }

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    document: { ...world, clients: [...world.clients, ownNative, confidentialNative, claimed, cli] },
  })
})
afterAll(() => server.close())

const url = (client_id: string, redirect_uri: string, changes: Record<string, string> = {}) =>
  authorizeUrl(server.issuer, { client_id, redirect_uri, ...changes })

/** An alice who is signed in and has allowed this client everything that it asks for. */
async function agreed(client_id: string, redirect_uri: string): Promise<Browser> {
  const browser = openBrowser()
  expect((await authorize(browser, url(client_id, redirect_uri))).get('code')).toBeTruthy()
  return browser
}

const anyProgram = [
  ['native', 'http://127.0.0.1:53211/callback', 'http://127.0.0.1:53999/callback'],
  ['native', 'com.example.app:/callback', 'com.example.app:/callback'],
  ['claimed', https, 'com.example.app:/callback'],
  ['cli', 'http://127.0.0.1:53211/callback', 'http://127.0.0.1:53211/callback'],
] as const

describe('RFC 8252 §8.6: whoever may listen there gets no code that nobody confirmed', () => {
  test.each(anyProgram)('%s, allowed at %s, asks again at %s', async (client_id, first, redirect_uri) => {
    const browser = await agreed(client_id, first)
    const page = await browser.get(url(client_id, redirect_uri))
    expect(page).toMatchObject({ status: 200, location: undefined })
    expect(page.html).toContain('name="consent"')
    // Confirmed, it goes on.
    const back = await browser.submit(page, '/consent', { consent: 'allow' })
    expect(back.location?.searchParams.get('code')).toBeTruthy()
  })

  test.each(anyProgram)(
    '%s, allowed at %s, is interaction_required under prompt=none at %s',
    async (id, first, uri) => {
      const browser = await agreed(id, first)
      const { location } = await browser.get(url(id, uri, { prompt: 'none' }))
      expect(location?.searchParams.get('error')).toBe('interaction_required')
      expect(location?.searchParams.get('code')).toBeNull()
    },
  )
})

describe('where the answer reaches the client alone, what was allowed is remembered', () => {
  test.each([
    ['a native app at an https address that it claimed', 'claimed', https],
    ['a confidential native app', 'confidential-native', 'http://127.0.0.1:53211/callback'],
    ['a browser app', 'spa', 'http://127.0.0.1:5004/callback'],
    ['a server', 'web', 'http://127.0.0.1:5001/callback'],
  ])('%s', async (_what, client_id, redirect_uri) => {
    const browser = await agreed(client_id, redirect_uri)
    for (const prompt of [{}, { prompt: 'none' }]) {
      const { location } = await browser.get(url(client_id, redirect_uri, prompt))
      expect(location?.searchParams.get('code')).toBeTruthy()
    }
  })

  test('DESIGN §5: an operator’s own native app is not confirmed, for the operator says so', async () => {
    const redirect_uri = 'http://127.0.0.1:53211/callback'
    const browser = await agreed('own-native', redirect_uri)
    const { location } = await browser.get(url('own-native', redirect_uri, { prompt: 'none' }))
    expect(location?.searchParams.get('code')).toBeTruthy()
  })
})
