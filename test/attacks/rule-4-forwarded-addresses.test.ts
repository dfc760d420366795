import { describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { through } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { setCounts } from './counted.ts'

/** Rule 4: a client's address comes from a proxy only when that proxy is configured (`--trust-proxy`). */

/** Runs on a server behind these proxies; every request of these tests comes from 127.0.0.1. */
async function behind(trust_proxy: readonly string[], work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer({ config: { trust_proxy } })
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

type Headers = Readonly<Record<string, string>>

/** How many addresses the server tells apart of visitors with these headers, by what it counts of their guesses. */
async function addressesOf(server: TestServer, visitors: readonly Headers[]): Promise<number> {
  const first = openBrowser(through(server.url))
  const page = await first.get(authorizeUrl(server.issuer))
  await signIn(first, page, 'nobody', 'x')
  // From here on nothing is hashed.
  setCounts(server, 'account', 15)
  for (const headers of visitors) {
    const visitor = openBrowser(through(server.url, headers))
    for (const cookie of first.cookies) visitor.cookies.set(...cookie)
    expect((await signIn(visitor, page, 'nobody', 'x')).status).toBe(429)
  }
  return readRows(server.data_dir, 'throttles').filter(row => String(row['bucket']).startsWith('address:')).length
}

const claims: readonly (readonly [string, Headers])[] = [
  ['X-Forwarded-For', { 'x-forwarded-for': '198.51.100.1' }],
  ['X-Forwarded-For, a list', { 'x-forwarded-for': '198.51.100.1, 127.0.0.1' }],
  ['X-Forwarded-For, an empty part', { 'x-forwarded-for': ', ,198.51.100.1' }],
  ['Forwarded', { forwarded: 'for=198.51.100.1;proto=https;host=evil.example' }],
  ['X-Real-IP', { 'x-real-ip': '198.51.100.1' }],
  ['X-Client-IP', { 'x-client-ip': '198.51.100.1' }],
  ['CF-Connecting-IP', { 'cf-connecting-ip': '198.51.100.1' }],
  ['True-Client-IP', { 'true-client-ip': '198.51.100.1' }],
  ['X-Forwarded', { 'x-forwarded': '198.51.100.1' }],
]

test.each([
  ['no proxy', []],
  ['only another proxy', ['203.0.113.0/24', '2001:db8::/32']],
])(
  'where %s is trusted, no header says where somebody is, and guesses are counted together',
  async (_what, trusted) => {
    await behind(trusted, async server => {
      const more = Array.from({ length: 5 }, (_, host) => ({ 'x-forwarded-for': `198.51.100.${host}` }))
      expect(await addressesOf(server, [...claims.map(([, headers]) => headers), ...more])).toBe(1)
    })
  },
)

describe('from the proxy that is trusted', () => {
  test('the address is the one that it added, not those that the visitor sent along', async () => {
    await behind(['127.0.0.1'], async server => {
      const told = [
        '198.51.100.1',
        '203.0.113.9, 198.51.100.1',
        '127.0.0.1, 10.0.0.1, 198.51.100.1',
        '203.0.113.9, 198.51.100.1, 127.0.0.1',
      ]
      // No other header counts, even then: those visitors are all at the proxy's own address.
      const others = claims.filter(([what]) => !what.startsWith('X-Forwarded-For')).map(([, headers]) => headers)
      const visitors = [...told.map(forwarded => ({ 'x-forwarded-for': forwarded })), ...others]
      expect(await addressesOf(server, visitors)).toBe(2)
      const browser = openBrowser(through(server.url, { 'x-forwarded-for': told[1] ?? '' }))
      await signIn(browser, await browser.get(authorizeUrl(server.issuer)))
      expect(readRows(server.data_dir, 'sessions').map(({ address }) => address)).toEqual(['198.51.100.1'])
    })
  })

  test('what it forwards of host and scheme is in no link, no form, no cookie and no metadata', async () => {
    await behind(['127.0.0.1'], async server => {
      const poison = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' }
      const browser = openBrowser(through(server.url, poison))
      const page = await browser.get(authorizeUrl(server.issuer))
      const metadata = await browser.get(`${server.issuer}/.well-known/openid-configuration`)
      expect(JSON.stringify([...page.headers, ...metadata.headers]) + metadata.html).not.toContain('evil.example')
      expect(page.html).not.toMatch(/="[^"]*evil\.example/)
      expect(page.headers.getSetCookie().join()).not.toContain('Secure')
    })
  })
})
