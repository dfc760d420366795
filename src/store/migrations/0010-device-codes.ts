import type { Migration } from './index.ts'

/**
 * What devices asked. Rows that nothing came of go by their own time; the others stay as long as their family, so that
 * a code that comes twice is known.
 */
export const deviceCodes: Migration = {
  version: 10,
  sql: `
CREATE TABLE device_codes (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  user_code TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  audience TEXT,
  journey_id TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  interval INTEGER NOT NULL,
  polled_at INTEGER,
  family_id TEXT REFERENCES families (id) ON DELETE CASCADE,
  denied_at INTEGER,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_codes_user_code ON device_codes (user_code);
CREATE INDEX device_codes_of_client ON device_codes (client_id);
CREATE INDEX device_codes_of_family ON device_codes (family_id);
CREATE INDEX device_codes_expiry ON device_codes (expires_at) WHERE family_id IS NULL;
`,
}
