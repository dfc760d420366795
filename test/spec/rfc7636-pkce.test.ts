import { afterAll, beforeAll, expect, test } from 'vitest'
import { s256 } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, obtainCode, post } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const redeem = (code: string, changes: Record<string, string> = {}) =>
  post(`${server.issuer}/token`, codeFields(code, changes), basic('web'))

test('RFC 7636 Appendix B: the verifier of the example redeems a code bound to its challenge', async () => {
  const { status, body } = await redeem(await obtainCode(server.issuer))
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
})

test('RFC 7636 §4.6: a wrong code_verifier is invalid_grant, and the code stays good for its owner', async () => {
  const code = await obtainCode(server.issuer)
  const thief = await redeem(code, { code_verifier: 'x'.repeat(43) })
  expect(thief).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect((await redeem(code)).status).toBe(200)
})

test.each([42, 129])('RFC 7636 §4.1: a code_verifier of %i characters is refused', async length => {
  const code_verifier = 'v'.repeat(length)
  const code = await obtainCode(server.issuer, { code_challenge: s256(code_verifier) })
  expect(await redeem(code, { code_verifier })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test.each([43, 128])('RFC 7636 §4.1: a code_verifier of %i characters is accepted', async length => {
  const code_verifier = '-._~aZ0'.repeat(20).slice(0, length)
  const code = await obtainCode(server.issuer, { code_challenge: s256(code_verifier) })
  expect((await redeem(code, { code_verifier })).status).toBe(200)
})
