import type { Migration } from './index.ts'

/** A client_id may be registered again; what was issued to it before must not come back with it. */
export const deletedClients: Migration = {
  version: 3,
  sql: `
CREATE TABLE deleted_clients (
  client_id TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_clients_age ON deleted_clients (deleted_at);
`,
}
