import type { ReasonId } from '../core/reasons.ts'
import type { TokenHash } from '../core/token-hash.ts'
import type { User } from '../core/user.ts'

/** A browser that somebody signed in with. */
export interface Session {
  /** The cookie's stored form; its id is the `sid` claim. */
  readonly token: TokenHash
  readonly sub: string
  /** Seconds since 1970 (OIDC Core §2). */
  readonly auth_time: number
  readonly amr: readonly string[]
  readonly acr: string
  readonly created_at: number
  readonly last_used_at: number
  readonly expires_at: number
  readonly address: string
  readonly user_agent: string
}

/** A user with what only sign-in and export may see. */
export interface Account extends User {
  /** PHC string, `$argon2id$…`. Absent: nobody can sign in with a password. */
  readonly password_hash?: string
}

/** What identity keeps. */
export interface IdentityStore {
  accountByLogin(login: string): Promise<Account | undefined>
  session(token: TokenHash): Promise<Session | undefined>
  /** Stores a session and ends the one it replaces (same browser), in one transaction. */
  startSession(session: Session, replaces: string | undefined): Promise<void>
  /** Deletes the session and revokes the families that live and die with it, in one transaction. */
  endSession(sid: string, why: ReasonId, now: number): Promise<void>
  touchSession(sid: string, now: number): Promise<void>
  /** Adds one to each bucket's count in this window and returns the new counts, in one transaction; a bucket of an older window starts at one. */
  countAttempts(buckets: readonly string[], window: number): Promise<readonly number[]>
  /** Takes one back from each, never below zero, where the window is still the same. */
  refundAttempts(buckets: readonly string[], window: number): Promise<void>
}
