import type { Client } from '../../core/client.ts'
import { listedName } from '../sql/listed-name.ts'
import type { Migration } from './index.ts'

/**
 * Clients are listed by name, everybody's or one owner's, with when each was used last: written at most once an hour,
 * beside the registration, which it does not change. `name` is what the list is sorted and searched by, in lower case.
 * Uses of retired flows are counted by client.
 */
export const clientsAreListed: Migration = {
  version: 12,
  functions: { listed_name: body => listedName(JSON.parse(body) as Client) },
  sql: `
ALTER TABLE clients ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE clients SET name = listed_name(body);
CREATE INDEX clients_by_name ON clients (name, client_id) WHERE deleted_at IS NULL;

CREATE TABLE client_owners (
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (client_id) ON DELETE CASCADE,
  PRIMARY KEY (login, name, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_owners_of_client ON client_owners (client_id);
INSERT INTO client_owners (login, name, client_id)
  SELECT DISTINCT owners.value, c.name, c.client_id FROM clients c, json_each(c.body, '$.grantwise.owners') owners
  WHERE c.deleted_at IS NULL;

CREATE TABLE client_uses (
  client_id TEXT PRIMARY KEY REFERENCES clients (client_id) ON DELETE CASCADE,
  last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO client_uses (client_id, last_used_at)
  SELECT f.client_id, max(f.last_used_at) FROM families f WHERE f.last_used_at IS NOT NULL GROUP BY f.client_id;

CREATE INDEX audit_of_retired_flows ON audit (client_id, id) WHERE event = 'retired-flow-used';
`,
}
