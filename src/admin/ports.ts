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

/** What the management of registrations needs. */
export interface AdminStore {
  allClients(): Promise<readonly Client[]>
  allResourceServers(): Promise<readonly ResourceServer[]>
  allAccounts(): Promise<readonly Account[]>
  networkPolicy(): NetworkPolicy | undefined | Promise<NetworkPolicy | undefined>
  /** All of them or none, in one transaction; rejects with `ChangedMeanwhile`. Deleting a client ends its codes, families, tokens and consents. */
  applyChanges(changes: readonly AdminChange[], now: number, by?: By): Promise<void>
}
