import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { get } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('RFC 9207 §3: the metadata says that iss comes', async () => {
  const { body } = await get(`${server.issuer}/.well-known/openid-configuration`)
  expect(body['authorization_response_iss_parameter_supported']).toBe(true)
})

test.each(['query', 'fragment'])('RFC 9207 §2: success by %s carries iss', async response_mode => {
  const sent = await authorize(openBrowser(), authorizeUrl(server.issuer, { response_mode }))
  expect(sent.getAll('iss')).toEqual([server.issuer])
  expect(sent.has('code')).toBe(true)
})

test('RFC 9207 §2: success and error by form_post carry iss', async () => {
  const browser = openBrowser()
  const url = authorizeUrl(server.issuer, { response_mode: 'form_post' })
  const error = await browser.get(`${url}&prompt=none`)
  expect(fieldsOf(error.html)).toMatchObject({ iss: server.issuer, error: 'login_required' })
  await authorize(browser, authorizeUrl(server.issuer))
  const success = await browser.get(url)
  expect(fieldsOf(success.html)).toMatchObject({ iss: server.issuer, code: expect.any(String) })
})
