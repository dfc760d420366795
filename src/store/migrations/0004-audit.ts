import type { Migration } from './index.ts'

/**
 * What happened, in the order of its commits. `admin` is the user who did something to somebody or something else; who
 * did it to themselves is in `sub` alone. Every index goes on with the id, so that each finds the newest first.
 */
export const audit: Migration = {
  version: 4,
  sql: `
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT NOT NULL,
  admin TEXT,
  sub TEXT,
  client_id TEXT,
  address TEXT,
  reference TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_age ON audit (at);
CREATE INDEX audit_of_event ON audit (event);
CREATE INDEX audit_of_user ON audit (sub) WHERE sub IS NOT NULL;
CREATE INDEX audit_of_client ON audit (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX audit_by_admin ON audit (admin) WHERE admin IS NOT NULL;
`,
}
