import type { Check } from '../core/check.ts'
import type { ReasonId } from '../core/reasons.ts'
import type { Server } from '../core/server.ts'
import type { Refusal } from '../identity/check-password.ts'
import type { Session } from '../identity/ports.ts'
import type { SignedIn, SignIn } from '../identity/sign-in.ts'
import type { Journeys } from '../journeys/journeys.ts'
import type { Sealer } from '../keys/seal.ts'
import type { CookieJar } from './cookies.ts'
import type { Site } from './pages/site.ts'

/** What pages need to know of people. */
export interface Identity {
  signIn(form: SignIn, check: Check): Promise<SignedIn | Refusal>
  /** The live session of a cookie. */
  session(cookie: string): Promise<Session | undefined>
  /** Ends the session and everything that lives and dies with it. */
  endSession(sid: string, why: ReasonId): Promise<void>
}

/** What every route works with; made once, in the composition root. */
export interface Context {
  readonly server: Server
  readonly identity: Identity
  readonly sealer: Sealer
  readonly cookies: CookieJar
  readonly site: Site
  /** What happened in each request, as far as it is remembered. */
  readonly journeys: Journeys
  /** For trying things on one machine; anybody there may see what only owners and admins see elsewhere. */
  readonly dev: boolean
  /** The discovery document, written out once (RFC 8414 §3.2). */
  readonly metadata: string
  /** Settles when the store answers and the keys are those of the store. */
  ready(): Promise<void>
}
