import type { Check } from '../core/check.ts'
import type { Clock, Hash, Random } from '../core/ports.ts'
import type { ReasonId } from '../core/reasons.ts'
import { hashMinted, hashToken, mintToken } from '../core/token-hash.ts'
import type { IdentityStore, Session } from './ports.ts'

/** Seconds that a session lives at most, and so its cookie. */
export const sessionMaxAge: number = 30 * 24 * 60 * 60

/** Seconds that it lives unused. */
export const sessionIdle: number = 7 * 24 * 60 * 60

/** Seconds between two records of its use: often enough for its idle life, rare enough to cost nothing. */
const touchEvery = 10 * 60

const longestUserAgent = 256

export interface NewSession {
  readonly sub: string
  readonly amr: readonly string[]
  readonly acr: string
  readonly address: string
  readonly user_agent: string
  /** Seconds; `sessionMaxAge` unless given. */
  readonly lives?: number | undefined
  /** The password hash that was just proven: if it is not the user's any more, no session begins. */
  readonly proof?: string | undefined
  /** The live session of the same browser, which ends here. */
  readonly replaces?: Session | undefined
}

/**
 * Starts a session under a new id, so that one fixed in the browser beforehand is worth nothing; `cookie` goes to the
 * browser only. Nothing, when meanwhile the user was disabled or deleted, or their password changed.
 */
export async function startSession(
  { replaces, proof, user_agent, lives = sessionMaxAge, ...login }: NewSession,
  {
    store,
    clock,
    random,
    hash,
    check,
  }: { store: Pick<IdentityStore, 'startSession'>; clock: Clock; random: Random; hash: Hash; check: Pick<Check, 'by'> },
): Promise<{ readonly cookie: string; readonly session: Session } | undefined> {
  const cookie = mintToken(random)
  const now = clock.now()
  const session: Session = {
    ...login,
    token: hashMinted(cookie, hash),
    user_agent: user_agent.slice(0, longestUserAgent),
    auth_time: now,
    created_at: now,
    last_used_at: now,
    expires_at: now + lives,
  }
  const by = check.by('user', session.sub)
  return (await store.startSession(session, replaces?.token.id, proof, by)) ? { cookie, session } : undefined
}

/** The live session that a cookie proves. Its use is recorded aside: nobody waits, and a failure goes to `failed`. */
export async function findSession(
  cookie: string | undefined,
  { store, clock, hash }: { store: Pick<IdentityStore, 'session' | 'touchSession'>; clock: Clock; hash: Hash },
  failed: (error: unknown) => void,
): Promise<Session | undefined> {
  const token = cookie === undefined ? undefined : hashToken(cookie, hash)
  const session = token && (await store.session(token))
  if (token === undefined || session === undefined || !hash.equal(session.token.hash, token.hash)) return undefined
  const now = clock.now()
  if (session.expires_at <= now || session.last_used_at + sessionIdle <= now) return undefined
  if (session.last_used_at + touchEvery <= now) store.touchSession(token.id, now).catch(failed)
  return session
}

/** Ends a session and what lives and dies with it. */
export async function endSession(
  session: Pick<Session, 'token'>,
  why: ReasonId,
  { store, clock }: { store: Pick<IdentityStore, 'endSession'>; clock: Clock },
): Promise<void> {
  await store.endSession(session.token.id, why, clock.now())
}
