import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../src/store/migrations/index.ts'
import { issuer, readHeld, writeDataDirectory } from '../fixtures/first-schema/held.ts'
import { everything, expectRefusal } from '../starts/support.ts'
import { authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { start } from '../support/program.ts'
import { send, through } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields } from '../support/token.ts'
import { api } from '../support/world.ts'

const held = readHeld()
/** The directory that a server of the first schema left. */
function oldDirectory() {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-upgrade-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const data_dir = join(cwd, '.grantwise')
  writeDataDirectory(data_dir)
  return { cwd, data_dir }
}

/** Today's server on it, a minute after the old one was stopped. */
async function upgraded(data_dir = oldDirectory().data_dir): Promise<TestServer> {
  const server = await startServer({ data_dir, document: {}, clock: createClock(held.now + 60), config: { issuer } })
  onTestFinished(() => server.close())
  return server
}

async function post({ url }: TestServer, path: string, fields: Record<string, string>, client_id = 'web') {
  const { host } = new URL(issuer)
  const headers = { ...basic(client_id), host, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await send(url + path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}

const refresh = (server: TestServer, refresh_token: string) =>
  post(server, '/token', { grant_type: 'refresh_token', refresh_token })

async function isActive(server: TestServer, token: string, client_id = 'web') {
  return (await post(server, '/introspect', { token }, client_id)).body['active']
}

test('what clients of the first schema hold is honoured: refresh tokens, access tokens, keys, secrets', async () => {
  const server = await upgraded()
  const jwks = await (await fetch(`${server.url}/.well-known/jwks.json`, { redirect: 'manual' })).json()
  const keys = createLocalJWKSet(jwks as Parameters<typeof createLocalJWKSet>[0])
  const currentDate = new Date((held.now + 60) * 1000)
  for (const token of [held.family.access_token, held.unused.access_token, held.job.live]) {
    await jwtVerify(token, keys, { issuer, audience: api, currentDate })
  }
  expect(await isActive(server, held.family.access_token)).toBe(true)
  expect(await isActive(server, held.job.live, 'job')).toBe(true)
  expect(await isActive(server, held.job.opaque, 'opaque-job')).toBe(true)
  for (const token of [held.family.refresh_token, held.unused.refresh_token]) {
    const { status, body } = await refresh(server, token)
    expect({ status, body }).toMatchObject({ status: 200 })
    expect((await refresh(server, String(body['refresh_token']))).status).toBe(200)
  }
  expect((await post(server, '/token', { grant_type: 'client_credentials' }, 'job')).status).toBe(200)
})

test('what was spent or revoked stays so', async () => {
  const server = await upgraded()
  expect((await refresh(server, held.revoked.refresh_token)).status).toBe(400)
  expect(await isActive(server, held.revoked.access_token)).toBe(false)
  expect(await isActive(server, held.job.ended, 'job')).toBe(false)
  // Each replay takes its family down.
  expect((await refresh(server, held.family.spent)).status).toBe(400)
  expect((await refresh(server, held.family.refresh_token)).status).toBe(400)
  expect((await post(server, '/token', codeFields(held.unused.code))).status).toBe(400)
  expect((await refresh(server, held.unused.refresh_token)).status).toBe(400)
})

test('people stay signed in, can sign in, are who they were, and are not asked again', async () => {
  const server = await upgraded()
  const browser = openBrowser(through(server.url))
  for (const [name, value] of Object.entries(held.cookies)) browser.cookies.set(name, value)
  const silently = await browser.get(authorizeUrl(issuer, { prompt: 'none' }))
  expect(silently.location?.searchParams.get('code')).toEqual(expect.any(String))
  const account = await browser.get(`${issuer}/account`)
  expect(account.html).toContain('Web app')
  const anew = await sentBack(openBrowser(through(server.url)), authorizeUrl(issuer))
  expect((await post(server, '/token', codeFields(anew.searchParams.get('code') ?? ''))).status).toBe(200)

  const users = readRows(server.data_dir, 'users')
  // "owner" and "administrator" are words of their own, and no administrators.
  expect(users.map(({ login, admin }) => [login, admin])).toEqual([
    ['alice', 1],
    ['bob', 0],
  ])
  expect(server.setUpLink).toBeUndefined()
})

test('without an admin before, there is none after, and a link makes the first', async () => {
  const { data_dir } = oldDirectory()
  const database = new DatabaseSync(join(data_dir, 'grantwise.db'))
  database.exec("DELETE FROM users WHERE login = 'alice'")
  database.close()
  expect((await upgraded(data_dir)).setUpLink).toMatch(/\/set-up#/)
})

test('clients are listed and found by name in any script, before one is written again and after', async () => {
  const { data_dir } = oldDirectory()
  const database = new DatabaseSync(join(data_dir, 'grantwise.db'))
  const named = database.prepare("UPDATE clients SET body = json_set(body, '$.client_name', ?) WHERE client_id = ?")
  named.run(' Ärger ', 'web')
  named.run('äRGER 2', 'job')
  named.run('  ', 'opaque-job')
  database.close()
  const { data } = await upgraded(data_dir)
  const found = async (q: string) => (await data.store.listClients({ q, limit: 50 })).clients.map(it => it.client_id)
  const migrated = [await found('ÄRGER'), await found('')]
  expect(migrated[0]).toEqual(['web', 'job'])
  expect(migrated[1]?.slice(-2)).toEqual(['web', 'job'])
  for (const client of await data.store.allClients()) {
    await data.store.applyChanges([{ kind: 'put_client', client }], held.now)
  }
  expect([await found('ÄRGER'), await found('')]).toEqual(migrated)
})

test('the second start changes nothing', async () => {
  const { cwd, data_dir } = oldDirectory()
  const startOnce = async () => {
    const running = await start(['--issuer', issuer, '--port', '0', '--log-level', 'silent'], { cwd })
    expect(await running.stop()).toBe(0)
    return everything(data_dir)
  }
  const before = await startOnce()
  expect(await startOnce()).toEqual(before)
  const versions = readRows(data_dir, 'migrations').map(({ version }) => version)
  expect(versions).toEqual(migrations.map(({ version }) => version))
})

test('a start that is refused does not bring it up to date', async () => {
  const where = oldDirectory()
  await expectRefusal(where, ['--issuer', 'http://127.0.0.1:4001', '--port', '0'], [/belongs to the issuer/])
  writeFileSync(join(where.data_dir, 'secret'), `${'x'.repeat(43)}\n`)
  await expectRefusal(where, ['--issuer', issuer, '--port', '0'], [/do not open with this server secret/])
})
