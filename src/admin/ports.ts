import type { By } from '../core/by.ts'
import type { Client } from '../core/client.ts'
import type { NetworkPolicy } from '../core/network-policy.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import type { Account } from '../identity/ports.ts'

/**
 * One change to what is registered. `before` is what it was decided upon (null: nothing); when something else is stored
 * by then, nothing is written.
 */
export type AdminChange =
  | { readonly kind: 'put_client'; readonly client: Client; readonly before?: Client | null }
  | { readonly kind: 'delete_client'; readonly client_id: string }
  | {
      readonly kind: 'put_resource_server'
      readonly resourceServer: ResourceServer
      readonly before?: ResourceServer | null
    }
  | { readonly kind: 'delete_resource_server'; readonly audience: string }
  /** What the server says of every client that has no policy of its own; null takes it away. */
  | {
      readonly kind: 'put_network_policy'
      readonly policy: NetworkPolicy | null
      readonly before?: NetworkPolicy | null
    }
  | { readonly kind: 'put_user'; readonly account: Account; readonly before?: Account | null }
  /** Takes the id of the page that asks for the other changes; rejects with `PageAnswered` when it was taken. */
  | ({ readonly kind: 'answer_page' } & AnsweredPage)

/** A page that is answered once. */
export interface AnsweredPage {
  readonly id: string
  /** Until when it could be submitted, and its id is remembered. */
  readonly expires_at: number
}

/** The page had been submitted before: nothing was written again. */
export class PageAnswered extends Error {
  override readonly name = 'PageAnswered'
}

/** Somebody else changed what a change was decided upon: nothing was written, and it must be decided again. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile'
  constructor(what: string) {
    super(`${what} was changed by somebody else at the same time, and nothing was written; try again`)
  }
}

/** A client in a list: all but its secrets, with when it was last given something, to the hour. */
export type ListedClient = Omit<Client, 'secrets'> & { readonly last_used_at?: number }

/** Where a page of a list ends. */
export interface ListedPlace {
  readonly name: string
  readonly client_id: string
}

export interface ClientQuery {
  /** By the login of an owner; everybody's where it is absent. */
  readonly owner?: string | undefined
  /** What is to be found in a name or a client_id, in whatever case; all where it is empty. */
  readonly q: string
  /** Behind this one, by name. */
  readonly after?: ListedPlace | undefined
  readonly limit: number
}

export interface ClientPage {
  readonly clients: readonly ListedClient[]
  /** What to ask for `after`; nothing when this is the last page. */
  readonly next: ListedPlace | undefined
}

/** How often a client used one retired flow; `flow` is its grant type or response type. */
export interface RetiredFlowUse {
  readonly flow: string
  readonly times: number
  readonly last_used_at: number
}

/** Times are seconds since 1970. */
export interface ClientUse {
  readonly last_used_at: number | undefined
  readonly retired: readonly RetiredFlowUse[]
  /** The first use of a retired flow that is remembered. */
  readonly retired_since: number | undefined
  /** There are more uses than were counted. */
  readonly more: boolean
}

/** Sign-ins that live: people who let a client act for them. */
export interface LiveSignIns {
  readonly all: number
  /** Those with a refresh token. */
  readonly renewable: number
  /** By the audience they are for; '' for none. */
  readonly of: Readonly<Record<string, number>>
  /** There are more than were counted. */
  readonly more: boolean
}

/** What pages about clients read. */
export interface ClientReader {
  listClients(query: ClientQuery): Promise<ClientPage>
  ownsAny(login: string): Promise<boolean>
  clientUse(client_id: string): Promise<ClientUse>
  liveSignIns(client_id: string, now: number): Promise<LiveSignIns>
}

/** What the management of registrations needs. */
export interface AdminStore {
  allClients(): Promise<readonly Client[]>
  allResourceServers(): Promise<readonly ResourceServer[]>
  allAccounts(): Promise<readonly Account[]>
  networkPolicy(): NetworkPolicy | undefined | Promise<NetworkPolicy | undefined>
  /** All of them or none, in one transaction; rejects with `ChangedMeanwhile`. Deleting a client ends its codes, families, tokens and consents. */
  applyChanges(changes: readonly AdminChange[], now: number, by?: By): Promise<void>
}
