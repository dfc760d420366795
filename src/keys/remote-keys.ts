import type { Jwks, KeySource } from '../core/foreign-jwt.ts'
import type { Clock } from '../core/ports.ts'
import { type PublicKeys, publicKeys } from './public-keys.ts'

type RemoteSource = Exclude<KeySource, { readonly jwks: Jwks }>

/** The keys that others publish, asked for when they are needed and kept for a while. */
export interface RemoteKeys {
  /** The keys as last fetched; why there are none. */
  get(source: RemoteSource): Promise<PublicKeys | { readonly unavailable: string }>
  /** The keys asked for once more, since those known did not do; as they were, where they were asked for just now. */
  renew(source: RemoteSource): Promise<PublicKeys | undefined>
}

interface RemoteKeysPowers {
  /** The JSON at an https address. @throws an error that says why there is none. */
  readonly fetchJson: (url: string) => Promise<unknown>
  readonly clock: Clock
}

/** Seconds for which keys are not asked for again; unless one is missing. */
const fresh = 600
/** Seconds for which they serve while they cannot be asked for again. */
const stale = 3600
/** Seconds between two requests for the same keys, whatever strangers send. */
const pause = 30
/** Sets that are kept. */
const most = 200

interface Entry {
  keys?: PublicKeys
  fetched_at: number
  tried_at: number
  why: string
  fetching?: Promise<void> | undefined
}

export function createRemoteKeys({ fetchJson, clock }: RemoteKeysPowers): RemoteKeys {
  const entries = new Map<string, Entry>()

  function entryOf(source: RemoteSource): Entry {
    const name = JSON.stringify(source)
    const known = entries.get(name)
    if (known) return known
    const oldest = entries.keys().next()
    if (entries.size >= most && !oldest.done) entries.delete(oldest.value)
    const entry: Entry = { fetched_at: 0, tried_at: Number.NEGATIVE_INFINITY, why: '' }
    entries.set(name, entry)
    return entry
  }

  async function load(source: RemoteSource, entry: Entry): Promise<void> {
    try {
      entry.keys = await fetchKeys(source, fetchJson)
      entry.fetched_at = clock.now()
    } catch (error) {
      entry.why = error instanceof Error ? error.message : String(error)
    }
    entry.tried_at = clock.now()
    entry.fetching = undefined
  }

  /** One request at a time for the same keys, and none soon after another. */
  async function ask(source: RemoteSource, entry: Entry): Promise<void> {
    if (clock.now() - entry.tried_at < pause) return
    entry.fetching ??= load(source, entry)
    await entry.fetching
  }

  return {
    async get(source) {
      const entry = entryOf(source)
      if (!entry.keys || clock.now() - entry.fetched_at >= fresh) await ask(source, entry)
      if (entry.keys && clock.now() - entry.fetched_at < stale) return entry.keys
      return { unavailable: entry.why }
    },
    async renew(source) {
      const entry = entryOf(source)
      await ask(source, entry)
      return entry.keys
    },
  }
}

async function fetchKeys(source: RemoteSource, fetchJson: RemoteKeysPowers['fetchJson']): Promise<PublicKeys> {
  const url = 'jwks_uri' in source ? source.jwks_uri : await findKeys(source.issuer, fetchJson)
  const jwks = await fetchJson(url)
  const keys = membersOf(jwks)['keys']
  if (!Array.isArray(keys)) throw new Error('what is there is no key set')
  return publicKeys({ keys: keys.map(membersOf) })
}

/** Where an issuer's metadata says that its keys are (OIDC Discovery §4). */
async function findKeys(issuer: string, fetchJson: RemoteKeysPowers['fetchJson']): Promise<string> {
  const metadata = membersOf(await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`))
  // OIDC Discovery §4.3: it MUST be exactly the one that was asked.
  if (metadata['issuer'] !== issuer) throw new Error('its metadata is of another issuer')
  const { jwks_uri } = metadata
  if (typeof jwks_uri !== 'string') throw new Error('its metadata names no jwks_uri')
  return jwks_uri
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
