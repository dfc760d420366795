import type { SqliteConnection } from './sqlite-connection.ts'
import { storeError } from './sqlite-errors.ts'
import { StoreUnavailable } from './unavailable.ts'
import { Undo, type Work } from './work.ts'

/** Writes that may wait; beyond, the next is refused. */
const queueLimit = 10_000
/** Writes that share a commit at most, so that one turn does not last. */
const groupLimit = 500

/** Told of each commit: the writes that shared it, the milliseconds it took, and whether it failed. */
export type CommitObserver = (writes: number, milliseconds: number, failed: boolean) => void

interface Unit {
  /** Runs it in the open transaction; what is returned is called once that is durable. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}

/** Lets the writes of one turn of the event loop share one durable commit, each failing alone. */
export class GroupCommit {
  readonly #connection: SqliteConnection
  #queue: Unit[] = []
  #scheduled = false
  #closed = false
  /** How many commits were made. */
  commits = 0
  observer: CommitObserver | undefined
  /** Whether the last one failed: until one succeeds, nothing can be written. */
  failed = false

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  /** How many writes wait for a commit. */
  get backlog(): number {
    return this.#queue.length
  }

  write<T>(work: () => Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'))
    if (this.#queue.length >= queueLimit) return Promise.reject(new StoreUnavailable('too many writes are waiting'))
    return new Promise((resolve, reject) => {
      this.#queue.push({
        run: () => {
          const result = this.#attempt(work)
          return () => resolve(result)
        },
        reject,
      })
      this.#schedule()
    })
  }

  /** Commits what waits, now, and takes nothing more. */
  close(): void {
    this.#closed = true
    while (this.#queue.length > 0) this.#flush()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#queue.length > 0) this.#flush()
      if (this.#queue.length > 0) this.#schedule()
    })
  }

  #flush(): void {
    const units = this.#queue.splice(0, groupLimit)
    const settlements: (() => void)[] = []
    const began = this.observer === undefined ? 0 : performance.now()
    try {
      this.#connection.transaction(() => {
        for (const unit of units) settlements.push(this.#settlement(unit))
      })
    } catch (error) {
      this.observer?.(units.length, performance.now() - began, true)
      this.failed = true
      const unavailable = new StoreUnavailable('nothing could be written', { cause: storeError(error) })
      for (const unit of units) unit.reject(unavailable)
      return
    }
    this.commits++
    this.observer?.(units.length, performance.now() - began, false)
    this.failed = false
    for (const settle of settlements) settle()
  }

  /** How a unit's promise settles if the group is committed. @throws when its failure ended the whole transaction. */
  #settlement(unit: Unit): () => void {
    try {
      return unit.run()
    } catch (error) {
      if (!this.#connection.db.isTransaction) throw error
      return () => unit.reject(storeError(error))
    }
  }

  /** Runs one unit under a savepoint, so that one that fails leaves nothing and spoils no other. */
  #attempt<T>(work: () => Work<T>): T {
    this.#connection.all('SAVEPOINT unit')
    try {
      const result = this.#connection.run(work())
      this.#connection.all('RELEASE unit')
      return result
    } catch (error) {
      if (this.#connection.db.isTransaction) {
        this.#connection.all('ROLLBACK TO unit')
        this.#connection.all('RELEASE unit')
      }
      if (error instanceof Undo) return error.result as T
      throw error
    }
  }
}
