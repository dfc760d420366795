import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashPassword } from '../../src/identity/argon2.ts'
import { atExit } from '../at-exit.ts'
import type { Cores } from '../cores.ts'
import { access_token_ttl, apiServer, audiences, job, loginOf, password, web } from '../world.ts'
import { freePort, type ServerProcess, startProcess } from './process.ts'

/** A place for Grantwise: a data directory that is not there yet, what will be applied, and a port. */
export interface Installation {
  /** The data directory. */
  readonly data: string
  readonly issuer: string
  /** With production's defaults; applies the file where the data directory is new. */
  start(): Promise<ServerProcess>
  remove(): void
}

/** A new one for the built program in `dist`, with so many users. */
export async function installGrantwise(
  dist: string,
  cores: Cores | undefined,
  users: number,
  nodeFlags: readonly string[] = [],
): Promise<Installation> {
  const dir = await mkdtemp(join(tmpdir(), 'grantwise-bench-'))
  const removeAll = () => rmSync(dir, { recursive: true, force: true })
  const forget = atExit(removeAll)
  const file = join(dir, 'apply.json')
  await writeFile(file, JSON.stringify(applyFile(users)))
  const data = join(dir, 'data')
  // The issuer, and with it the port, is a data directory's for good.
  const port = await freePort()
  const args = [...nodeFlags, join(dist, 'main.js'), 'start', '--port', String(port), '--data-dir', data]
  return {
    data,
    issuer: `http://127.0.0.1:${port}`,
    start: () => startProcess(port, existsSync(data) ? args : [...args, '--apply', file], cores),
    remove() {
      removeAll()
      forget()
    },
  }
}

/** What Grantwise serves in the benchmark, as an apply file. */
function applyFile(users: number): object {
  const scopes = {
    'catalog:read': { description: 'Read the catalogue', requires_user: false },
    'profile:read': { description: 'Read your profile', requires_user: true },
  }
  const everyAudience = Object.values(audiences)
  const password_hash = hashPassword(password)
  const machine = { runs_on: 'server', acts_for: ['self'] }
  return {
    resource_servers: Object.entries(audiences).map(([kind, audience]) => ({
      audience,
      name: `API with ${kind}`,
      access_token_ttl,
      ...(kind === 'opaque'
        ? { access_token_format: 'opaque', client_id: apiServer.client_id }
        : { access_token_format: 'jwt', access_token_signing_alg: kind }),
      scopes,
    })),
    clients: [
      {
        ...job,
        client_name: 'Job',
        grant_types: ['client_credentials'],
        scope: 'catalog:read',
        grantwise: { ...machine, audiences: everyAudience },
      },
      {
        ...apiServer,
        client_name: 'The opaque API',
        grant_types: ['client_credentials'],
        grantwise: machine,
      },
      {
        client_id: web.client_id,
        client_secret: web.client_secret,
        client_name: 'Web app',
        redirect_uris: [web.redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
        scope: `${web.scope} email`,
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true, audiences: everyAudience },
      },
    ],
    users: Array.from({ length: users }, (_, index) => {
      const login = loginOf(index)
      return { login, password_hash, email: `${login}@example.com`, email_verified: true, claims: { name: login } }
    }),
  }
}
