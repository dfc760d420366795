import { AuthorizationCode, ClientCredentials } from 'simple-oauth2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, sentBack } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api, secret } from '../support/world.ts'

const redirect_uri = 'http://127.0.0.1:5003/callback'
const scope = 'openid offline_access profile:read catalog:read'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

type Way = 'header' | 'body'

const config = (id: string, authorizationMethod: Way, more: { readonly authorizePath?: string } = {}) => ({
  client: { id, secret },
  auth: { tokenHost: server.issuer, tokenPath: '/token', revokePath: '/revoke', ...more },
  options: { authorizationMethod },
})

/** The library knows no PKCE: its client is registered with `pkce: when_sent`. */
async function logIn(way: Way = 'header') {
  const client = new AuthorizationCode(config('when-sent', way, { authorizePath: '/authorize' }))
  const url = client.authorizeURL({ redirect_uri, scope, state: 'state-1' })
  const { searchParams } = await sentBack(openBrowser(), url)
  expect(searchParams.get('state')).toBe('state-1')
  return client.getToken({ code: searchParams.get('code') ?? '', redirect_uri })
}

describe.each(['header', 'body'] as const)('with its secret in the %s', way => {
  test('RFC 6749 §4.1 and §6: logs in and refreshes', async () => {
    const first = await logIn(way)
    expect(first.token).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope })
    const second = await first.refresh()
    expect(second.token['refresh_token']).not.toBe(first.token['refresh_token'])
    const narrow = await second.refresh({ scope: ['catalog:read'] })
    expect(narrow.token['scope']).toBe('catalog:read')
  })

  test('RFC 6749 §4.4: client credentials', async () => {
    const client = new ClientCredentials(config('job', way))
    const { token } = await client.getToken({ scope: 'catalog:read', audience: api })
    expect(token).toMatchObject({ token_type: 'Bearer', scope: 'catalog:read' })
  })
})

test('RFC 7009 §2: revokes access token and refresh token', async () => {
  const tokens = await logIn()
  await tokens.revokeAll()
  await expect(tokens.refresh()).rejects.toMatchObject({
    output: { statusCode: 400 },
    data: { payload: { error: 'invalid_grant' } },
  })
})

test('RFC 6749 §5.2: a wrong secret is 401 with invalid_client', async () => {
  const { auth } = config('job', 'header')
  const refused = new ClientCredentials({ client: { id: 'job', secret: 'wrong' }, auth }).getToken({})
  await expect(refused).rejects.toMatchObject({
    output: { statusCode: 401 },
    data: { payload: { error: 'invalid_client' } },
  })
})
