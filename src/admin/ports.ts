import type { Client } from '../core/client.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import type { Account } from '../identity/ports.ts'

/** One change to what is registered. */
export type AdminChange =
  | { readonly kind: 'put_client'; readonly client: Client }
  | { readonly kind: 'delete_client'; readonly client_id: string }
  | { readonly kind: 'put_resource_server'; readonly resourceServer: ResourceServer }
  | { readonly kind: 'delete_resource_server'; readonly audience: string }
  | { readonly kind: 'put_user'; readonly account: Account }

/** What the management of registrations needs. */
export interface AdminStore {
  allClients(): Promise<readonly Client[]>
  allResourceServers(): Promise<readonly ResourceServer[]>
  allAccounts(): Promise<readonly Account[]>
  /** All of them or none, in one transaction. Deleting a client ends its codes, families, tokens and consents. */
  applyChanges(changes: readonly AdminChange[], now: number): Promise<void>
}
