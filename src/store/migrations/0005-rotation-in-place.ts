import type { Migration } from './index.ts'

/**
 * A family names its current refresh token, so that a rotation writes one row that already is and appends the rest:
 * rows of tokens are never changed, and any that its family does not name was spent. What repeats a successor is a
 * short-lived row of its own. `due_at` says when a family is to be looked at for its end; unlike `expires_at`, which
 * moves with each use, it is indexed.
 */
export const rotationInPlace: Migration = {
  version: 5,
  sql: `
ALTER TABLE families ADD COLUMN refresh_token_id TEXT;
ALTER TABLE families ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
-- Families without a refresh token are due at once: the first sweep looks when they end.
UPDATE families SET refresh_token_id = r.id, due_at = families.expires_at
  FROM refresh_tokens r WHERE r.family_id = families.id AND r.spent_at IS NULL;
DROP INDEX families_expiry;
CREATE INDEX families_due ON families (due_at);

CREATE TABLE successors (
  id TEXT PRIMARY KEY,
  predecessor_id TEXT NOT NULL,
  salt TEXT NOT NULL,
  spent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- No grace is longer than 300 seconds.
INSERT INTO successors (id, predecessor_id, salt, spent_at, expires_at)
  SELECT successor_id, id, successor_salt, spent_at, spent_at + 300 FROM refresh_tokens
  WHERE successor_salt IS NOT NULL;
CREATE INDEX successors_expiry ON successors (expires_at);

CREATE TABLE slim_refresh_tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  family_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO slim_refresh_tokens (id, hash, family_id, expires_at)
  SELECT id, hash, family_id, expires_at FROM refresh_tokens ORDER BY id;
DROP TABLE refresh_tokens;
ALTER TABLE slim_refresh_tokens RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
`,
}
