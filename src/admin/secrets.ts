import type { Client, ClientSecret } from '../core/client.ts'
import type { Hash } from '../core/ports.ts'
import type { Credential } from './client.ts'

/** Seconds that a replaced secret still works, for rotation without downtime. */
const rotationTime = 86_400

/** The secrets that work now. */
export function liveSecrets(secrets: Client['secrets'], now: number): readonly ClientSecret[] {
  return secrets.filter(secret => secret.expires_at === undefined || secret.expires_at > now)
}

/** The secrets a client has once a file was applied; the stored list itself where nothing changes. */
export function nextSecrets(
  credential: Credential,
  stored: readonly ClientSecret[],
  { hash, now }: { readonly hash: Pick<Hash, 'sha256'>; readonly now: number },
): readonly ClientSecret[] {
  switch (credential.kind) {
    case 'none':
      return []
    case 'kept':
      return stored
    case 'secret':
      return rotateTo(hash.sha256(credential.secret), stored, now)
    case 'hashes':
      return adopt(credential.hashes, stored, now)
  }
}

/** The new one, and the newest of those before it for a day; two live at most. */
function rotateTo(hash: string, stored: readonly ClientSecret[], now: number): readonly ClientSecret[] {
  const live = liveSecrets(stored, now)
  const lasting = live.filter(secret => secret.expires_at === undefined)
  if (lasting.some(secret => secret.hash === hash)) return stored
  const before = lasting.toSorted((a, b) => b.created_at - a.created_at).slice(0, 1)
  const created_at = live.find(secret => secret.hash === hash)?.created_at ?? now
  return [{ hash, created_at }, ...before.map(secret => ({ ...secret, expires_at: now + rotationTime }))]
}

/** What an export wrote, as it was; a single hash without expiry is a secret like any other. */
function adopt(
  hashes: readonly Omit<ClientSecret, 'created_at'>[],
  stored: readonly ClientSecret[],
  now: number,
): readonly ClientSecret[] {
  const [only, more] = hashes
  if (only !== undefined && more === undefined && only.expires_at === undefined) return rotateTo(only.hash, stored, now)
  const wanted = hashes.filter(it => it.expires_at === undefined || it.expires_at > now)
  const live = liveSecrets(stored, now)
  const same = (it: (typeof wanted)[number]) =>
    live.some(secret => secret.hash === it.hash && secret.expires_at === it.expires_at)
  if (wanted.length === live.length && wanted.every(same)) return stored
  return wanted.map(it => ({ ...it, created_at: live.find(secret => secret.hash === it.hash)?.created_at ?? now }))
}
