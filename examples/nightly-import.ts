/**
 * A nightly job: gets a token of its own (client credentials), reads an API page by page, and puts what is new into a
 * database. It adds nothing twice, and uses its token until that ends. Needs a server with the demo data, and Node 24.
 *
 *   npm start -- --dev
 *   npx node examples/nightly-import.ts
 *
 * ISSUER, CLIENT_ID, CLIENT_SECRET say where and who; DATABASE is the file.
 */
import { DatabaseSync } from 'node:sqlite'
import * as oidc from 'openid-client'

const {
  ISSUER = 'http://127.0.0.1:4000',
  CLIENT_ID = 'demo-job',
  CLIENT_SECRET = 'demo-job-secret-that-everybody-knows',
  DATABASE = 'albums.db',
} = process.env

interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly total: number
  readonly next: string | null
}

// The token waits in the file for the next run: nobody else may read it.
process.umask(0o077)
const database = new DatabaseSync(DATABASE)
database.exec(`
  CREATE TABLE IF NOT EXISTS albums (id TEXT PRIMARY KEY, album TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tokens (client_id TEXT PRIMARY KEY, access_token TEXT NOT NULL, ends INTEGER NOT NULL) STRICT`)

try {
  const { added, total } = await importAlbums()
  console.log(`${added} new albums, ${total} in all.`)
} catch (error) {
  console.error(`The import stopped: ${whyOf(error)}`)
  process.exitCode = 1
}

/** Every page, each kept as it comes: what is there already stays as it is. */
async function importAlbums(): Promise<{ readonly added: number; readonly total: number }> {
  const put = database.prepare('INSERT INTO albums VALUES (?, ?) ON CONFLICT DO NOTHING')
  let [added, total] = [0, 0]
  for (let next: string | null = `${ISSUER}/demo/api/v1/albums`; next !== null; ) {
    const page: Page = await ask(next)
    for (const album of page.items) added += Number(put.run(album.id, JSON.stringify(album)).changes)
    total = page.total
    next = page.next
  }
  return { added, total }
}

async function ask(url: string): Promise<Page> {
  const get = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })
  let answer = await get(keptToken() ?? (await newToken()))
  // It ended early: revoked, or by another clock.
  if (answer.status === 401) answer = await get(await newToken())
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return answer.json() as Promise<Page>
}

function keptToken(): string | undefined {
  const kept = database.prepare('SELECT access_token FROM tokens WHERE client_id = ? AND ends > ?')
  return kept.get(CLIENT_ID, Date.now())?.['access_token'] as string | undefined
}

async function newToken(): Promise<string> {
  // An http issuer is for trying things on one machine; a real one is https, and this option goes.
  const execute = [oidc.allowInsecureRequests]
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, { execute })
  const { access_token, expires_in = 0 } = await oidc.clientCredentialsGrant(config)
  const ends = Date.now() + expires_in * 1000
  database.prepare('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)').run(CLIENT_ID, access_token, ends)
  return access_token
}

function whyOf(error: unknown): string {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return error.cause[0]?.parameters.error ?? error.message
  if (error instanceof oidc.ResponseBodyError) return `${error.error}: ${error.error_description}`
  return String(error)
}
