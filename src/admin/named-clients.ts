import type { Client } from '../core/client.ts'
import type { ApplyPowers } from './apply.ts'
import { PageAnswered } from './ports.ts'

/** A store that finds one client by its name, and what planning reads besides. */
export type NamingStore = ApplyPowers['store'] & { client(client_id: string): Promise<Client | undefined> }

/** The store as far as a file of one client is about it: the other clients, however many, are not read. */
export function onlyClient(client_id: string, store: NamingStore): ApplyPowers['store'] {
  return { ...restOf(store), allClients: async () => [(await store.client(client_id)) ?? []].flat() }
}

/**
 * The store as far as a file of new clients is about it. @throws PageAnswered, whenever it is read, where there is one
 * of these: an apply file would change it; here it is somebody's second click.
 */
export function noClients(client_ids: readonly string[], store: NamingStore): ApplyPowers['store'] {
  const none = async () => {
    for (const client_id of client_ids) if (await store.client(client_id)) throw new PageAnswered(client_id)
    return []
  }
  return { ...restOf(store), allClients: none }
}

function restOf(store: NamingStore): Omit<ApplyPowers['store'], 'allClients'> {
  return {
    allResourceServers: () => store.allResourceServers(),
    networkPolicy: () => store.networkPolicy(),
    accountByLogin: login => store.accountByLogin(login),
    isDeletedUser: sub => store.isDeletedUser(sub),
    user: sub => store.user(sub),
    meta: name => store.meta(name),
  }
}
