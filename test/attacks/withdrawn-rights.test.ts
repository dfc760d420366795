import { decodeJwt } from 'jose'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainCode, obtainTokens, post, redeem, refresh, userinfo } from '../support/token.ts'
import { world } from '../support/world.ts'

let server: TestServer
beforeEach(async () => {
  await server?.close()
  server = await startServer({ config: { log_level: 'info' } })
})
afterAll(() => server.close())

const [web] = world.clients
const [api] = world.resource_servers
const without = (...scopes: string[]) =>
  server.apply({
    clients: [
      {
        ...web,
        scope: web.scope
          .split(' ')
          .filter(it => !scopes.includes(it))
          .join(' '),
      },
    ],
  })
const lastReason = () => (JSON.parse(server.log.at(-1) ?? '{}') as Record<string, unknown>)['reason']

const withdrawals = [
  ['from the client', () => without('offline_access')],
  ['from the API', () => server.apply({ resource_servers: [{ ...api, allow_offline_access: false }] })],
] as const

describe.each(withdrawals)('offline_access that was withdrawn %s after it was granted', (_from, withdraw) => {
  test('refreshes nothing from then on, and the log says why', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    await withdraw()
    const { status, body } = await refresh(server.issuer, refresh_token)
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
    expect(lastReason()).toBe('offline-access-withdrawn')
  })

  test('is not replayed within the grace either', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    expect((await refresh(server.issuer, refresh_token)).status).toBe(200)
    await withdraw()
    expect((await refresh(server.issuer, refresh_token)).body.error).toBe('invalid_grant')
  })

  test('leaves a code that was on its way its access token, and no refresh token', async () => {
    const code = await obtainCode(server.issuer)
    await withdraw()
    const { status, body } = await redeem(server.issuer, code)
    expect(status).toBe(200)
    expect(body['access_token']).toBeTruthy()
    expect(body).not.toHaveProperty('refresh_token')
    expect(body['scope']).not.toContain('offline_access')
  })
})

describe('OIDC Core §5.5: claims asked for by name', () => {
  const claims = JSON.stringify({ id_token: { email: null, name: null }, userinfo: { email: null, name: null } })
  const changes = { scope: 'openid offline_access', claims }

  test('are no longer told once the client’s scope shrank', async () => {
    const tokens = await obtainTokens(server.issuer, changes)
    expect(decodeJwt(tokens.id_token)).toMatchObject({ email: 'alice@example.com', name: 'Alice' })
    expect((await userinfo(server.issuer, tokens.access_token)).body).toMatchObject({ email: 'alice@example.com' })
    await without('email', 'profile')
    const { body } = await refresh(server.issuer, tokens.refresh_token)
    for (const told of [
      decodeJwt(String(body['id_token'])),
      (await userinfo(server.issuer, tokens.access_token)).body,
      (await userinfo(server.issuer, String(body['access_token']))).body,
    ]) {
      expect(told['sub']).toBeTruthy()
      expect(Object.keys(told)).not.toEqual(expect.arrayContaining(['email']))
      expect(JSON.stringify(told)).not.toMatch(/alice@example|Alice/)
    }
  })

  test('nor in the ID Token of a code that was on its way', async () => {
    const code = await obtainCode(server.issuer, changes)
    await without('email', 'profile')
    expect(JSON.stringify(decodeJwt(String((await redeem(server.issuer, code)).body['id_token'])))).not.toMatch(
      /alice@example|Alice/,
    )
  })
})

describe('OIDC Core §5.5.1.1: acr', () => {
  const ask = async (acr: unknown) =>
    authorize(openBrowser(), authorizeUrl(server.issuer, { claims: JSON.stringify({ id_token: { acr } }) }))

  test.each([
    { essential: true, value: 'urn:example:hardware' },
    { essential: true, values: ['urn:example:hardware', 'urn:example:two'] },
  ])('an essential one that cannot be met is refused: %j', async acr => {
    const answer = await ask(acr)
    expect([answer.get('error'), answer.get('code')]).toEqual(['unmet_authentication_requirements', null])
  })

  test.each([
    { value: 'urn:example:hardware' },
    { essential: false, values: ['urn:example:hardware'] },
    { essential: true },
    { essential: true, values: ['urn:example:hardware', 'urn:grantwise:acr:password'] },
    null,
  ])('one that is a wish, or is met, is no hindrance: %j', async acr => {
    expect((await ask(acr)).get('code')).toBeTruthy()
  })

  test('acr_values is a wish', async () => {
    const answer = await authorize(openBrowser(), authorizeUrl(server.issuer, { acr_values: 'urn:example:hardware' }))
    expect(answer.get('code')).toBeTruthy()
  })
})

describe('claims nested ten thousand deep', () => {
  const deep = (inside: string) => `${'{"a":'.repeat(10_000)}${inside}${'}'.repeat(10_000)}`
  const list = `${'['.repeat(10_000)}${']'.repeat(10_000)}`

  test.each([
    ['in a claim', `{"id_token":{"email":{"value":${list}}}}`],
    ['in values', `{"id_token":{"email":{"values":[${list}]}}}`],
    ['in an unknown member', `{"userinfo":{"email":${deep('1')}},"other":${list}}`],
    ['in place of a claim', `{"userinfo":{"email":${list}}}`],
    ['from the start', deep('1')],
  ])('%s break nothing, and nothing deep is kept', async (_where, claims) => {
    const browser = openBrowser()
    await obtainTokens(server.issuer, {}, browser)
    // By POST: no URL would carry it.
    const params = new URL(authorizeUrl(server.issuer, { claims: undefined })).searchParams
    const page = await browser.post(`${server.issuer}/authorize`, { ...Object.fromEntries(params), claims })
    expect(page.status).toBeLessThan(500)
    const code = page.location?.searchParams.get('code')
    if (code) expect((await redeem(server.issuer, code)).status).toBe(200)
    const kept = readRows(server.data_dir, 'families').map(row => String(row['claims']))
    for (const it of kept) expect(it.length).toBeLessThan(200)
  })
})

test('a code redeemed after its user signed out: invalid_grant, and the log says that it was revoked', async () => {
  const browser = openBrowser()
  const code = await obtainCode(server.issuer, { scope: 'openid profile:read' }, browser)
  const page = await browser.get(`${server.issuer}/logout`)
  await browser.submit(page, '/logout', { logout: 'yes' })
  const { status, body } = await redeem(server.issuer, code)
  expect([status, body.error]).toEqual([400, 'invalid_grant'])
  expect(lastReason()).toBe('authorization-revoked')
  // A token that never was is told nothing else.
  expect((await post(`${server.issuer}/token`, {})).status).toBe(400)
})
