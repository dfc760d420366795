import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  type Tokens,
  userinfo,
} from '../support/token.ts'
import { api, opaqueApi, otherSecret, world } from '../support/world.ts'

/** RFC 6749 §3.3, §6, RFC 8707 §2.2, RFC 9700 §2.3: nobody gets more than was agreed, or for another API. */

let server: TestServer
const alice = openBrowser()
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const little = 'openid offline_access profile:read'
const granted = () => obtainTokens(server.issuer, { scope: little }, alice)
const scopeOf = (access_token: unknown) => decodeJwt(String(access_token))['scope']

describe('RFC 6749 §6: at refresh', () => {
  const wider: Record<string, string> = {
    'one more': `${little} email`,
    'one instead': 'email',
    'one that nobody has': 'admin',
    'the same in capitals': 'OPENID',
    'the same in other letters': 'Profile:Read',
    'the same with a wildcard': 'profile:*',
    'a part of one': 'profile',
    'one more, percent-encoded once more': `${little}%20email`,
    'one more, behind a comma': 'openid,email',
    'one more, behind a plus': 'openid+email',
    'one more, as a path': 'openid/email',
    'one in wide letters': 'ｅｍａｉｌ',
    'a property of every object': '__proto__',
  }
  const malformed: Record<string, string> = {
    'a tab between': 'openid\tprofile:read',
    'a line end between': 'openid\nprofile:read',
    'a NUL between': 'openid\0profile:read',
    'two blanks between': 'openid  profile:read',
    'a blank before': ' openid',
    'a blank behind': 'openid ',
    'a blank alone': ' ',
    'a quote': 'openid "profile:read"',
    'a backslash': 'openid\\profile:read',
    'a no-break space': 'openid\u00a0profile:read',
    'an ideographic space': 'openid\u3000profile:read',
  }
  test.each(Object.keys({ ...wider, ...malformed }))('%s is invalid_scope, and the token stays good', async what => {
    const { refresh_token } = await granted()
    const scope = { ...wider, ...malformed }[what] ?? ''
    expect(await refresh(server.issuer, refresh_token, { scope })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
    expect((await refresh(server.issuer, refresh_token)).body['scope']).toBe(little)
  })

  test('the same one twice over is once', async () => {
    const { refresh_token } = await granted()
    const { body } = await refresh(server.issuer, refresh_token, { scope: 'openid openid openid' })
    expect([body['scope'], scopeOf(body['access_token'])]).toEqual(['openid', 'openid'])
  })

  test('two scope parameters are none', async () => {
    const { refresh_token } = await granted()
    const fields = [
      ['grant_type', 'refresh_token'],
      ['refresh_token', refresh_token],
      ['scope', 'openid'],
      ['scope', 'admin'],
    ] as const
    expect(await post(`${server.issuer}/token`, fields, basic('web'))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  test('less at one refresh does not let anything more in at the next, nor take anything away', async () => {
    const { refresh_token } = await granted()
    const narrow = await refresh(server.issuer, refresh_token, { scope: 'openid' })
    const next = String(narrow.body['refresh_token'])
    expect((await refresh(server.issuer, next, { scope: `${little} email` })).body.error).toBe('invalid_scope')
    expect((await refresh(server.issuer, next)).body['scope']).toBe(little)
    expect((await userinfo(server.issuer, String(narrow.body['access_token']))).body).not.toHaveProperty('email')
  })

  test('what the client was given meanwhile is not what its user agreed to', async () => {
    const [web] = world.clients
    const put = (scope: string) => server.apply({ clients: [{ ...web, scope }] })
    await put('openid offline_access profile:read')
    const tokens = await granted()
    await put(web.scope)
    expect((await refresh(server.issuer, tokens.refresh_token, { scope: web.scope })).body.error).toBe('invalid_scope')
    expect((await refresh(server.issuer, tokens.refresh_token)).body['scope']).toBe(little)
  })
})

describe('at the redemption of a code', () => {
  test('a scope that is sent along changes nothing', async () => {
    for (const scope of ['openid email admin', '"', 'admin', little.toUpperCase()]) {
      const code = await obtainCode(server.issuer, { scope: little }, alice)
      const { body } = await redeem(server.issuer, code, { scope })
      expect([body['scope'], scopeOf(body['access_token'])]).toEqual([little, little])
    }
  })

  test('another grant cannot be named with it, nor a refresh token beside it', async () => {
    const { refresh_token } = await granted()
    const code = await obtainCode(server.issuer, { scope: little }, alice)
    for (const grant_type of [
      'client_credentials',
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ])
      expect((await redeem(server.issuer, code, { grant_type })).status).toBe(400)
    const { body } = await redeem(server.issuer, code, { refresh_token, subject_token: refresh_token })
    expect(body['scope']).toBe(little)
    expect((await refresh(server.issuer, refresh_token)).status).toBe(200)
  })
})

describe('RFC 8707 §2.2: another API than was agreed', () => {
  const redirect_uri = 'http://127.0.0.1:5002/callback'
  const auth = basic('other-web', otherSecret)
  const agreed = { client_id: 'other-web', redirect_uri, resource: api, scope: 'openid offline_access catalog:read' }
  const asked: Record<string, Record<string, string>> = {
    'its other one, by resource': { resource: opaqueApi },
    'its other one, by audience': { audience: opaqueApi },
    'one that nobody has': { resource: 'https://evil.example' },
    'the issuer': { resource: 'ISSUER' },
    'the issuer, by audience': { audience: 'ISSUER' },
    'the same with a slash': { resource: `${api}/` },
    'the same in capitals': { audience: api.toUpperCase() },
    'one below it': { resource: `${api}/admin` },
    'one beside its host': { resource: 'https://api.example.com.evil.example' },
    'the same with a fragment': { resource: `${api}#x` },
    'both, one by each name': { resource: api, audience: opaqueApi },
  }
  const filled = (fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replace('ISSUER', server.issuer)]))

  test.each(Object.keys(asked))('%s: invalid_target at code and refresh, and both stay good', async what => {
    const fields = filled(asked[what] ?? {})
    const code = await obtainCode(server.issuer, agreed, alice)
    const redemption = codeFields(code, { redirect_uri })
    const target = { status: 400, body: { error: 'invalid_target' } }
    expect(await post(`${server.issuer}/token`, { ...redemption, ...fields }, auth)).toMatchObject(target)
    const tokens = (await post(`${server.issuer}/token`, redemption, auth)).body as unknown as Tokens
    expect(decodeJwt(tokens.access_token).aud).toEqual([api, server.issuer])
    const renewal = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expect(await post(`${server.issuer}/token`, { ...renewal, ...fields }, auth)).toMatchObject(target)
    const { body } = await post(`${server.issuer}/token`, renewal, auth)
    expect(decodeJwt(String(body['access_token'])).aud).toEqual([api, server.issuer])
  })

  test('two resources at once, the agreed one among them', async () => {
    const code = await obtainCode(server.issuer, agreed, alice)
    const fields = Object.entries(codeFields(code, { redirect_uri }))
    for (const more of [
      [api, opaqueApi],
      [opaqueApi, api],
      [api, api],
    ]) {
      const sent = [...fields, ...more.map(resource => ['resource', resource] as const)]
      expect(await post(`${server.issuer}/token`, sent, auth)).toMatchObject({ body: { error: 'invalid_target' } })
    }
  })
})

describe('RFC 6749 §4.4: a client that acts for itself', () => {
  /** Registered for everything, by an operator who meant well. */
  const greedy = basic('greedy-job')
  beforeAll(async () => {
    const job = world.clients.find(it => it.client_id === 'job')
    const scope = 'openid profile email offline_access catalog:read profile:read'
    await server.apply({ clients: [{ ...job, client_id: 'greedy-job', scope }] })
  })

  test.each(['openid', 'profile', 'email', 'offline_access', 'profile:read', 'admin', 'CATALOG:READ', '*'])(
    'gets no %s, which is a user’s or nobody’s',
    async scope => {
      expect((await clientCredentials(server.issuer, { scope }, greedy)).body.error).toBe('invalid_scope')
      const { body } = await clientCredentials(server.issuer, { scope: `${scope} catalog:read` }, greedy)
      expect([body['scope'], scopeOf(body['access_token'])]).toEqual(['catalog:read', 'catalog:read'])
      expect(Object.keys(body)).not.toContain('refresh_token')
      expect(Object.keys(body)).not.toContain('id_token')
      expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(403)
    },
  )

  test.each([opaqueApi, 'https://evil.example', 'ISSUER', `${api}/`, 'ISSUER/userinfo'])(
    'gets no token for %s',
    async audience => {
      const name = audience.replace('ISSUER', server.issuer)
      for (const fields of [{ resource: name }, { audience: name }] as Record<string, string>[])
        expect((await clientCredentials(server.issuer, fields)).body.error).toBe('invalid_target')
    },
  )

  test('names no user: neither by sub, nor by username, nor by any other parameter', async () => {
    const { sub = '' } = (await server.data.store.accountByLogin('alice')) ?? {}
    const fields = { sub, username: 'alice', user: sub, login_hint: 'alice', on_behalf_of: sub, act: sub, subject: sub }
    const { body } = await clientCredentials(server.issuer, fields)
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ sub: 'job', client_id: 'job' })
  })
})
