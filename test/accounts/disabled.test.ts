import { beforeEach, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { countRows, readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { introspect, obtainCode, obtainTokens, post, redeem, refresh, userinfo } from '../support/token.ts'
import { otherSecret, password } from '../support/world.ts'
import { account, enter, newPassword, submitForm } from './support.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
  return () => server.close()
})

const now = () => server.clock.now()
const disable = (disabled = true) => server.data.store.disableUser('alice', disabled, now())
const remove = () => server.data.store.deleteUser('alice', now())
const ways = [
  ['disabled', () => disable()],
  ['deleted', () => remove()],
  ['disabled by an apply file', () => server.apply({ users: [{ login: 'alice', disabled: true }] })],
] as const

describe.each(ways)('somebody who is %s gets nothing', (_, end) => {
  test('from a session, at the account and at /authorize, silently too', async () => {
    const { browser } = await enter(server)
    await end()
    expect((await account(server, browser)).title).toBe('Sign in - Grantwise')
    expect((await browser.get(authorizeUrl(server.issuer))).html).toContain('id="password"')
    const silent = await browser.get(authorizeUrl(server.issuer, { prompt: 'none' }))
    expect(silent.location?.searchParams.get('error')).toBe('login_required')
    expect(countRows(server.data_dir)['sessions']).toBe(0)
  })

  test('by signing in, which looks like a wrong password', async () => {
    await end()
    const { page } = await enter(server)
    expect(page.status).toBe(400)
    expect(page.html).toContain('The username or the password is not right')
  })

  test('by a consent page or a password page that was open', async () => {
    const browser = openBrowser()
    const consent = await browser.submit(await browser.get(authorizeUrl(server.issuer)), '/sign-in', {
      login: 'alice',
      password,
    })
    const change = await browser.get(`${server.issuer}/account/password`)
    await end()
    const answer = await browser.submit(consent, '/consent', { consent: 'allow' })
    expect(answer.location?.searchParams.get('code') ?? null).toBeNull()
    const changed = await submitForm(browser, change, '/account/password', { password, new_password: newPassword })
    expect(changed.location?.pathname).toBe('/account')
    expect(readRows(server.data_dir, 'families')).toEqual([])
  })

  test('for a code', async () => {
    const code = await obtainCode(server.issuer)
    await end()
    expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
  })

  test('for a refresh token, replayed within its grace or not', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const next = (await refresh(server.issuer, refresh_token)).body['refresh_token']
    await end()
    expect((await refresh(server.issuer, refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(server.issuer, String(next))).body.error).toBe('invalid_grant')
  })

  test('for an access token, at introspection and userinfo, JWT or opaque', async () => {
    const jwt = await obtainTokens(server.issuer)
    const opaqueRequest = {
      client_id: 'other-web',
      redirect_uri: 'http://127.0.0.1:5002/callback',
      resource: 'https://opaque.example.com',
    }
    const params = await authorize(openBrowser(), authorizeUrl(server.issuer, opaqueRequest))
    const credentials = { authorization: `Basic ${btoa(`other-web:${otherSecret}`)}` }
    const { verifier } = await import('../support/browser.ts')
    const { body } = await post(
      `${server.issuer}/token`,
      {
        grant_type: 'authorization_code',
        code: params.get('code') ?? '',
        redirect_uri: opaqueRequest.redirect_uri,
        code_verifier: verifier,
      },
      credentials,
    )
    const opaque = String(body['access_token'])
    const asked = () => introspect(server.issuer, opaque, 'other-web', otherSecret)
    expect((await asked()).body['active']).toBe(true)
    await end()
    for (const token of [jwt.access_token, jwt.refresh_token]) {
      expect((await introspect(server.issuer, token)).body).toEqual({ active: false })
    }
    expect((await asked()).body).toEqual({ active: false })
    expect((await userinfo(server.issuer, jwt.access_token)).status).toBe(401)
    expect((await userinfo(server.issuer, opaque)).status).toBe(401)
  })

  test('in the middle of a refresh or of redeeming: whoever was first, nothing lives afterwards', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const code = await obtainCode(server.issuer)
    const [refreshed, redeemed] = await Promise.all([
      refresh(server.issuer, refresh_token),
      redeem(server.issuer, code),
      end(),
    ])
    for (const { body } of [refreshed, redeemed]) {
      for (const name of ['access_token', 'refresh_token']) {
        if (body[name] === undefined) continue
        expect((await introspect(server.issuer, String(body[name]))).body).toEqual({ active: false })
      }
      if (body['refresh_token']) expect((await refresh(server.issuer, String(body['refresh_token']))).status).toBe(400)
    }
  })

  test('in the middle of signing in: no session begins', async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/account`)
    const signingIn = submitForm(browser, page, '/sign-in', { login: 'alice', password })
    // Between the look-up of the account and the end of the hash.
    const found = new Promise<void>(resolve => {
      const { verify } = server.data.passwords
      Object.assign(server.data.passwords, {
        verify: async (...args: Parameters<typeof verify>) => {
          const right = await verify(...args)
          await end()
          resolve()
          return right
        },
      })
    })
    await found
    await signingIn
    expect(countRows(server.data_dir)['sessions']).toBe(0)
  })
})

test('what ended stays ended when they are enabled again; a new sign-in works', async () => {
  const { access_token, refresh_token } = await obtainTokens(server.issuer)
  const { browser } = await enter(server)
  await disable()
  await disable(false)
  expect((await account(server, browser)).title).toBe('Sign in - Grantwise')
  expect((await introspect(server.issuer, access_token)).body['active']).toBe(false)
  expect((await refresh(server.issuer, refresh_token)).status).toBe(400)
  expect((await enter(server)).page.title).toBe('Your account - Grantwise')
})

test('somebody else keeps what they have', async () => {
  const bob = await enter(server, 'bob')
  await disable()
  await remove()
  expect((await account(server, bob.browser)).title).toBe('Your account - Grantwise')
})

describe('somebody who is deleted', () => {
  test('leaves nothing but a bare sub, and what was done under it', async () => {
    const sub = String(readRows(server.data_dir, 'users').find(({ login }) => login === 'alice')?.['sub'])
    await obtainTokens(server.issuer)
    await enter(server)
    await remove()
    const left = Object.keys(countRows(server.data_dir)).filter(table =>
      JSON.stringify(readRows(server.data_dir, table)).match(new RegExp(`"alice|${sub}|Alice`)),
    )
    expect(left).toEqual(['audit', 'deleted_users'])
    const trail = readRows(server.data_dir, 'audit').filter(row => row['sub'] === sub)
    expect(trail.map(({ event }) => event)).toEqual(expect.arrayContaining(['signed-in', 'authorized', 'user-deleted']))
    expect(trail.filter(({ address }) => address !== null)).toEqual([])
    expect(JSON.stringify(trail)).not.toMatch(/"alice|Alice|alice@/)
    expect(readRows(server.data_dir, 'deleted_users')).toEqual([{ sub, deleted_at: now() }])
  })

  test('never comes back under their sub', async () => {
    const sub = String(readRows(server.data_dir, 'users').find(({ login }) => login === 'alice')?.['sub'])
    await remove()
    const back = { users: [{ login: 'alice', sub, password }] }
    await expect(server.apply(back)).rejects.toThrow(/sub: expected a sub that nobody ever had/)
    const other = { sub, login: 'zoe', email_verified: false, claims: {}, roles: [], disabled: false }
    await expect(server.data.store.addAccount(other, now())).rejects.toThrow(/was deleted/)
    await server.apply({ users: [{ login: 'alice', password }] })
    expect(readRows(server.data_dir, 'users').find(({ login }) => login === 'alice')?.['sub']).not.toBe(sub)
  })
})

test('a password that changes in the middle of a sign-in with the old one starts no session', async () => {
  const { verify, hash } = server.data.passwords
  const browser = openBrowser()
  const page = await browser.get(`${server.issuer}/account`)
  const to = await hash(newPassword)
  const sub = String(readRows(server.data_dir, 'users').find(({ login }) => login === 'alice')?.['sub'])
  Object.assign(server.data.passwords, {
    verify: async (...args: Parameters<typeof verify>) => {
      const right = await verify(...args)
      await server.data.store.changePassword({ sub, to }, now())
      return right
    },
  })
  expect((await submitForm(browser, page, '/sign-in', { login: 'alice', password })).status).toBe(400)
  expect(countRows(server.data_dir)['sessions']).toBe(0)
})
