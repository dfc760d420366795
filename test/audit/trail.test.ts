import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditEvents } from '../../src/audit/events.ts'
import type { AuditQuery } from '../../src/audit/record.ts'
import { reasons } from '../../src/core/reasons.ts'
import { revokeKey } from '../../src/keys/revoke.ts'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { account, enter, newPassword, submitForm } from '../accounts/support.ts'
import { credentialsOf, openForm, send, startAdministered } from '../clients/support.ts'
import { authorizeUrl, openBrowser, sentBack, signIn } from '../support/browser.ts'
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
  revoke,
} from '../support/token.ts'
import { api, password, secret, world } from '../support/world.ts'

let server: TestServer
let alice: string
beforeEach(async () => {
  server = await startServer({ config: { sign_up: true } })
  alice = await subOf('alice')
  return () => server.close()
})

async function subOf(login: string, at = server): Promise<string> {
  return (await at.data.store.accountByLogin(login))?.sub ?? ''
}

const read = (query: Partial<AuditQuery> = {}, at = server) =>
  at.data.store.audit({ first: 'oldest', limit: 1000, ...query })

/** What is recorded while something happens, without ids and times. */
async function recorded(happens: () => Promise<unknown>, at = server) {
  const [last] = await read({ first: 'newest', limit: 1 }, at)
  await happens()
  return (await read({ after: last?.id ?? 0 }, at)).map(({ id: _, at: __, ...record }) => record)
}

const reference = expect.stringMatching(/^[0-9a-v]{20}$/)
const byUser = (sub: string, login = 'alice') => ({ actor: 'user', id: sub, login, address: '127.0.0.1', reference })
const byClient = (id: string) => ({ actor: 'client', id, address: '127.0.0.1', reference })
const id = expect.stringMatching(/^[0-9a-v]{20}$/)

