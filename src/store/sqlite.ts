import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../core/ports.ts'
import type { Engine, Versions } from './engine.ts'
import { Freshness } from './freshness.ts'
import { type CommitObserver, GroupCommit } from './group-commit.ts'
import { Maintenance, type MaintenanceOptions } from './maintenance.ts'
import { migrate } from './migrate.ts'
import { tryWriting } from './sql/meta.ts'
import { type Counts, sweepsOf } from './sql/sweep.ts'
import { SqlStore } from './sql-store.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { storeError, unusable } from './sqlite-errors.ts'
import { forgetStatistics } from './statistics.ts'
import { StoreUnavailable } from './unavailable.ts'
import type { Work } from './work.ts'

export interface SqliteStoreOptions {
  /** Made, with its directory, when it is not there; readable by its owner only. */
  readonly file: string
  readonly clock: Clock
  /** Milliseconds that a write may wait for another process. */
  readonly busyTimeout?: number
  /** Seconds after which the audit trail is removed; never unless given. */
  readonly auditRetention?: number
  /** Told when maintenance fails; it is tried again by itself. */
  readonly report?: (error: unknown) => void
}

/** SQLite as an engine: units of work run at once on one connection, writes share commits. */
export class SqliteEngine implements Engine {
  readonly connection: SqliteConnection
  readonly groupCommit: GroupCommit
  readonly #freshness: Freshness

  constructor(connection: SqliteConnection) {
    this.connection = connection
    this.groupCommit = new GroupCommit(connection)
    this.#freshness = new Freshness(connection)
  }

  async read<T>(work: Work<T>): Promise<T> {
    try {
      return this.connection.run(work)
    } catch (error) {
      throw storeError(error)
    }
  }
  write<T>(work: () => Work<T>): Promise<T> {
    return this.groupCommit.write(work)
  }
  versions(): Versions {
    try {
      return this.#freshness.versions()
    } catch (error) {
      throw storeError(error)
    }
  }
  refreshVersions(): void {
    this.#freshness.expire()
  }
}

/** Everything that Grantwise keeps, in one SQLite file. */
export class SqliteStore extends SqlStore {
  readonly #engine: SqliteEngine
  readonly #maintenance: Maintenance
  readonly #file: string
  readonly #auditRetention: number | undefined
  #closing: Promise<void> | undefined

  constructor(engine: SqliteEngine, options: MaintenanceOptions) {
    super(engine, options.clock)
    this.#engine = engine
    this.#maintenance = new Maintenance(options)
    this.#file = options.file
    this.#auditRetention = options.auditRetention
  }

  /** How many writes wait for a commit. */
  get backlog(): number {
    return this.#engine.groupCommit.backlog
  }

  /** Removes what was over at `now`, off the main thread; it also happens by itself every minute. */
  sweep(now: number): Promise<Counts> {
    return this.#maintenance.sweep(now)
  }

  /** How many rows of each kind were over at `now` and are still there, each counted to ten thousand. */
  async sweepBacklog(now: number): Promise<Counts> {
    const counted = sweepsOf(this.#auditRetention).map(async ({ name, backlog }) => {
      return [name, await this.#engine.read(backlog(now, 10_000))] as const
    })
    return Object.fromEntries(await Promise.all(counted))
  }

  /** How many rows each table has, counted off the main thread. */
  countRows(): Promise<Counts> {
    return this.#maintenance.countRows()
  }

  /** Bytes of the database and of its log. */
  size(): { readonly database: number; readonly log: number } {
    const bytes = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
    return { database: bytes(this.#file), log: bytes(`${this.#file}-wal`) }
  }

  /** Tells of each commit from now on. */
  observeCommits(observer: CommitObserver): void {
    this.#engine.groupCommit.observer = observer
  }

  /** Settles when there is a database to read and, where the last write failed, that takes one again. @throws StoreUnavailable */
  async ready(): Promise<void> {
    await this.meta('issuer')
    if (this.#engine.groupCommit.failed) await this.#engine.write(tryWriting)
  }

  /** Commits what waits, empties the log into the database and lets go of the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#engine.groupCommit.close()
    await this.#maintenance.stop()
    const { connection } = this.#engine
    try {
      // Another process that is at work keeps the log; it empties it when it closes.
      connection.waitWhenBusy(100)
      connection.all('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      // On a full disk the log stays: all that was committed is in it, and whoever opens it next goes on.
      if (!(storeError(error) instanceof StoreUnavailable)) throw error
    } finally {
      connection.close()
    }
  }
}

/** Opens the store, bringing its schema up to date. @throws a sentence with the file's name, and the cause. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { file, clock, auditRetention, report = console.error } = options
  const engine = open(options)
  return new SqliteStore(engine, {
    file,
    clock,
    auditRetention,
    commits: () => engine.groupCommit.commits,
    report,
  })
}

function open({ file, busyTimeout = 5_000 }: SqliteStoreOptions): SqliteEngine {
  try {
    createPrivately(file)
    const connection = new SqliteConnection({ file, synchronous: 'FULL', busyTimeout, cache: cacheFor(file) })
    try {
      migrate(connection)
      forgetStatistics(connection)
      return new SqliteEngine(connection)
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw unusable(file, error)
  }
}

/** Kilobytes of pages to hold, at least and at most. */
const cache = { least: 16_000, most: 256_000 }

/**
 * A sixteenth of what there is: so the inner pages of its indexes are held, through which every look-up goes, and of
 * the rest what is used most.
 */
function cacheFor(file: string): number {
  const sixteenth = Math.floor(statSync(file).size / 1000 / 16)
  return Math.min(cache.most, Math.max(cache.least, sixteenth))
}

/** SQLite gives its log the permissions of the database, so these are set before it opens the file. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    // An existing file is not opened here: closing it again would drop SQLite's locks on it (POSIX).
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
