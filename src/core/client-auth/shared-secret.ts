import type { Check } from '../check.ts'
import type { Client } from '../client.ts'
import type { Clock, Hash } from '../ports.ts'

/** A client with a shared secret may send it by Basic or in the body; some libraries use both ways in turn. */
export function acceptsSharedSecret(registered: string): boolean {
  return registered === 'client_secret_basic' || registered === 'client_secret_post'
}

/** Compares with every live secret, in constant time; two live ones let an operator rotate (RFC 6749 §2.3.1). */
export function isSharedSecret(
  client: Client,
  secret: string | undefined,
  { hash, clock }: { readonly hash: Hash; readonly clock: Clock },
): boolean {
  if (secret === undefined) return false
  const presented = hash.sha256(secret)
  const now = clock.now()
  let right = false
  for (const live of client.secrets) {
    const alive = live.expires_at === undefined || live.expires_at > now
    if (hash.equal(presented, live.hash) && alive) right = true
  }
  return right
}

/** @throws `invalid_client` unless the secret was right. */
export function proveSharedSecret({ client_id }: Client, right: boolean, check: Check): void {
  if (!right) throw check.refused('client-secret-wrong', 'wrong secret', { client_id })
  check.passed('client-secret-wrong')
}