describe('what people do', () => {
  test('a sign-in, a consent and an authorization', async () => {
    const records = await recorded(() => obtainCode(server.issuer))
    const scope = ['openid', 'profile', 'email', 'offline_access', 'profile:read']
    const of = { sub: alice, login: 'alice', by: byUser(alice) }
    expect(records).toEqual([
      { event: 'signed-in', ...of, detail: { sid: id, amr: ['pwd'] } },
      { event: 'consented', ...of, client_id: 'web', detail: { audience: api, scope: expect.any(Array) } },
      { event: 'authorized', ...of, client_id: 'web', detail: { family: id, sid: id, scope, audience: api } },
    ])
    // The session that was begun is the one that the authorization lives in.
    expect(records[2]?.detail['sid']).toBe(records[0]?.detail['sid'])
    // The request that was answered is named, and each by its own.
    expect(new Set(records.map(({ by }) => by.reference)).size).toBe(2)
  })

  test('somebody else in the same browser ends the session before', async () => {
    const browser = openBrowser()
    await obtainCode(server.issuer, { scope: 'openid' }, browser)
    const page = await browser.get(authorizeUrl(server.issuer, { prompt: 'login' }))
    const records = await recorded(() => signIn(browser, page, 'bob'))
    const bob = byUser(await subOf('bob'), 'bob')
    expect(records.slice(0, 2)).toMatchObject([
      { event: 'signed-in', login: 'bob', by: bob },
      // Done to alice, by bob.
      {
        event: 'sessions-ended',
        login: 'alice',
        by: bob,
        detail: { why: 'session-replaced', sessions: 1, authorizations: 1 },
      },
    ])
  })

  test('the same person again goes on under a new session, and nothing ends', async () => {
    const browser = openBrowser()
    await obtainCode(server.issuer, { scope: 'openid' }, browser)
    const page = await browser.get(authorizeUrl(server.issuer, { prompt: 'login' }))
    expect((await recorded(() => signIn(browser, page))).map(({ event }) => event)).toEqual(['signed-in'])
  })

  test('signing out, with what lived in the session', async () => {
    const { browser, page } = await enter(server)
    await obtainTokens(server.issuer, { scope: 'openid profile:read' }, browser)
    const records = await recorded(() => submitForm(browser, page, '/logout', { logout: 'yes' }))
    expect(records).toEqual([
      {
        event: 'sessions-ended',
        sub: alice,
        login: 'alice',
        by: byUser(alice),
        detail: { sid: id, why: 'signed-out', sessions: 1, authorizations: 1 },
      },
    ])
    expect(await recorded(() => submitForm(browser, page, '/logout', { logout: 'yes' }))).toEqual([])
  })

  test('signing out one device, and everywhere else', async () => {
    await enter(server)
    await enter(server)
    const { browser } = await enter(server)
    const page = await account(server, browser)
    const [, sid = ''] = /name="session" value="([0-9a-v]{20})"/.exec(page.html) ?? []
    expect(await recorded(() => submitForm(browser, page, '/account/sessions', { session: sid }))).toMatchObject([
      { event: 'sessions-ended', by: byUser(alice), detail: { sid, sessions: 1 } },
    ])
    const others = () => submitForm(browser, page, '/account/sessions', { sessions: 'others' })
    expect(await recorded(others)).toMatchObject([
      { event: 'sessions-ended', by: byUser(alice), detail: { why: 'signed-out', sessions: 1 } },
    ])
    expect(await recorded(others)).toEqual([])
  })

  test('taking back what an app may do', async () => {
    const browser = openBrowser()
    await obtainTokens(server.issuer, {}, browser)
    const page = await account(server, browser)
    const remove = () => submitForm(browser, page, '/account/apps', { client_id: 'web' })
    expect(await recorded(remove)).toMatchObject([
      { event: 'consent-withdrawn', sub: alice, client_id: 'web', by: byUser(alice), detail: { authorizations: 1 } },
    ])
    expect(await recorded(remove)).toEqual([])
  })

  test('another password', async () => {
    await enter(server)
    const { browser } = await enter(server)
    const page = await browser.get(`${server.issuer}/account/password`)
    const fields = { password, new_password: newPassword, new_password_again: newPassword }
    const change = () => submitForm(browser, page, '/account/password', fields)
    expect(await recorded(change)).toMatchObject([
      { event: 'password-changed', sub: alice, by: byUser(alice), detail: { sessions: 1, authorizations: 0 } },
      { event: 'signed-in', sub: alice, by: byUser(alice) },
    ])
    expect(await recorded(change)).toEqual([])
  })

  test('making an account', async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/sign-up`)
    const fields = { login: 'carol', password: newPassword, password_again: newPassword, email: 'carol@example.com' }
    const records = await recorded(() => submitForm(browser, page, '/sign-up', fields))
    const carol = await subOf('carol')
    expect(records).toMatchObject([
      { event: 'signed-up', sub: carol, by: byUser(carol, 'carol') },
      { event: 'signed-in', sub: carol, by: byUser(carol, 'carol') },
    ])
    expect(records[0]?.detail['after']).toEqual({
      sub: carol,
      login: 'set',
      email: 'set',
      email_verified: false,
      claims: 'set',
      roles: [],
      disabled: false,
      password: 'set',
    })
  })

  test('setting the server up', async () => {
    const bare = await startServer({ document: {} })
    const browser = openBrowser()
    const page = await browser.get(`${bare.issuer}/set-up`)
    const fields = { login: 'root', password: newPassword, password_again: newPassword }
    const records = await recorded(
      () => submitForm(browser, page, '/set-up', { token: bare.setUpLink ?? '', ...fields }),
      bare,
    )
    expect(records).toMatchObject([
      { event: 'set-up', login: 'root', detail: { after: { roles: ['admin'] } } },
      { event: 'signed-in', login: 'root' },
    ])
    await bare.close()
  })
})

describe('what clients do', () => {
  test('a token for a client itself, a refresh and a redemption leave no record', async () => {
    const code = await obtainCode(server.issuer)
    const records = await recorded(async () => {
      await clientCredentials(server.issuer)
      await clientCredentials(server.issuer, {}, basic('opaque-job'))
      const { body } = await redeem(server.issuer, code)
      await refresh(server.issuer, String(body['refresh_token']))
    })
    expect(records).toEqual([])
  })

  test.each(['access_token', 'refresh_token'] as const)('revoking an authorization by its %s, once', async name => {
    const tokens = await obtainTokens(server.issuer)
    const [authorized] = await read({ event: 'authorized' })
    const ends = () => revoke(server.issuer, tokens[name])
    expect(await recorded(ends)).toEqual([
      {
        event: 'authorization-revoked',
        sub: alice,
        login: 'alice',
        client_id: 'web',
        by: byClient('web'),
        detail: { family: authorized?.detail['family'], why: 'revoked-by-client' },
      },
    ])
    expect(await recorded(ends)).toEqual([])
  })

  test('revoking a token of its own, once', async () => {
    const { body } = await clientCredentials(server.issuer)
    const ends = () => post(`${server.issuer}/revoke`, { token: String(body['access_token']) }, basic('job'))
    expect(await recorded(ends)).toEqual([
      { event: 'token-revoked', client_id: 'job', by: byClient('job'), detail: { token: expect.any(String) } },
    ])
    expect(await recorded(ends)).toEqual([])
  })

  test('a code that comes twice, however often it comes then', async () => {
    const code = await obtainCode(server.issuer)
    await redeem(server.issuer, code)
    const [authorized] = await read({ event: 'authorized' })
    const again = async () => {
      for (let i = 0; i < 5; i++) expect((await redeem(server.issuer, code)).status).toBe(400)
    }
    expect(await recorded(again)).toEqual([
      {
        event: 'code-replayed',
        sub: alice,
        login: 'alice',
        client_id: 'web',
        by: byClient('web'),
        detail: { family: authorized?.detail['family'] },
      },
    ])
  })

  test('a spent refresh token that comes again', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const { body } = await refresh(server.issuer, refresh_token)
    await refresh(server.issuer, String(body['refresh_token']))
    const again = async () => {
      for (let i = 0; i < 3; i++) expect((await refresh(server.issuer, refresh_token)).status).toBe(400)
    }
    expect(await recorded(again)).toMatchObject([
      { event: 'refresh-token-replayed', sub: alice, client_id: 'web', by: byClient('web') },
    ])
  })
})

describe('what is refused leaves no record', () => {
  test('a failed sign-in, an unknown login, a wrong secret, a declined consent', async () => {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(server.issuer))
    const records = await recorded(async () => {
      await signIn(browser, page, 'alice', 'wrong')
      await signIn(browser, page, 'nobody', 'wrong')
      await clientCredentials(server.issuer, {}, basic('job', 'x'.repeat(32)))
    })
    expect(records).toEqual([])
    const asked = await signIn(browser, page)
    expect(await recorded(() => browser.submit(asked, '/consent', { consent: 'deny' }))).toEqual([])
  })

  test('of an answer that is submitted twice, the second', async () => {
    const browser = openBrowser()
    const asked = await signIn(browser, await browser.get(authorizeUrl(server.issuer)))
    const allow = () => browser.submit(asked, '/consent', { consent: 'allow' })
    expect(await recorded(allow)).toMatchObject([{ event: 'consented' }, { event: 'authorized' }])
    expect((await allow()).location?.searchParams.get('error')).toBeTruthy()
    expect(await recorded(allow)).toEqual([])
  })

  test('a redemption with a wrong verifier', async () => {
    const code = await obtainCode(server.issuer)
    const wrong = () =>
      post(`${server.issuer}/token`, codeFields(code, { code_verifier: 'x'.repeat(43) }), basic('web'))
    expect(await recorded(wrong)).toEqual([])
  })

  test('a file of which one part cannot be', async () => {
    const { store, clock } = server.data
    const client = (await store.client('web')) ?? ({} as never)
    const twice = [
      { kind: 'put_client', client: { ...client, client_name: 'Other' } },
      { kind: 'put_client', client, before: null },
    ] as const
    expect(await recorded(() => store.applyChanges(twice, clock.now()).catch(() => {}))).toEqual([])
    expect((await store.client('web'))?.client_name).toBe('Web app')
  })
})

describe('what operators and administrators change', () => {
  const operator = { actor: 'operator' }

  test('a client: each member before and after, secrets as changed', async () => {
    const [web] = world.clients
    const redirect_uris = [...web.redirect_uris, 'http://127.0.0.1:5001/other']
    const changed = { ...web, redirect_uris, client_secret: 'another-secret-of-32-characters-or-so' }
    const records = await recorded(() => server.apply({ clients: [changed] }))
    expect(records).toEqual([
      {
        event: 'client-changed',
        client_id: 'web',
        by: operator,
        detail: {
          changed: { redirect_uris: { before: web.redirect_uris, after: redirect_uris }, client_secret: 'changed' },
        },
      },
    ])
    expect(await recorded(() => server.apply({ clients: [changed] }))).toEqual([])
  })

  test('an API and a user; what is personal is named only', async () => {
    const [example] = world.resource_servers
    const document = {
      resource_servers: [{ ...example, name: 'Other' }],
      users: [{ login: 'alice', email: 'other@example.com', roles: ['editor'] }],
    }
    expect(await recorded(() => server.apply(document))).toEqual([
      {
        event: 'resource-server-changed',
        by: operator,
        detail: { audience: api, changed: { name: { before: 'Example API', after: 'Other' } } },
      },
      {
        event: 'user-changed',
        sub: alice,
        login: 'alice',
        by: operator,
        detail: {
          changed: {
            email: 'changed',
            email_verified: { before: true, after: false },
            roles: { before: [], after: ['editor'] },
          },
        },
      },
    ])
  })

  test('what is made and deleted, in full and without its secrets', async () => {
    const records = await read({ event: 'client-created', client_id: 'web' })
    expect(records).toMatchObject([
      { by: operator, detail: { after: { client_secret: 'set', 'grantwise.pkce': 'required' } } },
    ])
    const { store, clock } = server.data
    const deleted = await recorded(() => store.applyChanges([{ kind: 'delete_client', client_id: 'web' }], clock.now()))
    expect(deleted).toMatchObject([
      {
        event: 'client-deleted',
        client_id: 'web',
        detail: { before: { client_name: 'Web app', client_secret: 'set' } },
      },
    ])
    const nothing = () => store.applyChanges([{ kind: 'delete_client', client_id: 'web' }], clock.now())
    expect(await recorded(nothing)).toEqual([])
  })

  test('users by command', async () => {
    const { store, clock } = server.data
    await obtainTokens(server.issuer)
    expect(await recorded(() => store.disableUser('alice', true, clock.now()))).toEqual([
      {
        event: 'user-disabled',
        sub: alice,
        login: 'alice',
        by: operator,
        detail: { sessions: 1, authorizations: 1 },
      },
    ])
    expect(await recorded(() => store.disableUser('alice', false, clock.now()))).toMatchObject([
      { event: 'user-enabled' },
    ])
    expect(await recorded(() => store.deleteUser('alice', clock.now()))).toEqual([
      { event: 'user-deleted', sub: alice, by: operator, detail: { sessions: 0, authorizations: 1 } },
    ])
  })

  test('a client by an administrator on the page, who is named', async () => {
    const administered = await startAdministered()
    const { browser, page } = await openForm(administered)
    const fields = { client_name: 'Photo prints', redirect_uris: 'https://photos.example.com/callback' }
    let client_id = ''
    const records = await recorded(async () => {
      client_id = credentialsOf(await send(browser, page, fields)).client_id
    }, administered)
    const root = await subOf('root', administered)
    expect(records).toMatchObject([{ event: 'client-created', client_id, by: byUser(root, 'root') }])
    expect(records[0]?.sub).toBeUndefined()
    expect(await read({ sub: root, event: 'client-created' }, administered)).toHaveLength(1)
    await administered.close()
  })

  test('signing keys: which, from what to what', async () => {
    const moves = async (happens: () => Promise<unknown>) => {
      const [record, ...more] = await recorded(happens)
      expect(record).toMatchObject({ event: 'signing-keys-changed', by: operator })
      expect(more).toEqual([])
      const keys = (record?.detail['keys'] ?? []) as { alg: string; before: string; after: string }[]
      return keys.map(({ alg, before, after }) => `${alg} ${before} ${after}`)
    }
    expect(await moves(() => rotateKeys(server.data, 'ES256'))).toEqual(
      expect.arrayContaining(['ES256 next current', 'ES256 current retired', 'ES256 null next']),
    )
    const retired = (await server.data.store.keys()).find(({ status }) => status === 'retired')
    expect(await moves(() => revokeKey(server.data, retired?.kid ?? ''))).toEqual(['ES256 retired null'])
  })
})

test('no record holds a secret, a hash or a token, nor anything personal but an address', async () => {
  const browser = openBrowser()
  const tokens = await obtainTokens(server.issuer, {}, browser)
  const callback = await sentBack(browser, authorizeUrl(server.issuer))
  await revoke(server.issuer, tokens.access_token)
  await server.apply({ clients: [{ ...world.clients[0], client_secret: 'another-secret-of-32-characters-or-so' }] })
  await server.apply({ users: [{ login: 'alice', email: 'new@example.com', claims: { name: 'Alicia' } }] })
  const trail = JSON.stringify(await read())
  const secrets = [secret, password, tokens.access_token, tokens.refresh_token, tokens.id_token]
  for (const hidden of [...secrets, callback.searchParams.get('code') ?? '', ...browser.cookies.values()]) {
    expect(trail).not.toContain(hidden)
    // Not even the secret half of what has an id.
    expect(trail).not.toContain(hidden.split('.').at(-1))
  }
  expect(trail).not.toMatch(/argon2|alice@example|new@example|Alice|Alicia|sha256/)
  for (const { secrets } of await server.data.store.allClients())
    for (const { hash } of secrets) expect(trail).not.toContain(hash)
})

test('everything that a request asked for says who, from where, and by which request', async () => {
  const { browser, page } = await enter(server)
  const tokens = await obtainTokens(server.issuer, {}, browser)
  await revoke(server.issuer, tokens.refresh_token)
  await submitForm(browser, page, '/logout', { logout: 'yes' })
  const [applied] = await read({ first: 'newest', limit: 1, event: 'user-created' })
  const since = await read({ after: applied?.id })
  expect(since.length).toBeGreaterThan(4)
  for (const { by, event } of since) {
    expect(by, event).toMatchObject({ id: expect.any(String), address: '127.0.0.1', reference })
    expect(by.actor, event).not.toBe('operator')
  }
})

test('the reference leads from the trail to the journey', async () => {
  await obtainTokens(server.issuer)
  const [authorized] = await read({ event: 'authorized' })
  const found = await fetch(`${server.issuer}/api/journeys/${authorized?.by.reference}`)
  expect(found.status).toBe(401)
  expect((await server.journeys.find(authorized?.by.reference ?? ''))?.journey.client_id).toBe('web')
})

test('every event is in the documentation, one for one, and every why is a reason', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/observability.md'), 'utf8')
  const table = page.slice(page.indexOf('| event |'), page.indexOf('A record names who did it'))
  const listed = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
  )
  expect(listed.toSorted()).toEqual(Object.keys(auditEvents).toSorted())
  await obtainTokens(server.issuer)
  for (const { detail } of await read()) if ('why' in detail) expect(Object.keys(reasons)).toContain(detail['why'])
})
