import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { through } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ config: { trust_proxy: ['127.0.0.1'] } })
})
beforeEach(() => {
  server.clock.pass(900)
})
afterAll(() => server.close())

/** Statuses of this many guesses, each at another account, from what the proxy says is the address. */
async function guess(times: number, from: (at: number) => string): Promise<number[]> {
  const page = await openBrowser(through(server.url, { 'x-forwarded-for': from(0) })).get(authorizeUrl(server.issuer))
  const statuses: number[] = []
  // Some at once, as a machine would, and no more than the queue of passwords takes.
  for (let at = 0; at < times; at += 15) {
    const batch = Array.from({ length: Math.min(15, times - at) }, async (_, index) => {
      const liar = openBrowser(through(server.url, { 'x-forwarded-for': from(at + index) }))
      const own = await liar.get(authorizeUrl(server.issuer))
      return (await signIn(liar, own, `nobody-${at + index}`, 'x')).status
    })
    statuses.push(...(await Promise.all(batch)))
  }
  expect(page.status).toBe(200)
  return statuses
}

describe('DESIGN §5, rule 6: an address is one address, whatever port a proxy adds', () => {
  test('of 330 guesses in a quarter of an hour 300 are made', { timeout: 120_000 }, async () => {
    const statuses = await guess(330, at => `198.51.100.7:${40_000 + at}`)
    expect(statuses.filter(it => it === 400)).toHaveLength(300)
    expect(statuses.filter(it => it === 429)).toHaveLength(30)
  })

  test.each([
    ['IPv6, anywhere in its /64', (at: number) => `[2001:db8::${(at + 1).toString(16)}]:${40_000 + at}`],
    ['what is no address at all', (at: number) => `made-up-${at}`],
  ])('%s: guesses are counted together', async (_kind, from) => {
    const counts = () =>
      readRows(server.data_dir, 'throttles').filter(it => String(it['bucket']).startsWith('address:'))
    const before = counts().length
    await guess(20, from)
    expect(counts()).toHaveLength(before + 1)
    expect(Math.max(...counts().map(it => Number(it['attempts'])))).toBeGreaterThanOrEqual(20)
  })
})
