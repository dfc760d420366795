import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { actionOf, fieldsOf } from '../support/form.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { redeem } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('OAuth 2.0 Multiple Response Types §2.1: a code comes back in the query unless asked otherwise', async () => {
  const browser = openBrowser()
  await authorize(browser, authorizeUrl(server.issuer))
  for (const response_mode of [undefined, 'query']) {
    const { location } = await browser.get(authorizeUrl(server.issuer, { response_mode }))
    expect(location?.searchParams.has('code')).toBe(true)
    expect(location?.hash).toBe('')
  }
})

test('OAuth 2.0 Multiple Response Types §2.1: fragment keeps the code from the server of the client', async () => {
  const browser = openBrowser()
  await authorize(browser, authorizeUrl(server.issuer))
  const { location } = await browser.get(authorizeUrl(server.issuer, { response_mode: 'fragment' }))
  expect(location?.search).toBe('')
  const sent = new URLSearchParams(location?.hash.slice(1))
  expect([...sent.keys()]).toEqual(['code', 'state', 'iss'])
  expect((await redeem(server.issuer, sent.get('code') ?? '')).status).toBe(200)
})

test('OAuth 2.0 Form Post Response Mode §2: the answer is a form that posts itself to the redirect_uri', async () => {
  const browser = openBrowser()
  await authorize(browser, authorizeUrl(server.issuer))
  const state = '"><script>alert(1)</script>&amp;'
  const { status, html, headers } = await browser.get(
    authorizeUrl(server.issuer, { response_mode: 'form_post', state }),
  )
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(actionOf(html)).toBe('http://127.0.0.1:5001/callback')
  const fields = fieldsOf(html)
  expect(fields).toEqual({ code: expect.any(String), state, iss: server.issuer })
  expect((await redeem(server.issuer, fields['code'] ?? '')).status).toBe(200)

  const [script = ''] = /(?<=<script>).*(?=<\/script>)/.exec(html) ?? []
  const policy = headers.get('content-security-policy')
  expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  expect(policy).toContain("form-action 'self' http://127.0.0.1:5001;")
})

test('OAuth 2.0 Form Post Response Mode §2: an error is posted too', async () => {
  const { html } = await openBrowser().get(
    authorizeUrl(server.issuer, { response_mode: 'form_post', scope: 'unknown' }),
  )
  expect(fieldsOf(html)).toMatchObject({ error: 'invalid_scope', state: 'state-1' })
})

test.each(['web_message', 'jwt', 'QUERY'])(
  'OAuth 2.0 Multiple Response Types §2.1: the response_mode %s is told to the user, for how to answer is unknown',
  async response_mode => {
    expect(await openBrowser().get(authorizeUrl(server.issuer, { response_mode }))).toMatchObject({
      status: 400,
      location: undefined,
    })
  },
)

test('RFC 8252 §7.1: a private-use scheme is answered there, and its form may go there', async () => {
  const redirect_uri = 'com.example.app:/callback'
  const browser = openBrowser()
  const page = await browser.get(authorizeUrl(server.issuer, { client_id: 'native', redirect_uri }))
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' com.example.app:;")
  const sent = await browser.submit(page, '/sign-in', { cancel: 'yes' })
  expect(sent.headers.get('location')).toMatch(/^com\.example\.app:\/callback\?error=access_denied&/)
})

test('CSP3 §2.3.1: the form of a page may lead to an IPv6 loopback too, for which a policy has no word but its scheme', async () => {
  const redirect_uri = 'http://[::1]/callback'
  await server.apply({
    clients: [
      {
        client_id: 'tool',
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirect_uri],
        scope: 'openid',
        grantwise: { runs_on: 'cli', acts_for: ['user'] },
      },
    ],
  })
  const sent = { client_id: 'tool', redirect_uri: 'http://[::1]:61234/callback', scope: 'openid' }
  const page = await openBrowser().get(authorizeUrl(server.issuer, sent))
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http:;")
})
