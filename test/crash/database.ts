import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { insist } from './victim.ts'

/** What no row may ever be, each as a query that finds it. */
const impossible: Readonly<Record<string, string>> = {
  'a family of two unspent refresh tokens': `
    SELECT family_id FROM refresh_tokens WHERE spent_at IS NULL GROUP BY family_id HAVING count(*) > 1`,
  'a spent refresh token whose successor is not there': `
    SELECT id FROM refresh_tokens r WHERE spent_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM refresh_tokens s WHERE s.id = r.successor_id AND s.predecessor_id = r.id)`,
  'a refresh token of a family whose code was not spent': `
    SELECT r.id FROM refresh_tokens r JOIN codes c ON c.family_id = r.family_id WHERE c.spent_at IS NULL`,
  'a refresh token without its family': `
    SELECT id FROM refresh_tokens WHERE family_id NOT IN (SELECT id FROM families)`,
  'a signing algorithm without one current and one next key': `
    SELECT alg FROM signing_keys GROUP BY alg
    HAVING sum(status = 'current') <> 1 OR sum(status = 'next') <> 1`,
}

/** Looks at what a killed server left, in a copy of it, as the next start will find it. */
export function inspectLeftovers(data_dir: string): void {
  const copy = mkdtempSync(join(tmpdir(), 'grantwise-left-'))
  try {
    for (const name of ['grantwise.db', 'grantwise.db-wal']) {
      if (existsSync(join(data_dir, name))) cpSync(join(data_dir, name), join(copy, name))
    }
    if (existsSync(join(copy, 'grantwise.db'))) inspect(join(copy, 'grantwise.db'))
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function inspect(file: string): void {
  const database = new DatabaseSync(file)
  try {
    const rows = (sql: string) => database.prepare(sql).all()
    const [integrity] = rows('PRAGMA integrity_check')
    insist(integrity?.['integrity_check'] === 'ok', 'the database is whole', integrity)
    const orphans = rows('PRAGMA foreign_key_check')
    insist(orphans.length === 0, 'every row has what it refers to', orphans)
    if (rows("SELECT 1 FROM sqlite_schema WHERE name = 'signing_keys'").length === 0) return
    for (const [what, sql] of Object.entries(impossible))
      insist(rows(sql).length === 0, `there is not ${what}`, rows(sql))
  } finally {
    database.close()
  }
}
