import type { Migration } from './index.ts'

/**
 * What the account page lists and what administration ends is found by its user. `admin` is a column of its own, so
 * that whether there is an admin is one look-up; `last_used_at` of a family is written at most once an hour.
 */
export const accounts: Migration = {
  version: 2,
  sql: `
ALTER TABLE users ADD COLUMN admin INTEGER NOT NULL DEFAULT 0;
UPDATE users SET admin = 1 WHERE roles LIKE '%"admin"%';
CREATE INDEX users_admin ON users (admin) WHERE admin = 1;

ALTER TABLE families ADD COLUMN last_used_at INTEGER;
CREATE INDEX families_of_user ON families (sub, client_id);
CREATE INDEX consents_of_user ON consents (sub, client_id);
CREATE INDEX sessions_of_user ON sessions (sub);

-- A sub is for ever: who was deleted leaves nothing else.
CREATE TABLE deleted_users (
  sub TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The links by which the first admin is made: those of the servers that run on this data.
CREATE TABLE set_up_links (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX set_up_links_expiry ON set_up_links (expires_at);
`,
}
