import type { Migration } from './index.ts'

/** Everything that 0.1 keeps. Times are seconds since 1970, booleans 0 or 1, lists of scopes separated by spaces. */
export const initial: Migration = {
  version: 1,
  sql: `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO versions (name, version) VALUES ('registrations', 1), ('keys', 1);

CREATE TABLE clients (
  client_id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE client_secrets (
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (client_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE web_origins (
  origin TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  PRIMARY KEY (origin, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_origins_of_client ON web_origins (client_id);

CREATE TABLE resource_servers (
  audience TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  sub TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  email TEXT,
  email_verified INTEGER NOT NULL,
  password_hash TEXT,
  claims TEXT NOT NULL,
  roles TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  sub TEXT NOT NULL,
  auth_time INTEGER NOT NULL,
  amr TEXT NOT NULL,
  acr TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE consents (
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  sub TEXT NOT NULL,
  audience TEXT NOT NULL,
  scope TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, sub, audience, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE families (
  id TEXT PRIMARY KEY,
  journey_id TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  sub TEXT NOT NULL,
  scope TEXT NOT NULL,
  audience TEXT,
  claims TEXT,
  login TEXT NOT NULL,
  sid TEXT NOT NULL,
  offline INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_why TEXT
) STRICT;
CREATE INDEX families_of_client ON families (client_id);
CREATE INDEX families_of_session ON families (sid) WHERE offline = 0;
CREATE INDEX families_expiry ON families (expires_at);

CREATE TABLE codes (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  family_id TEXT NOT NULL REFERENCES families (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT,
  nonce TEXT,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_of_family ON codes (family_id);

-- No foreign key from tokens to families: its index would cost a scattered page for each token that a refresh buys.
-- A token without its family is not found any more, and goes when its own time is up.
CREATE TABLE refresh_tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  family_id TEXT NOT NULL,
  predecessor_id TEXT,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER,
  successor_id TEXT,
  successor_salt TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_salted ON refresh_tokens (spent_at) WHERE successor_salt IS NOT NULL;

CREATE TABLE access_tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  family_id TEXT,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  audience TEXT,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_of_client ON access_tokens (client_id) WHERE family_id IS NULL;
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

CREATE TABLE revoked_jtis (
  jti TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_jtis_expiry ON revoked_jtis (expires_at);

CREATE TABLE parked (
  id TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_expiry ON parked (expires_at);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  status TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

CREATE TABLE throttles (
  bucket TEXT PRIMARY KEY,
  period INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  counted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_age ON throttles (counted_at);
`,
}
