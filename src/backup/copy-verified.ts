import { unsealKey } from '../keys/create-key.ts'
import { WrongSecretError } from '../keys/loaded-keys.ts'
import { createSealer } from '../keys/seal.ts'
import type { ServerSecret } from '../keys/secret.ts'
import { type CopyContents, copyDatabase, readCopy } from '../store/copy.ts'
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
): Promise<CopyContents> {
  const contents = await copyDatabase(from, to, signal)
    .then(() => readCopy(to))
    .catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error
      throw new BackupRefused(`${from} cannot be copied: ${error.message}.`, { cause: error })
    })
  const sealer = createSealer(secret.deriveKey('seal keys'))
  for (const key of contents.keys) {
    if (unsealKey(key, sealer) === undefined) throw new BackupRefused(new WrongSecretError().message)
  }
  return contents
}
