import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GroupCommit } from '../../src/store/group-commit.ts'
import { migrate } from '../../src/store/migrate.ts'
import { findMeta, settleMeta } from '../../src/store/sql/meta.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'
import { StoreUnavailable } from '../../src/store/unavailable.ts'
import { Undo, type Work } from '../../src/store/work.ts'

describe('group commit', () => {
  let directory: string
  let connection: SqliteConnection
  let group: GroupCommit

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'grantwise-group-'))
    const file = join(directory, 'test.sqlite')
    connection = new SqliteConnection({ file, synchronous: 'FULL', busyTimeout: 0, cache: 2_000 })
    migrate(connection)
    group = new GroupCommit(connection)
  })
  afterEach(() => {
    connection.close()
    rmSync(directory, { recursive: true })
  })

  const put = (name: string) => group.write(() => settleMeta(name, 'value'))
  const isThere = (name: string) => connection.run(findMeta(name)) !== undefined

  /** Commit frames in the log: those that say how large the database is from there on. */
  function commitsInLog(): number {
    const log = readFileSync(join(directory, 'test.sqlite-wal'))
    const frame = 24 + log.readUInt32BE(8)
    let commits = 0
    for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) !== 0) commits++
    return commits
  }

  it('the writes of one turn of the event loop are one COMMIT', async () => {
    const before = commitsInLog()
    await Promise.all(Array.from({ length: 100 }, (_, i) => put(`name-${i}`)))
    expect(commitsInLog() - before).toBe(1)
    await put('of the next turn')
    expect(commitsInLog() - before).toBe(2)
  })

  it('a group is bounded: a thousand writes are two commits', async () => {
    const before = commitsInLog()
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => put(`name-${i}`)))
    expect(commitsInLog() - before).toBe(2)
  })

  it('a unit that throws is rejected alone with its own error, whatever it had written', async () => {
    const fault = new Error('a fault of its own')
    function* failing(): Work<void> {
      yield* settleMeta('failing', 'value')
      throw fault
    }
    const results = await Promise.allSettled([put('before'), group.write(failing), put('after')])
    expect(results[1]).toEqual({ status: 'rejected', reason: fault })
    expect(['before', 'failing', 'after'].map(isThere)).toEqual([true, false, true])
  })

  it('a unit that undoes itself is answered, and what it had written is gone', async () => {
    function* undoing(): Work<string> {
      yield* settleMeta('undone', 'value')
      throw new Undo('undone')
    }
    expect(await Promise.all([group.write(undoing), put('beside')])).toEqual(['undone', 'value'])
    expect(['undone', 'beside'].map(isThere)).toEqual([false, true])
  })

  it('no promise settles before the COMMIT', async () => {
    const seen: string[] = []
    function* observed(): Work<void> {
      seen.push('run')
      yield* settleMeta('observed', 'value')
    }
    await Promise.all([
      group.write(observed).then(() => seen.push(`settled in a transaction: ${connection.db.isTransaction}`)),
      group.write(observed),
    ])
    expect(seen).toEqual(['run', 'run', 'settled in a transaction: false'])
  })

  it('a COMMIT that fails rejects every write of its group as unavailable, and the next group works', async () => {
    // A foreign key that is checked only at COMMIT and does not hold.
    function* broken(): Work<void> {
      yield { sql: 'PRAGMA defer_foreign_keys = ON', params: {} }
      yield { sql: "INSERT INTO web_origins (origin, client_id) VALUES ('https://a.example', 'nobody')", params: {} }
    }
    const results = await Promise.allSettled([put('before'), group.write(broken), put('after')])
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) })
    expect(connection.db.isTransaction).toBe(false)
    expect(['before', 'after'].map(isThere)).toEqual([false, false])
    await put('before')
    expect(isThere('before')).toBe(true)
  })

  it('a unit that ends the whole transaction takes its group with it, as unavailable', async () => {
    function* ending(): Work<void> {
      yield { sql: 'ROLLBACK', params: {} }
      throw new Error('as SQLite does when the disk is full')
    }
    const results = await Promise.allSettled([put('before'), group.write(ending), put('after')])
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) })
    expect(['before', 'after'].map(isThere)).toEqual([false, false])
    await put('again')
    expect(isThere('again')).toBe(true)
  })
})
