import type { Client } from '../core/client.ts'
import type { NetworkPolicy } from '../core/network-policy.ts'
import type { Clock } from '../core/ports.ts'
import type { AdminStore } from './ports.ts'
import { liveSecrets } from './secrets.ts'

/** What `exportFile` writes and `readApplyFile` reads. */
export interface ExportedFile {
  readonly resource_servers: readonly object[]
  readonly clients: readonly object[]
  readonly users: readonly object[]
  readonly network_policy?: NetworkPolicy
}

/** Everything registered, as an apply file that gives an empty store the same; hashes stand in for the secrets. */
export async function exportFile(
  store: Pick<AdminStore, 'allClients' | 'allResourceServers' | 'allAccounts' | 'networkPolicy'>,
  { clock }: { readonly clock: Clock },
): Promise<ExportedFile> {
  const now = clock.now()
  const [resourceServers, clients, accounts, network_policy] = [
    await store.allResourceServers(),
    await store.allClients(),
    await store.allAccounts(),
    await store.networkPolicy(),
  ]
  return {
    resource_servers: sortedBy(resourceServers, it => it.audience),
    clients: sortedBy(clients, it => it.client_id).map(client => exportClient(client, now)),
    users: sortedBy(accounts, it => it.login).map(({ login, sub, password_hash, ...rest }) => ({
      login,
      sub,
      ...(password_hash === undefined ? {} : { password_hash }),
      ...rest,
    })),
    ...(network_policy === undefined ? {} : { network_policy }),
  }
}

/** A client as an apply file describes it, with the hashes of its secrets. */
function exportClient({ client_id, secrets, ...rest }: Client, now: number): object {
  const hashes = liveSecrets(secrets, now).map(({ hash, expires_at }) =>
    expires_at === undefined ? `sha256:${hash}` : { hash: `sha256:${hash}`, expires_at },
  )
  const [only] = hashes
  const client_secret_hash = hashes.length === 1 && typeof only === 'string' ? only : hashes
  return { client_id, ...(hashes.length === 0 ? {} : { client_secret_hash }), ...rest }
}

/** By code unit, so that the same store exports the same bytes everywhere. */
function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
