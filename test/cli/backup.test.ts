import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { launch, run } from '../support/program.ts'
import { readRows } from '../support/rows.ts'
import { startServer } from '../support/server.ts'
import { introspect, obtainTokens, refresh, type Tokens } from '../support/token.ts'
import { api } from '../support/world.ts'
import { idOf, leftBehind, takeOver, workplace } from './backups.ts'

const limit = 180_000

describe('a backup under load, restored', () => {
  test('misses nothing that was acknowledged before, holds no half of anything, and is served on', {
    timeout: limit,
  }, async () => {
    const { run, in: at } = workplace()
    const server = await startServer()
    const quiet = await obtainTokens(server.issuer)
    const first = await Promise.all(Array.from({ length: 6 }, () => obtainTokens(server.issuer)))
    const acknowledged = first.map(({ refresh_token }) => [idOf(refresh_token)])
    let stopping = false
    const clients = first.map(async ({ refresh_token }, index) => {
      let latest = refresh_token
      while (!stopping) {
        const { body } = await refresh(server.issuer, latest)
        latest = (body as unknown as Tokens).refresh_token
        acknowledged[index]?.push(idOf(latest))
      }
    })

    const before = acknowledged.map(({ length }) => length)
    const taken = await run(['backup', 'copy', '--data-dir', server.data_dir, '--json'])
    const after = acknowledged.map(({ length }) => length)
    stopping = true
    await Promise.all(clients)
    expect(taken).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(taken.out).backup).toMatchObject({ directory: at('copy'), issuer: server.issuer, secret: true })
    for (const [index, count] of after.entries()) expect(count).toBeGreaterThan(before[index] ?? 0)

    const held = new Map(readRows(at('copy'), 'refresh_tokens').map(({ id, family_id }) => [id, family_id]))
    const named = new Map(readRows(at('copy'), 'families').map(({ id, refresh_token_id }) => [id, refresh_token_id]))
    for (const [index, ids] of acknowledged.entries()) {
      const kept = ids.filter(id => held.has(id))
      expect(kept).toEqual(ids.slice(0, kept.length))
      expect(kept.length).toBeGreaterThanOrEqual(before[index] ?? 0)
      // The transaction that adds a token also says that it is the one to be honoured.
      expect(named.get(held.get(ids[0]))).toBe(kept.at(-1))
    }

    await server.close()
    expect(await run(['restore', 'copy', '--keep-sessions', '--data-dir', 'again'])).toMatchObject({ code: 0, err: '' })
    const restored = await takeOver(server, at('again'))
    const keys = createRemoteJWKSet(new URL(`${restored.issuer}/.well-known/jwks.json`))
    await expect(jwtVerify(quiet.access_token, keys, { issuer: server.issuer, audience: api })).resolves.toBeDefined()
    expect((await introspect(restored.issuer, quiet.access_token)).body['active']).toBe(true)
    expect((await refresh(restored.issuer, quiet.refresh_token)).status).toBe(200)
    await expect(obtainTokens(restored.issuer)).resolves.toMatchObject({ token_type: 'Bearer' })
  })

  test('is whole: the secret, private to its owner, and no log beside it', { timeout: limit }, async () => {
    const { run, cwd, in: at } = workplace()
    await leftBehind(at('data'))
    const { out } = await run(['backup', 'copy', '--data-dir', 'data'])
    expect(out).toMatch(
      /^\S+copy holds a backup of http:\/\/127\.0\.0\.1:\d+: [\d.]+ [kM]B, 6 signing keys\.\nThe secret is in it/,
    )
    expect(readdirSync(cwd).sort()).toEqual(['copy', 'data'])
    expect(readdirSync(at('copy')).sort()).toEqual(['grantwise.db', 'secret'])
    expect(readFileSync(at('copy/secret'))).toEqual(readFileSync(at('data/secret')))
    for (const name of ['copy', 'copy/grantwise.db', 'copy/secret']) expect(statSync(at(name)).mode & 0o077).toBe(0)
  })
})

