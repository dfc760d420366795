import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { askControl } from '../../src/control/client.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { start } from '../support/program.ts'
import { basic } from '../support/token.ts'
import { drive } from './secrets/drive.ts'
import { createHoard, findIn } from './secrets/known.ts'
import { operate } from './secrets/operate.ts'
import { createWitness } from './secrets/witness.ts'
import { secretWorld } from './secrets/world.ts'

/**
 * Everything that is written down, said or answered in a full run is searched for every secret that was used in it: the
 * log, journeys, the audit trail, metrics, the database byte by byte, a backup, an export, the control socket, what the
 * command line and starts that fail print, what a failure of ours leaves, every page and JSON that refuses something.
 */
test('all that a full run leaves behind holds no secret that was used in it', { timeout: 300_000 }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-secrets-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const data_dir = join(cwd, '.grantwise')
  const hoard = createHoard()
  const { hide } = hoard
  const world = secretWorld(hoard)
  writeFileSync(join(cwd, 'world.json'), JSON.stringify(world.document))
  const metricsToken = hide('metrics token', 'hush-metrics-token-0123456789abcdef')

  const allowed = ['implicit', 'hybrid', 'password'].flatMap(flow => ['--allow', flow])
  const args = [
    '--port',
    '0',
    '--apply',
    'world.json',
    '--sign-up',
    '--journeys',
    'all',
    '--log-level',
    'trace',
    ...allowed,
  ]
  const server = await start(args, { cwd, env: { GRANTWISE_METRICS_TOKEN: metricsToken } })
  onTestFinished(async () => void (await server.stop('SIGKILL')))
  const { issuer } = server
  hide('server secret', readFileSync(join(data_dir, 'secret'), 'utf8').trim())
  // What the start prints for its operator, once: the link.
  const banner = server.output()
  const setUpCode = hide('set-up code', /\/set-up#(\S+)/.exec(banner)?.[1])

  const ended = new AbortController()
  const followed: string[] = []
  const following = (async () => {
    for await (const line of askControl(data_dir, { ask: 'follow' }, ended.signal)) followed.push(JSON.stringify(line))
  })()
  const witness = createWitness(issuer, hoard)
  await drive({ issuer, setUpCode, metricsToken, world, hoard, witness })
  const [, journey = ''] = /"id":"([^"]+)"[^}]*"reason":"redirect-uri-mismatch"/.exec(followed.join('\n')) ?? []
  const said = await operate({ cwd, hoard, journey })

  const database = new DatabaseSync(join(data_dir, 'grantwise.db'), { timeout: 5000 })
  onTestFinished(() => database.close())
  // What it says when it breaks: a table is gone, under a request with a code in it.
  database.exec('ALTER TABLE codes RENAME TO codes_gone')
  const code = hide('code as the server breaks', `01k80hv3iokvanqkc2ed.${'B'.repeat(43)}`)
  const code_verifier = hide('verifier as the server breaks', `hush-${'v'.repeat(50)}`)
  const broken = { grant_type: 'authorization_code', code, code_verifier }
  expect((await witness.ask('/token', broken, basic('web', world.secrets.web))).status).toBe(500)
  database.exec('ALTER TABLE codes_gone RENAME TO codes')

  const metrics = await witness.ask('/metrics', undefined, { authorization: `Bearer ${metricsToken}` })
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const rows = JSON.stringify(tables.map(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all()))
  const kept = filesOf(data_dir, join(cwd, 'kept'))
  ended.abort()
  await following
  expect(await server.stop()).toBe(0)

  const { all } = hoard
  const told: readonly (readonly [string, string])[] = [
    ...said,
    ['log', server.output().slice(banner.length)],
    ['control socket', followed.join('\n')],
    ['metrics', metrics.text],
  ]
  // A code keeps the nonce of its request, for the ID Token.
  const stored = all.filter(({ name }) => name !== 'nonce')
  // An application gets its own state back.
  const answered = all.filter(({ name }) => name !== 'state')
  // Hashes stand in the database, and in an export in place of what they are of; nowhere else.
  const hashes = Object.entries(world.secrets).map(([client_id, secret]) => ({
    name: `hash of the client secret of ${client_id}`,
    value: nodeHash.sha256(secret),
    kind: 'secret' as const,
  }))
  hashes.push({ name: 'hash of a password', value: '$argon2id$', kind: 'secret' })
  const found = [
    ...told
      .filter(([where]) => !where.endsWith('grantwise export'))
      .flatMap(([where, text]) => findIn(text, hashes).map(it => `${where}: ${it}`)),
    ...witness.refusals.flatMap(({ asked, text }) => findIn(text, hashes).map(it => `answer to ${asked}: ${it}`)),
    ...told.flatMap(([where, text]) => findIn(text, all).map(it => `${where}: ${it}`)),
    ...[...kept, ...filesOf(data_dir), ['rows', rows] as const].flatMap(([where, text]) =>
      findIn(text, stored).map(it => `${where}: ${it}`),
    ),
    ...witness.refusals.flatMap(({ asked, text }) => findIn(text, answered).map(it => `answer to ${asked}: ${it}`)),
  ]
  expect([...new Set(found.map(it => it.slice(0, 400)))].slice(0, 40)).toEqual([])

  // There was something to find, and somewhere to find it.
  expect(all.length).toBeGreaterThan(80)
  expect(followed.length).toBeGreaterThan(300)
  expect(witness.refusals.length).toBeGreaterThan(300)
  expect(kept.length).toBeGreaterThan(1)
  const everything = told.map(([, text]) => text).join('\n')
  for (const sign of ['redirect-uri-mismatch', 'password-wrong', 'signed-in', 'sha256:', '"failed"', 'grantwise_'])
    expect(everything).toContain(sign)
  expect(findIn(`…${encodeURIComponent(world.passwords.alice)}…`, all)).toHaveLength(1)
})

/** The files of databases, byte by byte. */
function filesOf(...directories: readonly string[]): readonly (readonly [string, string])[] {
  return directories.flatMap(directory =>
    readdirSync(directory)
      .filter(name => name.startsWith('grantwise.db'))
      .map(name => [name, readFileSync(join(directory, name), 'latin1')] as const),
  )
}
