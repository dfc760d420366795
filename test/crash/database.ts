import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../../src/store/migrations/index.ts'
import { insist } from './victim.ts'

/** What no row of today's schema may ever be, each as a query that finds it. */
const impossible: Readonly<Record<string, string>> = {
  'a family whose newest refresh token is not there': `
    SELECT id FROM families WHERE refresh_token_id NOT IN (SELECT id FROM refresh_tokens)`,
  'a newest refresh token of another family': `
    SELECT f.id FROM families f JOIN refresh_tokens r ON r.id = f.refresh_token_id WHERE r.family_id <> f.id`,
  'a refresh token without its family': `
    SELECT id FROM refresh_tokens WHERE family_id NOT IN (SELECT id FROM families)`,
  'a refresh token of a family whose code was not spent': `
    SELECT r.id FROM refresh_tokens r JOIN codes c ON c.family_id = r.family_id WHERE c.spent_at IS NULL`,
  'a successor that is not there, or follows nothing': `
    SELECT id FROM successors WHERE id NOT IN (SELECT id FROM refresh_tokens)
      OR predecessor_id NOT IN (SELECT id FROM refresh_tokens)`,
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
    // Before the first start, or an upgrade, has come to its end.
    const begun = rows("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").length > 0
    const [schema] = begun ? rows('SELECT max(version) AS version FROM migrations') : []
    if (schema?.['version'] !== migrations.at(-1)?.version) return
    for (const [what, sql] of Object.entries(impossible))
      insist(rows(sql).length === 0, `there is not ${what}`, rows(sql))
  } finally {
    database.close()
  }
}
