import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Requests of as many parameters, or scopes, as fit: each is decoded, compared, and may be repeated in a page. */

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const many = (count: number) => Array.from({ length: count }, (_, index) => `${index.toString(36)}=`).join('&')

/** As a browser posts what another site made it post: where that is long, a page repeats it field by field. */
const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', origin: 'https://evil.example.com' }

function post(path: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...crossSite }
  return fetch(server.issuer + path, { method: 'POST', headers, body, redirect: 'manual' })
}

test.each([['/authorize'], ['/logout'], ['/token'], ['/introspect'], ['/revoke'], ['/device_authorization']])(
  'DESIGN §5 rule 6: %s takes no thousands of parameters',
  async path => {
    const answer = await post(path, many(15_000))
    const text = await answer.text()
    expect([answer.status, text.length < 20_000]).toEqual([400, true])
    expect(text).toMatch(/parameters at most|body-malformed/)
  },
)

test('and a request of many that somebody means is taken', async () => {
  const { search } = new URL(authorizeUrl(server.issuer))
  const answer = await post('/authorize', `${search.slice(1)}&${many(200).replaceAll('=', '=1')}`)
  expect(answer.status).toBe(303)
})

test('of thousands of scopes each is not looked for in all that the client has', async () => {
  const url = new URL(authorizeUrl(server.issuer))
  const client = await server.data.store.client(url.searchParams.get('client_id') ?? '')
  const spy = vi.spyOn(String.prototype, 'split')
  onTestFinished(() => spy.mockRestore())
  url.searchParams.set('scope', `openid ${many(15_000).replaceAll('=', '').replaceAll('&', ' ')}`)
  const answer = await post('/authorize', url.search.slice(1))
  expect(answer.status).toBe(200)
  const looks = spy.mock.contexts.filter(text => String(text) === client?.scope).length
  expect([looks > 0, looks < 100]).toEqual([true, true])
})
