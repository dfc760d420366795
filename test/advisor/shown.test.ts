import { exec } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { run } from '../../src/cli/run.ts'
import type { Client, PolicyId } from '../../src/core/client.ts'
import { job, send, startAdministered } from '../clients/support.ts'
import { enterForm, partOf, systemUrl } from '../clients/system.ts'
import { openBrowser } from '../support/browser.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { api } from '../support/world.ts'
import { adviceFor, usual } from './samples.ts'

let folder: string
let server: TestServer

/** A folder in which `npx grantwise` is the program as it is here, on the data of the server. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-shown-'))
  const bin = join(folder, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  const main = join(import.meta.dirname, '../../src/main.ts')
  writeFileSync(join(bin, 'grantwise'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(bin, 'grantwise'), 0o755)
  writeFileSync(join(folder, 'package.json'), '{}')
  server = await startAdministered()
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

type Answers = Readonly<Record<string, string>>

const page = { ...usual, runs_on: 'browser', secret_safe: 'no' }
const app = { ...usual, runs_on: 'native', secret_safe: 'no' }
const cases: readonly [string, Answers][] = [
  ['a web app', { ...usual, F13: 'partner', F8: 'no' }],
  ['a page', { ...page, F6: 'yes' }],
  ['a page with a small server', { ...page, backend: 'yes', F5: 'yes' }],
  ['an app', { ...app, F4: 'custom-scheme', F1: 'yes', F12: 'yes' }],
  ['an extension', { ...app, F16: 'yes', F3: 'yes' }],
  ['a command that is an MCP client', { ...usual, runs_on: 'cli', secret_safe: 'no', F15: 'mcp' }],
  ['a television', { ...usual, runs_on: 'device', redirect: 'no', F1: 'no' }],
  ['a nightly import', job],
  ['a job that its platform vouches for', { ...job, runs_on: 'ci', platform_id: 'yes' }],
  ['a web app by Spotify’s guide', { ...usual, policy: 'spotify', F1: 'yes' }],
]

async function codesOn(url: string): Promise<readonly string[]> {
  const { html } = await openBrowser().get(url)
  return [...html.matchAll(/<pre[^>]*><code>(.*?)<\/code><\/pre>/gs)].map(([, text = '']) =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  )
}

async function shown(answers: Answers, parts: readonly string[], begin: RegExp): Promise<string> {
  const found = (await codesOn(systemUrl(server, answers, parts, '/'))).find(it => begin.test(it))
  if (found === undefined) throw new Error('the page does not show it')
  return found
}

/** What a person puts in place of what stands in angle brackets. */
const fills: readonly [RegExp, (index: number) => string][] = [
  [/<id[^>]*>/g, index => `filled-${index}`],
  [/<openssl rand -hex 32>/g, () => 'f'.repeat(64)],
  [
    /<(https:\/\/(?:app\.example\.com|\w+\.chromiumapp\.org)[^>]*|http:\/\/127\.0\.0\.1[^>]*|com\.example[^>]*)>/g,
    () => '$1',
  ],
  [/<https:\/\/api\.example\.com>/g, () => api],
  [/<iss of the platform’s tokens>/g, () => 'https://ci.example.com'],
  [/<sub of the job’s tokens>/g, () => 'repo:photos/prints'],
  [/<10\.0\.0\.0\/8>/g, () => '10.0.0.0/8'],
  [/<the office network>/g, () => 'the office network'],
]

let count = 0
function filled(text: string, scopes: string): string {
  const done = fills.reduce((sofar, [pattern, value]) => {
    return sofar.replace(pattern, (_, one?: string) => value(++count).replace('$1', String(one)))
  }, text)
  return done.replaceAll('<scopes-of-the-API>', scopes)
}

/** What is the same however a client came to be. */
function alike({ client_id: _, secrets, grantwise, ...registered }: Client): object {
  return { ...registered, secrets: secrets.length, grantwise: { ...grantwise, owners: [] } }
}

async function stored(client_id: string): Promise<Client> {
  const client = await server.data.store.client(client_id)
  if (!client) throw new Error(`${client_id} is not registered`)
  return client
}

