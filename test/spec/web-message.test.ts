import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { post } from '../support/token.ts'
import { webMessageOf } from '../support/web-message.ts'

const mode = 'draft-sakimura-oauth-wmrm-01'
const redirect_uri = 'http://127.0.0.1:5004/callback'
const origin = 'http://127.0.0.1:5004'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const spa = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, { client_id: 'spa', redirect_uri, ...changes })
const silent = (changes: Record<string, string | undefined> = {}) =>
  spa({ prompt: 'none', response_mode: 'web_message', ...changes })

test(`${mode}: the answer is a message for the origin of the redirect_uri, with state and iss`, async () => {
  const browser = openBrowser()
  await authorize(browser, spa())
  const state = '"></script><script>alert(1)</script>&quot;\u2028'
  const { status, html, headers } = await browser.get(silent({ state }))
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  const sent = webMessageOf(html)
  expect(sent).toEqual({ origin, response: { code: expect.any(String), state, iss: server.issuer } })
  const code = sent.response['code'] ?? ''
  const fields = { grant_type: 'authorization_code', client_id: 'spa', code, redirect_uri, code_verifier: verifier }
  expect((await post(`${server.issuer}/token`, fields)).status).toBe(200)
})

test(`${mode}: an error is a message too`, async () => {
  const { status, html } = await openBrowser().get(silent())
  expect(status).toBe(200)
  expect(webMessageOf(html)).toMatchObject({ origin, response: { error: 'login_required', state: 'state-1' } })
})

test(`${mode}: its script sends it as { type: 'authorization_response', response }, and its policy names that script`, async () => {
  const { html, headers } = await openBrowser().get(silent())
  const [script = ''] = /(?<=<script>)[\s\S]*(?=<\/script>)/.exec(html) ?? []
  expect(script).toContain("postMessage({ type: 'authorization_response', response: JSON.parse(response) }, origin)")
  const policy = headers.get('content-security-policy')
  expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}';`)
})

test('CSP3 §6.4.2: only pages of the client’s own origins may frame it', async () => {
  await server.apply({
    clients: [
      {
        client_id: 'two-origins',
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirect_uri, 'https://app.example.com/callback', 'http://[::1]:5004/callback'],
        scope: 'openid',
        grantwise: { runs_on: 'browser', acts_for: ['user'] },
      },
    ],
  })
  const { headers } = await openBrowser().get(silent({ client_id: 'two-origins', scope: 'openid' }))
  const policy = headers.get('content-security-policy')?.split('; ')
  // A policy has no word for an IPv6 host: that page may not frame it, and no other may for its sake.
  expect(policy).toContain(`frame-ancestors ${origin} https://app.example.com`)
  expect(headers.get('x-frame-options')).toBeNull()
})

test('a sign-in on its way to a message is a page like any other, which nobody frames', async () => {
  const browser = openBrowser()
  const page = await browser.get(spa({ response_mode: 'web_message', prompt: 'login' }))
  expect(page.html).toContain('id="password"')
  expect(page.headers.get('x-frame-options')).toBe('DENY')
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  const { html } = await browser.submit(page, '/sign-in', { cancel: 'yes' })
  expect(webMessageOf(html).response).toMatchObject({ error: 'access_denied' })
})
