/** A JWT that somebody else made, read and not yet verified. */
export interface ForeignJwt {
  /** As it came (RFC 7515 §7.1). */
  readonly compact: string
  /** Header and payload as they were signed: alike however the signature is written. */
  readonly signed: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Public keys of somebody else (RFC 7517 §5). */
export interface Jwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** Where somebody registered that their keys are; an issuer's are where its metadata says. Never what a JWT names. */
export type KeySource = { readonly jwks: Jwks } | { readonly jwks_uri: string } | { readonly issuer: string }

/** What came of looking at a signature; where the keys could not be had, why. */
export type Verdict = 'good' | 'key-unknown' | 'signature-wrong' | { readonly unavailable: string }

/** JWTs that others signed. */
export interface ForeignJwts {
  /** Nothing when it is not a compact JWS of JSON objects. */
  read(compact: string): ForeignJwt | undefined
  /** Whether one of these keys signed it, by an algorithm that is the key's. */
  verify(jwt: ForeignJwt, source: KeySource): Promise<Verdict>
}
