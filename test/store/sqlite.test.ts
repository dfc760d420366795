import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitResult } from '../../src/core/ports.ts'
import type { TokenHash } from '../../src/core/token-hash.ts'
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite.ts'
import { StoreUnavailable } from '../../src/store/unavailable.ts'
import { storeContract } from './contract/index.ts'
import { begins, newToken, prepare, redeems, rotates, sampleFamily, start } from './samples.ts'
import { clock, type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'

const writer = new URL('./writer-process.ts', import.meta.url)
const redeemer = new URL('./redeemer-process.ts', import.meta.url)

storeContract('SQLite', temporaryDatabase)

describe('SQLite', () => {
  let database: TemporaryDatabase
  let store: SqliteStore

  beforeEach(async () => {
    database = await temporaryDatabase()
    store = await database.open()
    await prepare(store)
  })
  afterEach(() => database.dispose())

  function reason(family_id: string): unknown {
    const db = new DatabaseSync(database.file, { readOnly: true })
    const row = db.prepare('SELECT revoked_why FROM families WHERE id = ?').get(family_id)
    db.close()
    return row?.['revoked_why']
  }

  async function begun() {
    const family = sampleFamily()
    const code = newToken()
    await store.commit(begins(family, code))
    return { family, code }
  }

  it('nothing acknowledged is lost when the process is killed', async () => {
    const child = spawn(process.execPath, [fileURLToPath(writer), database.file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const acknowledged: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line)
      if (acknowledged.length === 200) child.kill('SIGKILL')
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(200)
    await store.close()
    const reopened = await database.open()
    // The line that the kill cut in two has no whole id.
    for (const id of acknowledged.filter(id => id.length === 20)) {
      expect(await reopened.code({ id, hash: `hash-of-${id}` } as TokenHash), id).toBeDefined()
    }
  })

  it('of codes that two processes redeem at once, each is redeemed by one of them', async () => {
    const codes = await Promise.all(Array.from({ length: 200 }, begun))
    const children = ['a', 'b'].map(name => fork(redeemer, [database.file, name]))
    await Promise.all(children.map(child => once(child, 'message')))
    const answers = children.map(child => once(child, 'message'))
    for (const child of children) child.send(codes)
    const [[a], [b]] = (await Promise.all(answers)) as [[CommitResult[]], [CommitResult[]]]
    await Promise.all(children.map(child => child.connected && once(child, 'exit')))
    expect(a.map((result, i) => [result, b[i]].sort())).toEqual(codes.map(() => ['committed', 'replayed']))
  })

  it('a family says for which reason it was revoked, and the first reason stays', async () => {
    const code = await begun()
    await store.commit(redeems(code.family, code.code))
    await store.commit(redeems(code.family, code.code))
    await store.revokeFamily(code.family.id, 'signed-out', start)
    expect(reason(code.family.id)).toBe('code-replayed')

    const refresh = await begun()
    const token = newToken()
    await store.commit(redeems(refresh.family, refresh.code, token))
    await store.commit(rotates(refresh.family, token, newToken(), { grace: 0 }))
    await store.commit(rotates(refresh.family, token, newToken(), { grace: 0 }))
    expect(reason(refresh.family.id)).toBe('refresh-token-replayed')
  })

  it('a write that another process holds up for too long is refused as unavailable, and the next one works', async () => {
    const hasty = await database.open({ busyTimeout: 1 })
    const other = new DatabaseSync(database.file)
    other.exec('BEGIN IMMEDIATE')
    const waiting = [hasty.setMeta('a', '1'), hasty.setMeta('b', '2')]
    const results = await Promise.allSettled(waiting)
    other.exec('ROLLBACK')
    other.close()
    expect(results.map(result => result.status === 'rejected' && result.reason)).toEqual([
      expect.any(StoreUnavailable),
      expect.any(StoreUnavailable),
    ])
    expect(await hasty.setMeta('a', '1')).toBe('1')
    expect(await hasty.meta('b')).toBeUndefined()
  })

  it('what is read while writes wait is what was committed', async () => {
    const family = sampleFamily()
    const waiting = store.commit(begins(family))
    expect(store.backlog).toBe(1)
    expect(await store.family(family.id)).toBeUndefined()
    await waiting
    expect(await store.family(family.id)).toBeDefined()
  })

  it('beyond ten thousand waiting writes the next is refused', async () => {
    const waiting = Array.from({ length: 10_000 }, (_, i) => store.revokeJti(`jti-${i}`, start + 60))
    await expect(store.revokeJti('one too many', start + 60)).rejects.toThrow(StoreUnavailable)
    await Promise.all(waiting)
    expect(await store.isJtiRevoked('jti-9999', 'job', start)).toBe(true)
    expect(await store.isJtiRevoked('one too many', 'job', start)).toBe(false)
  })

  it('the files are readable by their owner only', () => {
    for (const name of [database.file, `${database.file}-wal`]) expect(statSync(name).mode & 0o077).toBe(0)
    expect(statSync(dirname(database.file)).mode & 0o077).toBe(0)
  })

  it('closing leaves one file, with nothing in a log', async () => {
    await store.sweep(start)
    await store.close()
    await store.close()
    expect(existsSync(`${database.file}-wal`)).toBe(false)
  })

  it('closing during a sweep ends it after its batch', async () => {
    await Promise.all(Array.from({ length: 2_000 }, begun))
    const swept = store.sweep(start + 60)
    await store.close()
    expect(await swept).toEqual(expect.any(Object))
    await expect(store.sweep(start + 60)).rejects.toThrow('closed')
  })

  it('what is issued during a sweep is committed', async () => {
    await Promise.all(Array.from({ length: 2_000 }, begun))
    const swept = store.sweep(start + 60)
    const families = Array.from({ length: 200 }, () => sampleFamily())
    for (const family of families) {
      expect(await store.commit({ ...begins(family), family_expires_at: start + 61 })).toBe('committed')
    }
    expect(await swept).toMatchObject({ families: 2_000 })
    for (const family of families) expect(await store.family(family.id)).toBeDefined()
  })

  it('a database that a newer program has written is not opened, and the sentence says so', async () => {
    await store.close()
    const db = new DatabaseSync(database.file)
    db.exec("INSERT INTO migrations (version, applied_at) VALUES (99, 'later')")
    db.close()
    await expect(openSqliteStore({ file: database.file, clock })).rejects.toThrow(
      /grantwise\.sqlite cannot be used: it was written by a newer Grantwise \(schema 99/,
    )
  })

  it('a file that is no database, or a place that cannot be written, is named with the cause', async () => {
    const file = join(dirname(database.file), 'letter.txt')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'Dear Alice, this is no database. '.repeat(500))
    const inAFile = join(file, 'grantwise.sqlite')
    for (const place of [file, inAFile]) {
      const error: unknown = await openSqliteStore({ file: place, clock }).catch(error => error)
      expect(error).toMatchObject({ message: expect.stringContaining(place), cause: expect.any(Error) })
    }
  })
})
