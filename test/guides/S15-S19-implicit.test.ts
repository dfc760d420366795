import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { implicitClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { get, obtainTokens, post, userinfo } from '../support/token.ts'
import { world } from '../support/world.ts'

const ask = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, { ...implicitClient.asks, response_type: 'token', ...changes })

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: withRetired(world), config: { allow: ['implicit'], log_level: 'trace' } })
})
afterAll(() => server.close())

describe('implicit, where an operator allows it', () => {
  test('S15, A26: the token comes in the fragment of the address, at once, and no log has it', async () => {
    const url = await sentBack(openBrowser(), ask())
    expect(url.search).toBe('')
    const params = new URLSearchParams(url.hash.slice(1))
    expect([...params.keys()]).toEqual(['access_token', 'token_type', 'expires_in', 'scope', 'state', 'iss'])
    expect(params.get('token_type')).toBe('Bearer')
    expect(params.get('expires_in')).toBe('3600')
    expect(params.get('state')).toBe('state-1')
    const access_token = params.get('access_token') ?? ''
    expect((await userinfo(server.issuer, access_token)).body).toMatchObject({ email: 'alice@example.com' })
    expect(server.log.join('\n')).not.toContain(access_token.split('.')[2])
    expect(JSON.stringify(await server.journeys.list({ limit: 100 }))).not.toContain(access_token.split('.')[2])
  })

  test('S17, A29: a refresh token never comes with it, whatever is asked', async () => {
    for (const response_type of ['token', 'id_token token']) {
      const params = await authorize(openBrowser(), ask({ response_type, scope: 'openid offline_access profile:read' }))
      expect(params.has('refresh_token')).toBe(false)
      expect(params.get('scope')).toBe('openid profile:read')
    }
  })

  test('A26: id_token token binds both to each other and to the request', async () => {
    const params = await authorize(openBrowser(), ask({ response_type: 'id_token token' }))
    const claims = decodeJwt(params.get('id_token') ?? '')
    expect(claims).toMatchObject({ aud: 'old-spa', nonce: 'nonce-1', at_hash: expect.any(String) })
    expect(claims['c_hash']).toBeUndefined()
  })

  test('A27: it saves the request to the token endpoint that a code costs', async () => {
    await authorize(openBrowser(), ask())
    await obtainTokens(server.issuer)
    const { journeys } = await server.journeys.list({ limit: 100 })
    const requests = (client_id: string) => journeys.find(it => it.client_id === client_id)?.token_requests
    expect([requests('old-spa'), requests('web')]).toEqual([0, 1])
  })

  test('each use is marked retired, with the rule and what to move to', async () => {
    await authorize(openBrowser(), ask())
    const line = server.log.map(it => JSON.parse(it)).findLast(it => it.msg === 'retired flow')
    const marked = { flow: 'token', rule: 'RFC 9700 §2.1.2', instead: 'authorization_code with PKCE' }
    expect(line).toMatchObject(marked)
    const [record] = await server.data.store.audit({ event: 'retired-flow-used', first: 'newest', limit: 1 })
    expect(record).toMatchObject({ client_id: 'old-spa', detail: marked })
  })

  test('an ID Token alone is not marked, for it opens nothing', async () => {
    const before = server.log.filter(it => it.includes('retired flow')).length
    const params = await authorize(openBrowser(), ask({ response_type: 'id_token' }))
    expect([...params.keys()]).toEqual(['id_token', 'state', 'iss'])
    expect(decodeJwt(params.get('id_token') ?? '')).toMatchObject({ email: 'alice@example.com', nonce: 'nonce-1' })
    expect(server.log.filter(it => it.includes('retired flow'))).toHaveLength(before)
  })

  test('tokens never travel in a query', async () => {
    const page = await openBrowser().get(ask({ response_mode: 'query' }))
    expect(page.status).toBe(400)
    expect(page.html).toContain('response_mode')
  })

  test('its client ends it, and with it the authorization', async () => {
    const params = await authorize(openBrowser(), ask())
    const token = params.get('access_token') ?? ''
    expect((await userinfo(server.issuer, token)).status).toBe(200)
    await post(`${server.issuer}/revoke`, { token, client_id: 'old-spa' })
    expect((await userinfo(server.issuer, token)).status).toBe(401)
  })
})

describe('S18: implicit, where nobody allowed it', () => {
  test('S18: is unsupported, and absent from the metadata', async () => {
    const plain = await startServer({ document: withRetired(world) })
    const page = await openBrowser().get(authorizeUrl(plain.issuer, { ...implicitClient.asks, response_type: 'token' }))
    expect(new URLSearchParams(page.location?.search).get('error')).toBe('unsupported_response_type')
    const { body } = await get(`${plain.issuer}/.well-known/openid-configuration`)
    expect(body['response_types_supported']).toEqual(['code'])
    expect(body['grant_types_supported']).not.toContain('implicit')
    await plain.close()
  })

  test('S18: allowed, but not for this client, is unauthorized_client', async () => {
    const params = await authorize(openBrowser(), authorizeUrl(server.issuer, { response_type: 'token' }))
    expect(params.get('error')).toBe('unauthorized_client')
  })
})

test('S19: the page on retired flows says when implicit was removed, and what to move to', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/retired-flows.md'), 'utf8')
  expect(page).toMatch(/removed implicit on 27 November 2025/)
  expect(page).toMatch(/`response_type=token` \| `response_type=code` with `code_challenge`/)
})
