import type { ChangedClient, ChangeOptions, PlannedChange } from '../admin/change-advised.ts'
import type { ChangeTyped } from '../admin/changed-client.ts'
import type { DescribedApi } from '../admin/new-api.ts'
import type { AnsweredPage, ClientPage, ClientQuery, ClientUse } from '../admin/ports.ts'
import type { ClientToBe, RegisteredClient } from '../admin/register-advised.ts'
import type { Registration } from '../advisor/registration.ts'
import type { By } from '../core/by.ts'
import type { Check } from '../core/check.ts'
import type { Client } from '../core/client.ts'
import type { ReasonId } from '../core/reasons.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import type { Server } from '../core/server.ts'
import type { User } from '../core/user.ts'
import type { PasswordForm } from '../identity/change-password.ts'
import type { Refusal } from '../identity/check-password.ts'
import type { FormFault, NewPerson } from '../identity/new-account.ts'
import type { AccountStore, Session } from '../identity/ports.ts'
import type { SignedIn, SignIn } from '../identity/sign-in.ts'
import type { TooManySignUps, Visitor } from '../identity/sign-up.ts'
import type { Journeys } from '../journeys/journeys.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { CookieJar } from './cookies.ts'
import type { Site } from './pages/site.ts'

/** What pages need to know of people. */
export interface Identity {
  /** Whether no more passwords may wait to be checked. */
  isFull(): boolean
  signIn(form: SignIn, check: Check): Promise<SignedIn | Refusal>
  signUp(person: NewPerson, visitor: Visitor, check: Check): Promise<SignedIn | FormFault | TooManySignUps>
  changePassword(
    form: PasswordForm,
    who: { readonly user: User; readonly session: Session },
    visitor: Visitor,
    check: Check,
  ): Promise<SignedIn | FormFault | Extract<Refusal, { kind: 'throttled' }>>
  /** Makes the first admin for whoever holds the set-up link. */
  setUp(link: string, person: NewPerson, visitor: Visitor, check: Check): Promise<SignedIn | FormFault>
  /** The live session of a cookie. */
  session(cookie: string): Promise<Session | undefined>
  /** Ends the session and everything that lives and dies with it. */
  endSession(sid: string, why: ReasonId, by: By): Promise<void>
}

/** What pages need to know of what is registered. */
export interface Registrations {
  apis(): Promise<readonly ResourceServer[]>
  /** All of them, with the API that comes with them, or none. @throws ApplyRefused; PageAnswered when this page made its clients before. */
  register(
    clients: readonly ClientToBe[],
    page: { readonly answers: AnsweredPage; readonly by: By; readonly api?: DescribedApi | undefined },
  ): Promise<readonly RegisteredClient[]>
}

/** What is done with clients that are registered. */
export interface Clients {
  list(query: ClientQuery): Promise<ClientPage>
  ownsAny(login: string): Promise<boolean>
  use(client_id: string): Promise<ClientUse>
  /** What following another advice would take and do; writes nothing. @throws ApplyRefused */
  plan(client: Client, registration: Registration, typed: ChangeTyped): Promise<PlannedChange>
  /** @throws ChangedMeanwhile; ApplyRefused; PageAnswered when this page did it before. */
  change(client: Client, registration: Registration, typed: ChangeTyped, options: ChangeOptions): Promise<ChangedClient>
  /** Sets or takes away the day from which its retired flows are refused. @throws ChangedMeanwhile */
  retire(client: Client, until: number | undefined, by: By): Promise<void>
}

/** What every route works with; made once, in the composition root. */
export interface Context {
  readonly server: Server
  readonly identity: Identity
  /** What an account page shows and ends. */
  readonly accounts: Pick<
    AccountStore,
    'appsOfUser' | 'disconnectApp' | 'sessionsOfUser' | 'endSessionOfUser' | 'endOtherSessions' | 'hasAdmin'
  >
  /** What an administrator registers. */
  readonly registrations: Registrations
  /** What administrators and owners see of what is registered, and change. */
  readonly clients: Clients
  /** Whether strangers may make accounts. */
  readonly signUp: boolean
  readonly sealer: Sealer
  readonly cookies: CookieJar
  readonly site: Site
  /** What happened in each request, as far as it is remembered. */
  readonly journeys: Journeys
  /** The one way out, for JSON that an administrator asks for; its refusals say why. */
  readonly outgoing: {
    fetchJson(url: string): Promise<unknown>
    isOutgoingRefused(error: unknown): error is Error
  }
  /** What is counted, and the token of who may read it; nothing is, where nobody may. */
  readonly measured: { readonly metrics: Metrics; readonly token: string } | undefined
  /** For trying things on one machine; anybody there may see what only owners and admins see elsewhere. */
  readonly dev: boolean
  /** The discovery document, written out once (RFC 8414 §3.2). */
  readonly metadata: string
  /** Settles when the store answers and the keys are those of the store. */
  ready(): Promise<void>
}
