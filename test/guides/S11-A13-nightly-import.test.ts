import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startExample } from '../support/example.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { otherSecret, secret } from '../support/world.ts'

let server: TestServer
let folder: string
let database: string
beforeAll(async () => {
  server = await startServer({ document: {}, config: { dev: true } })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-import-'))
  database = join(folder, 'albums.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => server.close())

/** A client of this name for the demo API. */
const register = (client_id: string, client_secret = secret) =>
  server.apply({
    clients: [
      {
        client_id,
        client_secret,
        client_name: 'Nightly import',
        grant_types: ['client_credentials'],
        scope: 'albums:read',
        grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [`${server.issuer}/demo/api`] },
      },
    ],
  })

/** Runs the job once, as cron would: no terminal, no browser, nobody there. */
async function run(CLIENT_ID: string, CLIENT_SECRET = secret) {
  const job = startExample('nightly-import.ts', {
    ISSUER: server.issuer,
    DATABASE: database,
    CLIENT_ID,
    CLIENT_SECRET,
  })
  const code = await job.ended()
  return [code, job.output().trim()]
}

async function journeysOf(client_id: string) {
  const { journeys } = await server.journeys.list({ limit: 200 })
  return journeys.filter(it => it.client_id === client_id)
}
const tokenRequests = async (client_id: string) =>
  (await journeysOf(client_id)).reduce((sum, it) => sum + it.token_requests, 0)

function albums(change?: string): number {
  const opened = new DatabaseSync(database)
  if (change !== undefined) opened.exec(change)
  const rows = opened.prepare('SELECT count(*) AS rows FROM albums').get()?.['rows']
  opened.close()
  return Number(rows)
}

test('A13: it imports page by page, the second time only what is new, with one token until that ends', async () => {
  await register('nightly')
  expect(await run('nightly')).toEqual([0, '42 new albums, 42 in all.'])
  expect(albums()).toBe(42)
  expect(await run('nightly')).toEqual([0, '0 new albums, 42 in all.'])
  // As if two had been published since.
  albums("DELETE FROM albums WHERE id IN ('album-07', 'album-41')")
  expect(await run('nightly')).toEqual([0, '2 new albums, 42 in all.'])
  expect([albums(), await tokenRequests('nightly')]).toEqual([42, 1])
  server.clock.pass(3601)
  expect(await run('nightly')).toEqual([0, '0 new albums, 42 in all.'])
  expect(await tokenRequests('nightly')).toBe(2)
  expect(statSync(database).mode & 0o077).toBe(0)
})

test('S11: no user and no browser take part, and nothing of either is kept', async () => {
  await register('daemon')
  const before = countRows(server.data_dir)
  expect(await run('daemon')).toEqual([0, '42 new albums, 42 in all.'])
  expect(countRows(server.data_dir)).toEqual(before)
  const journeys = await journeysOf('daemon')
  expect(journeys.map(it => [it.kind, it.sub])).toEqual(journeys.map(() => ['back-channel', undefined]))
  const steps = (await Promise.all(journeys.map(it => server.journeys.journey(it.id)))).flatMap(it => it?.steps ?? [])
  const roles = new Set(steps.flatMap(it => [it.from, it.to]))
  expect(roles).toEqual(new Set(['client', 'authorization_server', 'resource_server']))
})

test('A14: a rotated secret breaks it once the old one has ended, and mends it', async () => {
  await register('rotating')
  expect((await run('rotating'))[0]).toBe(0)
  await register('rotating', otherSecret)
  server.clock.pass(86_400)
  expect(await run('rotating')).toEqual([1, 'The import stopped: invalid_client'])
  expect(await run('rotating', otherSecret)).toEqual([0, '0 new albums, 42 in all.'])
})

test('A14: a wrong secret imports nothing', async () => {
  await register('guessing')
  expect(await run('guessing', 'not-the-secret-but-of-32-characters')).toEqual([
    1,
    'The import stopped: invalid_client',
  ])
  expect(albums()).toBe(0)
})
