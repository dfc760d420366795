import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'

let plain: TestServer
let secure: TestServer
const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-headers-'))
beforeAll(async () => {
  plain = await startServer({ config: { log_level: 'info' } })
  // Behind a proxy that ends TLS.
  secure = await startServer({ data_dir, config: { issuer: 'https://id.example.com' } })
})
afterAll(async () => {
  await plain.close()
  await secure.close()
  rmSync(data_dir, { recursive: true, force: true })
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** One answer of each kind: documents, JSON, a page, errors of all kinds, and what is no path. */
const answers: readonly (readonly [string, string])[] = [
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/.well-known/jwks.json'],
  ['GET', '/'],
  ['GET', '/userinfo'],
  ['GET', '/authorize'],
  ['GET', '/nothing-here'],
  ['GET', '/api/journeys'],
  ['GET', '/healthz'],
  ['POST', '/token'],
  ['POST', '/introspect'],
  ['DELETE', '/token'],
  ['OPTIONS', '/userinfo'],
  ['GET', '/%ff'],
]

describe.each(answers)('%s %s', (method, path) => {
  test('is never guessed to be of another type', async () => {
    const answer = await send(plain.issuer + path, { method, headers: method === 'POST' ? form : {} })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('RFC 6797 §7.2: binds browsers to https where the issuer is https, and nowhere else', async () => {
    const headers = { ...(method === 'POST' ? form : {}), host: 'id.example.com', 'x-forwarded-proto': 'https' }
    const over = await send(secure.url + path, { method, headers })
    expect(over.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const under = await send(plain.issuer + path, { method, headers: { ...headers, host: new URL(plain.issuer).host } })
    expect(under.headers.get('strict-transport-security')).toBeNull()
  })
})

describe('RFC 6749 §2.3: two Authorization headers are two methods at once', () => {
  const job = basic('job')['authorization'] ?? ''
  const other = basic('web')['authorization'] ?? ''

  test.each([
    ['of two clients', [job, other]],
    ['of which the first is right', [job, 'Basic eDp4']],
    ['of which the second is right', ['Basic eDp4', job]],
    ['the same', [job, job]],
    ['of two schemes', [job, 'Bearer x']],
  ])('%s', async (_what, authorization) => {
    const answer = await send(`${plain.issuer}/token`, {
      method: 'POST',
      headers: { ...form, authorization },
      body: 'grant_type=client_credentials',
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/^invalid_(client|request)$/) })
  })

  test('at userinfo, where one of them is a token', async () => {
    const token = String((await clientCredentials(plain.issuer)).body['access_token'])
    const answer = await send(`${plain.issuer}/userinfo`, {
      headers: { authorization: [`Bearer ${token}`, 'Bearer x'] },
    })
    expect([400, 401]).toContain(answer.status)
  })
})

test('an error page of a signed-out visitor has them too', async () => {
  const answer = await send(authorizeUrl(plain.issuer, { client_id: 'nobody' }), { headers: { accept: 'text/html' } })
  expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([400, 'nosniff'])
})
