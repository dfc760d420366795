import type { Versions } from './engine.ts'
import { findVersions } from './sql/versions.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** Knows, at the cost of at most one PRAGMA per turn of the event loop, whether what is cached is still true. */
export class Freshness {
  readonly #connection: SqliteConnection
  #versions: Versions
  #dataVersion: unknown
  #checked = false
  #stale = false

  constructor(connection: SqliteConnection) {
    this.#connection = connection
    this.#dataVersion = this.#readDataVersion()
    this.#versions = connection.run(findVersions())
  }

  /** This process committed a change to what the versions count: `data_version` only tells of other connections. */
  expire(): void {
    this.#stale = true
  }

  versions(): Versions {
    if (!this.#checked) this.#check()
    if (this.#stale) {
      this.#versions = this.#connection.run(findVersions())
      this.#stale = false
    }
    return this.#versions
  }

  #check(): void {
    this.#checked = true
    setImmediate(() => {
      this.#checked = false
    })
    const dataVersion = this.#readDataVersion()
    if (dataVersion === this.#dataVersion) return
    this.#dataVersion = dataVersion
    this.#stale = true
  }

  #readDataVersion(): unknown {
    return this.#connection.all('PRAGMA data_version')[0]?.['data_version']
  }
}
