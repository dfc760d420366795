import { unsealKey } from '../keys/create-key.ts'
import { WrongSecretError } from '../keys/loaded-keys.ts'
import { createSealer } from '../keys/seal.ts'
import type { ServerSecret } from '../keys/secret.ts'
import { checkCopy, copyDatabase } from '../store/copy.ts'
import { type Look, lookInto } from '../store/look.ts'
import { unusable } from '../store/sqlite-errors.ts'
import { StoreUnavailable } from '../store/unavailable.ts'
import { BackupRefused } from './refused.ts'

/**
 * Copies a database, reads the copy in full, and opens its signing keys with this secret: what passes can be served.
 * @throws BackupRefused
 */
export async function copyVerified(
  from: string,
  to: string,
  secret: ServerSecret,
  signal?: AbortSignal,
): Promise<Look> {
  const found = await copyDatabase(from, to, signal)
    .then(() => checkCopy(to))
    .then(() => look(from, to))
    .catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error
      throw new BackupRefused(unusable(from, error).message, { cause: error })
    })
  if (found === undefined) throw new BackupRefused(`${from} is empty: no server was ever started on it.`)
  const sealer = createSealer(secret.deriveKey('seal keys'))
  for (const key of found.keys) {
    if (unsealKey(key, sealer) === undefined) throw new BackupRefused(new WrongSecretError().message)
  }
  return found
}

/** What is wrong with the copy is wrong with what it is of. */
function look(from: string, to: string): Look | undefined {
  try {
    return lookInto(to)
  } catch (error) {
    throw new BackupRefused(unusable(from, (error as Error).cause).message, { cause: error })
  }
}
