import type { Migration } from './index.ts'

/** A client with more than one transaction should remove is marked as deleted, and goes once all of its rows have. */
export const clientsGoInParts: Migration = {
  version: 6,
  sql: `
ALTER TABLE clients ADD COLUMN deleted_at INTEGER;
CREATE INDEX clients_deleted ON clients (deleted_at) WHERE deleted_at IS NOT NULL;
`,
}
