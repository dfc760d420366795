import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  introspect,
  isAlive,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  type Tokens,
  userinfo,
} from '../support/token.ts'
import { password, world } from '../support/world.ts'

/** Rule 3: one gate for every grant, asked again at each redemption. */

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const codeOf = (page: Page) => page.location?.searchParams.get('code')

test('a disabled user gets nothing by any path, from that moment on', async () => {
  await server.apply({ users: [{ login: 'carol', password, email: 'carol@example.com' }] })
  const carol = openBrowser()
  const agreed = await authorize(carol, url(), 'carol')
  const { body } = await redeem(server.issuer, agreed.get('code') ?? '')
  const tokens = body as unknown as Tokens
  const code = (await authorize(carol, url())).get('code') ?? ''
  const waiting = await carol.get(url({ prompt: 'consent' }))
  await server.apply({ users: [{ login: 'carol', disabled: true }] })

  expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
  expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
  expect((await userinfo(server.issuer, tokens.access_token)).status).toBe(401)
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(false)
  expect(await isAlive(server.issuer, tokens.refresh_token)).toBe(false)
  expect((await carol.get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
  expect(codeOf(await carol.submit(waiting, '/consent', { consent: 'allow' }))).toBeFalsy()
  expect((await signIn(carol, await carol.get(url()), 'carol')).status).toBe(400)
})

test('each path asks the account itself, even where nothing was revoked with it', async () => {
  await server.apply({ users: [{ login: 'dave', password }] })
  const dave = openBrowser()
  const agreed = await authorize(dave, url(), 'dave')
  const { body } = await redeem(server.issuer, agreed.get('code') ?? '')
  const tokens = body as unknown as Tokens
  const code = (await authorize(dave, url())).get('code') ?? ''
  // As a restored backup or an operator's own statement would leave it: the one column, and nothing that follows.
  const database = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
  database.exec("UPDATE users SET disabled = 1 WHERE login = 'dave'")
  database.close()
  expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
  expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
  expect((await userinfo(server.issuer, tokens.access_token)).status).toBe(401)
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(false)
  expect(await isAlive(server.issuer, tokens.refresh_token)).toBe(false)
  expect((await dave.get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
})

test('a deleted client gets nothing by any path, from that moment on', async () => {
  const [web] = world.clients
  await server.apply({
    clients: [
      {
        ...web,
        client_id: 'doomed',
        grant_types: [...web.grant_types, 'client_credentials'],
        grantwise: { ...web.grantwise, acts_for: ['user', 'self'] },
      },
    ],
  })
  const browser = openBrowser()
  const ask = () => authorize(browser, url({ client_id: 'doomed' }))
  const as = (fields: Record<string, string>) => post(`${server.issuer}/token`, fields, basic('doomed'))
  const fields = (code: string | null) => ({
    grant_type: 'authorization_code',
    code: code ?? '',
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })
  const { body } = await as(fields((await ask()).get('code')))
  const own = await as({ grant_type: 'client_credentials' })
  const code = (await ask()).get('code')
  const waiting = await browser.get(url({ client_id: 'doomed', prompt: 'consent' }))
  await server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'doomed' }], server.clock.now())
  // Registered again under the same name and secret, by somebody else perhaps: nothing of before comes back.
  for (const registered of [false, true]) {
    if (registered) await server.apply({ clients: [{ ...web, client_id: 'doomed' }] })
    expect((await as(fields(code))).status).toBeGreaterThanOrEqual(400)
    expect(
      (await as({ grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) })).status,
    ).toBeGreaterThanOrEqual(400)
    expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(401)
    if (registered) continue
    expect((await introspect(server.issuer, String(own.body['access_token']), 'api-server')).body).toEqual({
      active: false,
    })
    expect((await browser.submit(waiting, '/consent', { consent: 'allow' })).status).toBe(400)
  }
})

test('a grant that was taken from a client redeems no code and no refresh token of before', async () => {
  const tokens = await obtainTokens(server.issuer)
  const code = await obtainCode(server.issuer)
  const { store, clock } = server.data
  const client = await store.client('web')
  if (!client) throw new Error('no client')
  const put = (grant_types: readonly string[]) =>
    store.applyChanges([{ kind: 'put_client', client: { ...client, grant_types } }], clock.now())
  await put(['client_credentials'])
  const refused = [await redeem(server.issuer, code), await refresh(server.issuer, tokens.refresh_token)]
  await put(client.grant_types)
  expect(refused.map(it => it.body.error)).toEqual(['unauthorized_client', 'unauthorized_client'])
})
