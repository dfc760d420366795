import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { initial } from '../../src/store/migrations/0001-initial.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'
import { openBrowser } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer } from '../support/server.ts'
import { introspect, obtainCode, obtainTokens, redeem, refresh, revoke } from '../support/token.ts'
import { leftBehind, takeOver, workplace } from './backups.ts'

const limit = 180_000

describe('grantwise restore', () => {
  test('with --end-sessions honours nothing that the backup holds, and lets people sign in anew', {
    timeout: limit,
  }, async () => {
    const { run, in: at } = workplace()
    const browser = openBrowser()
    let stolen = ''
    let online = ''
    const server = await leftBehind(at('data'), async ({ issuer }) => {
      stolen = (await obtainTokens(issuer, {}, browser)).refresh_token
      online = (await obtainTokens(issuer, { scope: 'openid profile' }, browser)).access_token
      await run(['backup', 'copy', '--data-dir', 'data'])
      // What happens after it: the token is spent, and everything of it revoked.
      const { body } = await refresh(issuer, stolen)
      await revoke(issuer, String(body['refresh_token']))
    })
    renameSync(at('data'), at('data.before'))
    // As a restore leaves it that is killed.
    mkdirSync(at('data/.restore-killed'), { recursive: true, mode: 0o700 })
    writeFileSync(at('data/.restore-killed/grantwise.db'), 'half')
    const { out, code } = await run(['restore', 'copy', '--end-sessions', '--data-dir', 'data', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      restored: { data_dir: at('data'), issuer: server.issuer, ended: { sessions: 1, authorizations: 2 } },
    })
    expect(readdirSync(at('data')).sort()).toEqual(['control.lock', 'grantwise.db', 'secret'])
    for (const name of readdirSync(at('data'))) expect(statSync(at(`data/${name}`)).mode & 0o077).toBe(0)

    const restored = await takeOver(server, at('data'))
    expect((await refresh(restored.issuer, stolen)).body.error).toBe('invalid_grant')
    expect((await introspect(restored.issuer, online)).body['active']).toBe(false)
    expect((await browser.get(`${restored.issuer}/account`)).title).toBe('Sign in - Grantwise')
    expect((await redeem(restored.issuer, await obtainCode(restored.issuer))).status).toBe(200)
    const [, ...since] = readRows(at('data'), 'audit').slice(-4)
    expect(since.map(({ event }) => event)).toEqual(['backup-restored', 'signed-in', 'authorized'])
  })

  test('asks whether sessions may go on, since one answer is wrong each time', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    await leftBehind(at('data'))
    await run(['backup', 'copy', '--data-dir', 'data'])
    const neither = await run(['restore', 'copy', '--data-dir', 'again'])
    expect(neither).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Expected --end-sessions or --keep-sessions/),
    })
    const both = await run(['restore', 'copy', '--data-dir', 'again', '--end-sessions', '--keep-sessions'])
    expect(both).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be used with/) })
    expect(existsSync(at('again'))).toBe(false)
  })

  test('takes a secret that is kept apart', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    const server = await leftBehind(at('data'))
    await run(['backup', 'copy', '--data-dir', 'data', '--without-secret'])
    const restore = (...args: readonly string[]) => run(['restore', 'copy', '--keep-sessions', ...args])
    expect(await restore('--data-dir', 'again')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/copy holds no secret.*--secret-file, or set GRANTWISE_SECRET/),
    })
    expect(await restore('--data-dir', 'again', '--secret-file', 'data/secret')).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(at('again')).sort()).toEqual(['control.lock', 'grantwise.db'])
    mkdirSync(at('third'))
    cpSync(at('data/secret'), at('third/secret'))
    expect(await restore('--data-dir', 'third')).toMatchObject({ code: 0, err: '' })
    await expect(obtainTokens((await takeOver(server, at('third'))).issuer)).resolves.toBeDefined()
  })

  test('refuses with a sentence and 2, and changes nothing', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    await leftBehind(at('data'))
    await run(['backup', 'copy', '--data-dir', 'data'])
    const running = await startServer({ data_dir: at('running') })
    onTestFinished(() => running.close())
    cpSync(at('copy'), at('newer'), { recursive: true })
    const newer = new DatabaseSync(at('newer/grantwise.db'))
    newer.exec("INSERT INTO migrations VALUES (999, '2099-01-01')")
    newer.close()
    cpSync(at('copy'), at('mixed'), { recursive: true })
    writeFileSync(at('mixed/secret'), 'm'.repeat(40))
    mkdirSync(at('log-only'))
    writeFileSync(at('log-only/grantwise.db-wal'), '')
    mkdirSync(at('other-secret'))
    writeFileSync(at('other-secret/secret'), 's'.repeat(40))
    const wrong: readonly (readonly [from: string, to: string, message: RegExp])[] = [
      ['nowhere', 'again', /nowhere holds no backup/],
      [
        'copy',
        'data',
        /data\/grantwise\.db is there already.*move the files grantwise\.db\* and secret out of \S+data,/,
      ],
      ['copy', 'running', /running\/grantwise\.db is there already/],
      ['copy', 'log-only', /grantwise\.db-wal is there already/],
      ['copy', 'other-secret', /other-secret\/secret differs from the secret of the backup/],
      ['newer', 'again', /newer\/grantwise\.db cannot be used: it was written by a newer Grantwise \(schema 999/],
      ['mixed', 'again', /do not open with this server secret/],
      ['copy', 'copy/secret', /copy\/secret is a file, and a directory is needed there/],
    ]
    for (const [from, to, message] of wrong) {
      const { code, out, err } = await run(['restore', from, '--keep-sessions', '--data-dir', to])
      expect(err).toMatch(message)
      expect(err).not.toMatch(/\n +at /)
      expect([code, out]).toEqual([2, ''])
      expect(existsSync(at('again/grantwise.db')) || existsSync(at('again/secret'))).toBe(false)
    }
    expect(readFileSync(at('other-secret/secret'), 'utf8')).toBe('s'.repeat(40))
    for (const name of ['grantwise.db', 'secret']) rmSync(at(`running/${name}`))
    for (const end of ['-wal', '-shm']) rmSync(at(`running/grantwise.db${end}`), { force: true })
    const { err } = await run(['restore', 'copy', '--keep-sessions', '--data-dir', 'running'])
    expect(err).toMatch(/Another server runs on \S+running already/)
  })

  test('brings a backup of the first schema up to date', { timeout: limit }, async () => {
    const { run, in: at } = workplace()
    mkdirSync(at('copy'))
    writeFileSync(at('copy/secret'), 's'.repeat(40))
    const old = new SqliteConnection({
      file: at('copy/grantwise.db'),
      synchronous: 'FULL',
      busyTimeout: 0,
      cache: 2_000,
    })
    migrate(old, [initial])
    old.close()
    expect(await run(['restore', 'copy', '--end-sessions', '--data-dir', 'again'])).toMatchObject({ code: 0, err: '' })
    const versions = readRows(at('again'), 'migrations').map(({ version }) => version)
    expect(versions).toEqual(migrations.map(({ version }) => version))
  })
})