describe('grantwise backup', () => {
  test('leaves the schema of the server as it is', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    await leftBehind(at('data'))
    const database = new DatabaseSync(at('data/grantwise.db'))
    database.exec('DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)')
    database.close()
    const before = readRows(at('data'), 'migrations')
    expect((await run(['backup', 'copy', '--data-dir', 'data'])).code).toBe(0)
    for (const directory of ['data', 'copy']) expect(readRows(at(directory), 'migrations')).toEqual(before)
  })

  test('takes in what only the log of a crashed server holds', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    const server = await startServer({ data_dir: at('data') })
    onTestFinished(() => server.close())
    const { refresh_token } = await obtainTokens(server.issuer)
    // What a power cut leaves: no checkpoint, nothing closed.
    cpSync(at('data'), at('crashed'), { recursive: true, filter: file => !/\.(sock|lock)$|-shm$/.test(file) })
    expect(statSync(at('crashed/grantwise.db-wal')).size).toBeGreaterThan(0)
    expect(await run(['backup', 'copy', '--data-dir', 'crashed'])).toMatchObject({ code: 0 })
    expect(readRows(at('copy'), 'refresh_tokens').map(({ id }) => id)).toContain(idOf(refresh_token))
  })

  test('leaves nothing behind when it is interrupted', { timeout: limit }, async () => {
    const { cwd, in: at } = workplace()
    await leftBehind(at('data'))
    // Whoever has the database to himself keeps the copy waiting.
    const owner = new DatabaseSync(at('data/grantwise.db'))
    owner.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE')
    onTestFinished(() => owner.close())
    const begun = new Promise<void>(resolve => {
      const watcher = watch(cwd, (_, name) => {
        if (!name?.includes('.partial-')) return
        watcher.close()
        resolve()
      })
    })
    const child = launch(['backup', 'copy', '--data-dir', 'data'], { cwd })
    const ended = once(child, 'exit')
    await begun
    child.kill('SIGTERM')
    expect(await ended).toEqual([null, 'SIGTERM'])
    expect(readdirSync(cwd)).toEqual(['data'])
  })

  test('removes what one that was killed left, and nothing that is another’s or still being made', {
    timeout: limit,
  }, async () => {
    const { run, cwd, in: at } = workplace()
    await leftBehind(at('data'))
    const owner = new DatabaseSync(at('data/grantwise.db'))
    owner.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE')
    const waiting = async () => {
      const before = new Set(readdirSync(cwd))
      const child = launch(['backup', 'copy', '--data-dir', 'data'], { cwd })
      onTestFinished(() => void child.kill('SIGKILL'))
      const made = () => readdirSync(cwd).find(name => !before.has(name) && readdirSync(at(name)).length === 2)
      return { child, aside: await vi.waitUntil(made, limit) }
    }
    const [killed, going] = [await waiting(), await waiting()]
    expect(readdirSync(at(killed.aside)).sort()).toEqual(['control.lock', 'grantwise.db'])
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    const make = (name: string, file: string, daysAgo = 0) => {
      mkdirSync(at(name))
      writeFileSync(at(`${name}/${file}`), '')
      const then = new Date(Date.now() - daysAgo * 86_400_000 - 1000)
      utimesSync(at(name), then, then)
      return name
    }
    const stays = [
      make('copy.partial-photos', 'cat.jpg', 2),
      make('copy.partial-unlock', 'grantwise.db'),
      make('copy.partial-longer1', 'grantwise.db', 2),
      make('copy2.partial-abcdef', 'grantwise.db', 2),
      make('copy.partial-swap00', 'grantwise.db'),
      make('copy.partial-swap00.old', 'grantwise.db'),
    ]
    const goes = [
      make('copy.partial-before', 'grantwise.db', 2),
      make('copy.partial-swap11', 'grantwise.db', 2),
      make('copy.partial-swap11.old', 'grantwise.db', 2),
      make('copy.partial-swap22.old', 'grantwise.db'),
    ]
    // Held in the middle of it, as by a slow disk.
    going.child.kill('SIGSTOP')
    owner.exec('ROLLBACK')
    owner.close()
    const { code, out } = await run(['backup', 'copy', '--data-dir', 'data', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).backup.removed.sort()).toEqual([killed.aside, ...goes].map(at).sort())
    expect(readdirSync(cwd).sort()).toEqual(['copy', 'data', going.aside, ...stays].sort())
    going.child.kill('SIGKILL')
    await once(going.child, 'exit')
    const again = await run(['backup', 'copy', '--data-dir', 'data', '--force'])
    expect(again.out).toContain(`Removed ${at(going.aside)}, which a backup that was killed had left.`)
    expect(readdirSync(cwd).sort()).toEqual(['copy', 'data', ...stays].sort())
  })

  test('replaces a backup only when told to, and nothing else at all', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    await leftBehind(at('data'))
    const backup = (...args: readonly string[]) => run(['backup', ...args, '--data-dir', 'data'])
    expect((await backup('copy', '--without-secret')).out).toMatch(/The secret is not in it.*keep \S+data\/secret in/s)
    expect(readdirSync(at('copy'))).toEqual(['grantwise.db'])
    expect(await backup('copy')).toMatchObject({ code: 2, err: expect.stringMatching(/copy is there already/) })
    expect(readdirSync(at('copy'))).toEqual(['grantwise.db'])
    expect(await backup('copy', '--force')).toMatchObject({ code: 0 })
    expect(readdirSync(at('copy')).sort()).toEqual(['grantwise.db', 'secret'])
    mkdirSync(at('photos'))
    writeFileSync(at('photos/cat.jpg'), 'meow')
    expect(await backup('photos', '--force')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/photos is no backup: it holds cat\.jpg/),
    })
    expect(readdirSync(at('photos'))).toEqual(['cat.jpg'])
    mkdirSync(at('empty'))
    expect(await backup('empty')).toMatchObject({ code: 0 })
  })

  test('refuses with a sentence and 2, and leaves nothing behind', { timeout: limit }, async () => {
    const { run, cwd, in: at } = workplace()
    await leftBehind(at('data'))
    cpSync(at('data'), at('keyless'), { recursive: true })
    rmSync(at('keyless/secret'))
    cpSync(at('data'), at('damaged'), { recursive: true })
    const file = openSync(at('damaged/grantwise.db'), 'r+')
    for (let page = 2; page < 40; page++) writeSync(file, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096)
    writeFileSync(at('other'), 'o'.repeat(40))
    const there = readdirSync(cwd).sort()
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['copy', '--data-dir', 'typo'], /typo holds no Grantwise data/],
      [['copy', '--data-dir', 'keyless'], /not the secret .* --secret-file, or set GRANTWISE_SECRET/],
      [
        ['copy', '--data-dir', 'damaged'],
        /damaged\/grantwise\.db cannot be used: the database is damaged\. Keep the file/,
      ],
      [['copy', '--data-dir', 'data', '--secret-file', 'other'], /do not open with this server secret/],
      [['no/such/copy', '--data-dir', 'data'], /no\/such: expected a directory that can be written to; got ENOENT/],
      [['other', '--data-dir', 'data'], /other: expected a directory of its own .* ENOTDIR/],
      [[], /missing required argument 'directory'/],
    ]
    for (const [args, message] of wrong) {
      const { code, out, err } = await run(['backup', ...args])
      expect(err).toMatch(message)
      expect(err).not.toMatch(/\n +at /)
      expect([code, out]).toEqual([2, ''])
      expect(readdirSync(cwd).sort()).toEqual(there)
    }
  })
})

test.skipIf(process.getuid?.() !== 0)(
  'who may not read the data is told so, not that there is none',
  { timeout: limit },
  async () => {
    const { cwd, in: at } = workplace()
    await leftBehind(at('data'))
    chmodSync(cwd, 0o755)
    chmodSync(at('data'), 0o700)
    for (const command of [
      ['backup', 'copy'],
      ['restore', 'copy', '--keep-sessions'],
      ['user', 'list'],
    ]) {
      const { code, err } = await run([...command, '--data-dir', 'data'], { cwd, uid: 65_534 })
      expect(err).toMatch(/^This process \(user id 65534\) may not read and write \S+data/)
      expect(code).toBe(2)
    }
  },
)

test('every flag of both explains itself with an example', { timeout: limit }, async () => {
  const { run } = workplace()
  for (const name of ['backup', 'restore']) {
    const { code, out } = await run([name, '--help'])
    expect(code).toBe(0)
    const lines = out.replace(/\n {4,}/g, ' ').split('\n')
    for (const line of lines.filter(it => /^ {2}--/.test(it))) expect(line).toMatch(/e\.g\. \S+/)
  }
})
