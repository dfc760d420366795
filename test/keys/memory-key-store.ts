import type { KeyStore, StoredKey } from '../../src/keys/ports.ts'

/** The contract of `KeyStore` in memory; every process on one database is a reader of one of these. */
export function memoryKeyStore(): KeyStore & { reads: number } {
  let stored: readonly StoredKey[] = []
  let version = 0
  const names = (keys: readonly StoredKey[]): string =>
    keys
      .map(key => `${key.kid} ${key.status}`)
      .sort()
      .join()
  return {
    reads: 0,
    async keys() {
      this.reads += 1
      return stored
    },
    async replaceKeys(expected, keys) {
      if (names(expected) !== names(stored)) return false
      stored = keys
      version += 1
      return true
    },
    keysVersion: () => version,
  }
}
