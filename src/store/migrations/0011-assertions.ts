import type { Migration } from './index.ts'

/** Assertions that were used, by the hash of what makes each one, until it would be refused as expired. */
export const assertions: Migration = {
  version: 11,
  sql: `
CREATE TABLE assertion_jtis (
  id TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assertion_jtis_expiry ON assertion_jtis (expires_at);
`,
}
