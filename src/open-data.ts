import { join } from 'node:path'
import { type Config, StartRefused } from './config.ts'
import type { Clock, Random } from './core/ports.ts'
import { makeDirectory, refuseUnusable } from './data-directory.ts'
import { refuseLostSecret } from './examine.ts'
import type { Limits } from './http/limits.ts'
import { createPasswords, type Passwords } from './identity/passwords.ts'
import { nodeRandom } from './keys/random.ts'
import { createSealer, type Sealer } from './keys/seal.ts'
import { openServerSecret, type ServerSecret } from './keys/secret.ts'
import type { OutgoingOptions } from './outgoing/fetch-guarded.ts'
import { openSqliteStore, type SqliteStore } from './store/sqlite.ts'

/** What a program cannot make for itself; tests hand in their own. */
export interface Powers {
  readonly clock: Clock
  readonly random: Random
  /** Milliseconds for people to read, never for a decision: since 1970, and of a clock that never steps. */
  readonly milliseconds?: { now(): number; stopwatch(): number }
  /** Where log lines go; to standard output unless given. */
  readonly log?: { write(line: string): void }
  /** What is taken on at once; what one process can carry, unless given. */
  readonly limits?: Partial<Limits>
  /** How hosts are found and believed that are asked for keys; by the system unless given. */
  readonly outgoing?: Pick<OutgoingOptions, 'resolve' | 'ca'>
}

export const systemPowers: Powers = {
  clock: { now: () => Math.floor(Date.now() / 1000) },
  random: nodeRandom(Date.now),
}

/** An open data directory: what the server and the commands both work on. */
export interface Data extends Powers {
  readonly store: SqliteStore
  readonly secret: ServerSecret
  /** Seals signing keys at rest. */
  readonly sealer: Sealer
  readonly passwords: Passwords
  close(): Promise<void>
}

/** Opens a data directory, making schema and secret in an empty one. @throws StartRefused, with nothing changed. */
export async function openData(
  config: Pick<Config, 'data_dir' | 'secret'> & Partial<Pick<Config, 'audit_retention_days'>>,
  powers: Powers = systemPowers,
): Promise<Data> {
  const file = join(config.data_dir, 'grantwise.db')
  refuseUnusable(config.data_dir)
  refuseLostSecret(config)
  try {
    makeDirectory(config.data_dir)
    const secret = openServerSecret({ text: config.secret, dataDir: config.data_dir })
    const { audit_retention_days: days } = config
    const retention = days === undefined ? {} : { auditRetention: days * 86_400 }
    const store = await openSqliteStore({ file, clock: powers.clock, ...retention })
    const passwords = createPasswords()
    return {
      ...powers,
      store,
      secret,
      passwords,
      sealer: createSealer(secret.deriveKey('seal keys')),
      async close() {
        await passwords.close()
        await store.close()
      },
    }
  } catch (error) {
    throw new StartRefused(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
