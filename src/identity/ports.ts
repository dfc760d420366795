import type { By } from '../core/by.ts'
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

/** What identity keeps. Who asks for a change goes into the audit trail with it, in the same transaction. */
export interface IdentityStore {
  accountByLogin(login: string): Promise<Account | undefined>
  session(token: TokenHash): Promise<Session | undefined>
  /**
   * Stores a session and ends the one it replaces (same browser), in one transaction; false when meanwhile its user
   * was disabled or deleted, or has another password hash than `proof`.
   */
  startSession(session: Session, replaces: string | undefined, proof?: string, by?: By): Promise<boolean>
  /** Another hash of the same password; false when it has another by now. Nobody is signed out. */
  renewPasswordHash(sub: string, from: string, to: string): Promise<boolean>
  /** Deletes the session and revokes the families that live and die with it, in one transaction. */
  endSession(sid: string, why: ReasonId, now: number, by?: By): Promise<void>
  touchSession(sid: string, now: number): Promise<void>
  /** Adds one to each bucket's count in this window and returns the new counts, in one transaction; a bucket of an older window starts at one. */
  countAttempts(buckets: readonly string[], window: number): Promise<readonly number[]>
  /** Takes one back from each, never below zero, where the window is still the same. */
  refundAttempts(buckets: readonly string[], window: number): Promise<void>
}

/** Another password for a user. */
export interface PasswordChange {
  readonly sub: string
  /** The hash it takes the place of: if that is not it any more, nothing changes. Absent: an administrator decides. */
  readonly from?: string
  readonly to: string
  /** The one session that stays. */
  readonly keep?: string
}

/** What an app may do in one API; the audience is '' for what is told about the user only. */
export interface AppPart {
  readonly audience: string
  readonly scope: readonly string[]
}

/** An app that may act for a user, or would not have to ask. */
export interface ConnectedApp {
  readonly client_id: string
  readonly parts: readonly AppPart[]
  /** Seconds since 1970. */
  readonly since: number
  /** When it last got a token, to the hour; absent when it has none that lives. */
  readonly last_used_at?: number
}

/** What the pages of an account and its administration keep, with who asks for it. */
export interface AccountStore {
  /** False when the login is taken. */
  addAccount(account: Account, now: number, by?: By): Promise<boolean>
  /** With the end of every other session and of what lives in them, in one transaction; false when nothing was changed. */
  changePassword(change: PasswordChange, now: number, by?: By): Promise<boolean>
  /** Users by login, from behind `after` on. */
  usersAfter(after: string, limit: number): Promise<readonly User[]>
  /** Disabling ends sessions and families in the same transaction. False when nobody has the login. */
  disableUser(login: string, disabled: boolean, now: number, by?: By): Promise<boolean>
  /** Nothing personal stays, and the `sub` is never given again. False when nobody has the login. */
  deleteUser(login: string, now: number, by?: By): Promise<boolean>
  isDeletedUser(sub: string): Promise<boolean>

  /** A user's live sessions, the newest first, from before the id `before` on. */
  sessionsOfUser(
    sub: string,
    before: string,
    alive: { readonly now: number; readonly used_after: number; readonly limit: number },
  ): Promise<readonly Session[]>
  /** False when the session is over, or somebody else's. */
  endSessionOfUser(sub: string, sid: string, why: ReasonId, now: number, by?: By): Promise<boolean>
  endOtherSessions(sub: string, keep: string, why: ReasonId, now: number, by?: By): Promise<void>
  /** By client_id, from behind `after` on. */
  appsOfUser(sub: string, after: string, now: number, limit: number): Promise<readonly ConnectedApp[]>
  /** Revokes its families and forgets its consents, in one transaction. */
  disconnectApp(sub: string, client_id: string, why: ReasonId, now: number, by?: By): Promise<void>

  hasAdmin(): Promise<boolean>
  /** Makes this the only set-up link; false when there is an admin. */
  putSetUpLink(link: TokenHash, expires_at: number): Promise<boolean>
  setUpLinkExpiry(link: TokenHash): Promise<number | undefined>
  /** Spends the link and adds the account in one transaction, unless there is an admin. */
  addFirstAdmin(account: Account, link: TokenHash, now: number, by?: By): Promise<'added' | 'login-taken' | 'refused'>
}