describe.each(cases)('%s', (_what, answers) => {
  test('the command that is shown registers it, run exactly as it stands', async () => {
    const command = await shown(answers, [], /^npx grantwise advise/)
    const { PATH = '' } = process.env
    const env = { PATH, HOME: folder, GRANTWISE_DATA_DIR: server.data_dir, npm_config_offline: 'true' }
    const { stdout } = await promisify(exec)(command, { cwd: folder, env, shell: '/bin/sh' })
    const [, client_id = ''] = /client_id +(\S+)/.exec(stdout) ?? []
    const { policy = 'best-practice', ...given } = answers
    const [said, followups] = [/^[a-z]/, /^F/].map(ids =>
      Object.fromEntries(Object.entries(given).filter(([id]) => ids.test(id))),
    )
    const advised = registrationOf(adviceFor(said ?? {}, followups)[policy as PolicyId])
    const { grantwise, grant_types } = await stored(client_id)
    expect({ grantwise, grant_types }).toMatchObject({
      grantwise: { ...advised?.grantwise, advice: { ...advised?.grantwise.advice, answers: said } },
      grant_types: advised?.grant_types,
    })
    expect(grantwise.audiences).toEqual(answers['acts_for'] === 'self' ? [api] : [])
    if (grant_types.includes('client_credentials') && stdout.includes('client_secret ')) {
      const [, secret = ''] = /client_secret +(\S+)/.exec(stdout) ?? []
      const { status, body } = await clientCredentials(server.issuer, {}, basic(client_id, secret))
      expect([status, body]).toEqual([200, expect.objectContaining({ access_token: expect.any(String) })])
    }
    if (answers['F12'] === 'yes')
      expect(grantwise.network_policy).toMatchObject({ mode: 'enforce', cidrs: ['10.0.0.0/8'] })
  })

  test('the apply file that is shown, filled in, is applied, and makes the client that the form makes', async () => {
    const text = await shown(answers, [], /^\{\n/)
    const unfilled = readApplyFile(JSON.parse(text)).problems.map(({ path }) => path)
    expect(unfilled).toContain('clients[0].client_id')
    const scopes = answers['acts_for'] === 'self' ? 'catalog:read' : 'catalog:read profile:read'
    const path = join(folder, 'client.json')
    const ready = filled(text, scopes)
    expect(ready).not.toMatch(/[<>]/)
    writeFileSync(path, ready)
    expect(await run(['apply', path, '--data-dir', server.data_dir])).toBe(0)
    const [described] = JSON.parse(ready).clients

    const { browser, page } = await enterForm(server, answers, [])
    const done = await send(browser, page, {
      client_name: described.client_name,
      redirect_uris: described.redirect_uris.join('\n'),
      federated_issuer: 'https://ci.example.com',
      federated_subject: 'repo:photos/prints',
      network: '10.0.0.0/8',
      network_name: 'the office network',
      ...(described.grantwise.audiences.length > 0 ? { 'api-0': api } : {}),
    })
    const [, client_id = ''] = /<code>client_id<\/code><\/dt><dd><code>([^<]*)/.exec(done.html) ?? []
    expect(alike(await stored(described.client_id))).toEqual(alike(await stored(client_id)))
  })
})

test('of several parts, one file registers all, and every part has what its own answer says', async () => {
  const parts = [partOf('Page', { ...page, F13: 'anybody' }), partOf('Service', job)]
  const text = await shown({ ...usual, runs_on: 'cli', secret_safe: 'no' }, parts, /^\{\n/)
  expect(await codesOn(systemUrl(server, job, parts, '/'))).not.toContainEqual(expect.stringMatching(/client create/))
  const path = join(folder, 'system.json')
  const ready = JSON.parse(filled(text, 'catalog:read'))
  writeFileSync(path, JSON.stringify(ready))
  const before = (await server.data.store.allClients()).length
  expect(await run(['apply', path, '--data-dir', server.data_dir])).toBe(0)
  expect(await server.data.store.allClients()).toHaveLength(before + 3)
  const flows = await Promise.all(
    ready.clients.map(async (it: Client) => (await stored(it.client_id)).grantwise.advice?.['flow']),
  )
  expect(flows).toEqual(['authorization_code_pkce:browser', 'client_credentials', 'authorization_code_pkce:loopback'])
})
