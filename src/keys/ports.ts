import type { By } from '../core/by.ts'

/** A signing key as stored: its private half sealed with the server secret. */
export interface StoredKey {
  readonly kid: string
  readonly alg: string
  readonly status: 'next' | 'current' | 'retired'
  /** The public JWK, as published. */
  readonly public_jwk: Readonly<Record<string, unknown>>
  /** The private JWK, AES-256-GCM with kid and purpose as associated data. */
  readonly sealed: string
  readonly created_at: number
  /** Seconds since 1970 from which it may sign: by then every cached JWKS holds it. */
  readonly signs_from: number
  readonly retired_at?: number
}

/** What the key ring keeps. */
export interface KeyStore {
  keys(): Promise<readonly StoredKey[]>
  /**
   * Replaces all keys in one transaction, unless the stored kids and statuses are no longer `expected`
   * (another process was faster): then nothing is written and the answer is false.
   */
  replaceKeys(expected: readonly StoredKey[], keys: readonly StoredKey[], by?: By): Promise<boolean>
  /** A number that changes whenever keys may have changed, by this process or another. Cheap: one PRAGMA at most. */
  keysVersion(): number
}
