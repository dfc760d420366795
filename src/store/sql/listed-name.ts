import type { Client } from '../../core/client.ts'

/** What lists of clients are sorted and searched by, in any script: SQLite's own lower() knows ASCII only. */
export function listedName({ client_id, client_name }: Pick<Client, 'client_id' | 'client_name'>): string {
  return (client_name?.trim() || client_id).toLowerCase()
}
