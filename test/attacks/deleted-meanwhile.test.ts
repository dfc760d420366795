import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { authorizeUrl, openBrowser, signIn, verifier } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, obtainCode, obtainTokens, post, redeem, refresh, revoke } from '../support/token.ts'
import { opaqueApi } from '../support/world.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

/** Deletes a client at the last moment: when everything was read, before this is written. */
function deleteBefore(method: 'commit' | 'revokeFamily' | 'revokeJti' | 'revokeAccessToken', client_id: string): void {
  const { store, clock } = server.data
  const original = store[method].bind(store) as (...args: unknown[]) => Promise<unknown>
  vi.spyOn(store, method).mockImplementationOnce((async (...args: unknown[]) => {
    await store.applyChanges([{ kind: 'delete_client', client_id }], clock.now())
    return original(...args)
  }) as never)
}

test('a code redeemed as its client is deleted: nothing, and no failure of ours', async () => {
  const code = await obtainCode(server.issuer)
  deleteBefore('commit', 'web')
  const { status, body } = await redeem(server.issuer, code)
  expect([status, body.error]).toEqual([400, 'invalid_grant'])
})

test('a refresh as its client is deleted', async () => {
  const { refresh_token } = await obtainTokens(server.issuer)
  deleteBefore('commit', 'web')
  const { status, body } = await refresh(server.issuer, refresh_token)
  expect([status, body.error]).toEqual([400, 'invalid_grant'])
})

test('an opaque token of the client itself: none is left behind', async () => {
  deleteBefore('commit', 'opaque-job')
  const { status, body } = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  expect([status, body.error]).toEqual([401, 'invalid_client'])
  expect(readRows(server.data_dir, 'access_tokens')).toEqual([])
})

test('consent as the client is deleted: a page, no code', async () => {
  const browser = openBrowser()
  const consent = await signIn(browser, await browser.get(authorizeUrl(server.issuer)))
  deleteBefore('commit', 'web')
  const answer = await browser.submit(consent, '/consent', { consent: 'allow' })
  expect(answer.status).toBeLessThan(500)
  expect(answer.location?.searchParams.get('code') ?? undefined).toBeUndefined()
  expect(readRows(server.data_dir, 'families')).toEqual([])
})

test.each(['revokeFamily', 'revokeJti', 'revokeAccessToken'] as const)(
  'RFC 7009 §2.2: %s as the client is deleted is a success all the same',
  async method => {
    const tokens = await obtainTokens(server.issuer)
    const own = (await clientCredentials(server.issuer)).body
    const opaque = (await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))).body
    const of = {
      revokeFamily: ['web', tokens.refresh_token],
      revokeJti: ['job', String(own['access_token'])],
      revokeAccessToken: ['opaque-job', String(opaque['access_token'])],
    } as const
    const [client_id, token] = of[method]
    deleteBefore(method, client_id)
    expect((await post(`${server.issuer}/revoke`, { token }, basic(client_id))).status).toBe(200)
  },
)

test('what was revoked, redeemed and deleted at once ends in no 5xx', async () => {
  const codes = await Promise.all([1, 2, 3].map(() => obtainCode(server.issuer)))
  const { refresh_token } = await obtainTokens(server.issuer)
  const answers = await Promise.all([
    ...codes.map(code => redeem(server.issuer, code, { code_verifier: verifier })),
    refresh(server.issuer, refresh_token),
    revoke(server.issuer, refresh_token),
    server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'web' }], server.clock.now()),
    ...codes.map(code => redeem(server.issuer, code)),
  ])
  for (const answer of answers) if (answer) expect(answer.status).toBeLessThan(500)
})
