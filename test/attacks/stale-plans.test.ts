import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApplyPowers, applyFiles, applyPlan, planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { ChangedMeanwhile } from '../../src/admin/ports.ts'
import { grants } from '../../src/core/grants/index.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { password, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const powers = (): ApplyPowers & { store: TestServer['data']['store'] } => ({
  ...server.data,
  hash: nodeHash,
  grantTypes: grants.map(it => it.grant_type),
})
const plan = (document: unknown) => planApply([readApplyFile(document)], powers())

/** Plans, lets something else happen, then writes; and how that ended. */
async function interleave(document: unknown, meanwhile: () => Promise<unknown>): Promise<unknown> {
  const planned = await plan(document)
  await meanwhile()
  return applyPlan(planned, powers()).then(
    () => 'written',
    (error: unknown) => error,
  )
}

/** Applies a document while something else happens, once, between its reading and its writing. */
function applyMeanwhile(document: unknown, meanwhile: () => Promise<unknown>): ReturnType<typeof applyFiles> {
  const { store, ...rest } = powers()
  let happened = false
  // A real store; only the moment before its write is ours.
  const interrupted = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      if (name !== 'applyChanges') return member.bind(target)
      return async (...args: unknown[]) => {
        if (!happened) await meanwhile()
        happened = true
        return member.apply(target, args)
      }
    },
  })
  return applyFiles([readApplyFile(document)], { ...rest, store: interrupted })
}

const newcomer = (login: string, more: object = {}) => ({
  users: [{ login, password, email: `${login}@example.com`, ...more }],
})
const another = 'a better horse with a battery'

async function mayEnter(login: string, word: string): Promise<boolean> {
  server.clock.pass(900)
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer)), login, word)
  return page.status < 400 && !page.html.includes('id="password"')
}

async function chooseAnother(login: string): Promise<boolean> {
  const { store, passwords, clock } = server.data
  const { sub = '' } = (await store.accountByLogin(login)) ?? {}
  return store.changePassword({ sub, to: await passwords.hash(another) }, clock.now())
}

describe('a password that its user changed while a file was applied', () => {
  test('stays, and nothing of the older plan is written', async () => {
    await server.apply(newcomer('carol'))
    const more = { ...newcomer('carol', { roles: ['admin'] }), clients: [{ ...world.clients[0], client_id: 'beside' }] }
    expect(await interleave(more, () => chooseAnother('carol'))).toBeInstanceOf(ChangedMeanwhile)
    expect(await mayEnter('carol', password)).toBe(false)
    expect(await mayEnter('carol', another)).toBe(true)
    expect(await server.data.store.accountByLogin('carol')).toMatchObject({ roles: [] })
    // In the same transaction before the user came a client: it is not there either.
    expect(await server.data.store.client('beside')).toBeUndefined()
  })

  test('stays when the file is applied again by itself, with what the file says', async () => {
    await server.apply(newcomer('dora'))
    await applyMeanwhile(newcomer('dora', { roles: ['editor'] }), () => chooseAnother('dora'))
    expect(await server.data.store.accountByLogin('dora')).toMatchObject({ roles: ['editor'] })
    expect(await mayEnter('dora', password)).toBe(false)
    expect(await mayEnter('dora', another)).toBe(true)
  })
})

test('a user who was disabled meanwhile is not let in again by a plan that saw them enabled', async () => {
  await server.apply(newcomer('erin'))
  const { store, clock } = server.data
  const disable = () => store.disableUser('erin', true, clock.now())
  expect(await interleave(newcomer('erin', { roles: ['editor'] }), disable)).toBeInstanceOf(ChangedMeanwhile)
  expect(await store.accountByLogin('erin')).toMatchObject({ disabled: true, roles: [] })
  expect(await mayEnter('erin', password)).toBe(false)
  await store.disableUser('erin', false, clock.now())
  await applyMeanwhile(newcomer('erin', { roles: ['editor'] }), disable)
  expect(await store.accountByLogin('erin')).toMatchObject({ disabled: true, roles: ['editor'] })
})

test('somebody who signed up meanwhile under the same login keeps their account', async () => {
  const { store, clock, passwords } = server.data
  const own = { sub: 'frida-herself', login: 'frida', email_verified: false, claims: {}, roles: [], disabled: false }
  const signUp = async () => store.addAccount({ ...own, password_hash: await passwords.hash(another) }, clock.now())
  expect(await interleave(newcomer('frida', { roles: ['admin'] }), signUp)).toBeInstanceOf(ChangedMeanwhile)
  expect(await store.accountByLogin('frida')).toMatchObject({ sub: 'frida-herself', roles: [] })
  expect(await mayEnter('frida', password)).toBe(false)
})

describe('a client secret that was rotated while a file was applied', () => {
  const rotated = 'the-rotated-secret-of-32-characters'
  const [, , , , , , , job] = world.clients
  const renamed = { clients: [{ ...job, client_secret: undefined, client_name: 'Renamed' }] }
  const answers = async (client_secret: string) =>
    (await clientCredentials(server.issuer, {}, basic('job', client_secret))).status
  /** As after a leak: the new one, and the old one gone at once. */
  const rotate = async () => {
    const { store, clock } = server.data
    const client = await store.client('job')
    if (!client) throw new Error('no client')
    const secrets = [{ hash: nodeHash.sha256(rotated), created_at: clock.now() }]
    await store.applyChanges([{ kind: 'put_client', client: { ...client, secrets } }], clock.now())
  }

  test('is not undone: the old one never comes back', async () => {
    expect(await answers(String(job.client_secret))).toBe(200)
    expect(await interleave(renamed, rotate)).toBeInstanceOf(ChangedMeanwhile)
    expect([await answers(String(job.client_secret)), await answers(rotated)]).toEqual([401, 200])
    await applyMeanwhile(renamed, rotate)
    expect([await answers(String(job.client_secret)), await answers(rotated)]).toEqual([401, 200])
    expect(await server.data.store.client('job')).toMatchObject({ client_name: 'Renamed' })
  })
})

test('an API that was changed meanwhile is not put back', async () => {
  const [api] = world.resource_servers
  const tighten = () => server.apply({ resource_servers: [{ ...api, access_token_ttl: 60 }] })
  expect(await interleave({ resource_servers: [{ ...api, name: 'Renamed' }] }, tighten)).toBeInstanceOf(
    ChangedMeanwhile,
  )
  expect(await server.data.store.resourceServer(api.audience)).toMatchObject({ access_token_ttl: 60, name: api.name })
})

test('when others never rest, it gives up and has written nothing', async () => {
  await server.apply(newcomer('grace'))
  const { store, clock } = server.data
  let times = 0
  const { store: _store, ...rest } = powers()
  const restless = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      if (name !== 'applyChanges') return member.bind(target)
      return async (...args: unknown[]) => {
        times += 1
        await store.disableUser('grace', times % 2 === 1, clock.now())
        return member.apply(target, args)
      }
    },
  })
  const file = readApplyFile(newcomer('grace', { roles: ['editor'] }))
  await expect(applyFiles([file], { ...rest, store: restless })).rejects.toThrow(ChangedMeanwhile)
  expect(times).toBeLessThanOrEqual(10)
  expect(await store.accountByLogin('grace')).toMatchObject({ roles: [] })
})
