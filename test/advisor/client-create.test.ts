import { exec } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { run } from '../../src/cli/run.ts'
import { enter } from '../accounts/support.ts'
import { askWith, claimsOf, makeKey, sign } from '../support/assertions.ts'
import { codesOf, decide, poll, typeCode } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api, opaqueApi, world } from '../support/world.ts'
import { usual } from './samples.ts'

const job = { acts_for: 'self', runs_on: 'server', secret_safe: 'yes', platform_id: 'no' }

let folder: string
let server: TestServer
let out = ''
let err = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-advice-'))
  server = await startServer()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(console, 'log').mockImplementation((...said) => {
    out += `${said.join(' ')}\n`
  })
  vi.spyOn(console, 'error').mockImplementation((...said) => {
    err += `${said.join(' ')}\n`
  })
})
afterEach(() => vi.restoreAllMocks())

function file(content: unknown): string {
  const path = join(folder, 'advice.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const create = (content: unknown, ...args: readonly string[]) =>
  run([
    'client',
    'create',
    '--from-advice',
    file(content),
    '--name',
    'Photo Prints',
    '--data-dir',
    server.data_dir,
    ...args,
  ])

test('from what advise --json printed to a token, while the server runs', async () => {
  expect(await create(toJson(advise({ answers: job })), '--audience', api, '--json')).toBe(0)
  const { client_id, client_secret } = JSON.parse(out) as { client_id: string; client_secret: string }
  const response = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  expect(response.status).toBe(200)
  // Only what needs no user, since nobody is there.
  expect(await response.json()).toMatchObject({ scope: 'catalog:read' })
  const stored = await server.data.store.client(client_id)
  expect(stored?.client_name).toBe('Photo Prints')
  expect(stored?.grantwise).toMatchObject({
    runs_on: 'server',
    acts_for: ['self'],
    policy: 'best-practice',
    advice: {
      policy: 'best-practice',
      answers: job,
      flow: 'client_credentials',
      rule_id: 'bp2',
      rules_version: '2026-11-22',
    },
  })
})

test('one process pipes the advice into the other', async () => {
  const main = join(import.meta.dirname, '../../src/main.ts')
  const command = (...args: readonly string[]) => [process.execPath, main, ...args].map(it => `'${it}'`).join(' ')
  const answers = '--acts-for self --runs-on server --secret-safe yes --platform-id no --json'.split(' ')
  const name = ['--name', 'Piped', '--client-id', 'piped', '--audience', api, '--data-dir', server.data_dir]
  const line = `${command('advise', ...answers)} | ${command('client', 'create', '--from-advice', '-', ...name)}`
  const { stdout } = await promisify(exec)(line)
  expect(stdout).toMatch(/^Registered Piped for Client credentials/)
  expect(await server.data.store.client('piped')).toMatchObject({ grant_types: ['client_credentials'] })
})

test('the answers alone will do, with follow-ups', async () => {
  const request = { answers: usual, followups: { F1: 'no', F5: 'yes' } }
  const args = ['--redirect-uri', 'https://app.example.com/cb', '--client-id', 'photo-prints', '--audience', api]
  expect(await create(request, ...args)).toBe(0)
  expect(out).toMatch(
    /^Registered Photo Prints for Authorization code with PKCE, on a server \(best-practice, bp5\)\.\n/,
  )
  expect(out).toMatch(/ {2}client_id +photo-prints\n {2}client_secret +[\w-]{43}\n/)
  expect(out).toContain('shown this once')
  expect(await server.data.store.client('photo-prints')).toMatchObject({
    grant_types: ['authorization_code'],
    redirect_uris: ['https://app.example.com/cb'],
    scope: 'openid profile email catalog:read profile:read',
    grantwise: { first_party: true, pkce: 'required', audiences: [api], advice: { followups: request.followups } },
  })
})

test('a command that listens on localhost is registered, with the address that would be better', async () => {
  const answers = { ...usual, runs_on: 'cli', secret_safe: 'no' }
  const uri = 'http://localhost:8765/callback'
  expect(await create({ answers }, '--redirect-uri', uri, '--client-id', 'on-localhost', '--audience', api)).toBe(0)
  expect(err).toContain(`redirect_uris[0]: ${uri} names localhost`)
  expect(err).toContain('http://127.0.0.1:8765/callback')
  expect(await server.data.store.client('on-localhost')).toMatchObject({ redirect_uris: [uri] })
})

test('a television: from the answers to a token that its viewer allowed on a phone', async () => {
  const answers = { ...usual, runs_on: 'device', redirect: 'no' }
  expect(await create({ answers }, '--client-id', 'screen', '--audience', api)).toBe(0)
  expect(out).toMatch(/^Registered Photo Prints for Device authorization \(best-practice, bp13\)\.\n/)
  expect(out).not.toContain('client_secret')
  const codes = await codesOf(server.issuer, { client_id: 'screen', scope: 'openid profile:read' })
  const { browser } = await enter(server)
  await decide(browser, await typeCode(browser, server.issuer, codes.user_code))
  const { status, body } = await poll(server.issuer, codes, { client_id: 'screen' })
  expect([status, body['scope']]).toEqual([200, 'openid profile:read'])
})

test('a public client has no secret', async () => {
  const answers = { ...usual, runs_on: 'native' }
  expect(await create({ answers }, '--redirect-uri', 'http://127.0.0.1/cb', '--client-id', 'phone')).toBe(0)
  expect(out).not.toContain('client_secret')
  expect(await server.data.store.client('phone')).toMatchObject({ token_endpoint_auth_method: 'none', secrets: [] })
})

const ciJob = { ...job, runs_on: 'ci', platform_id: 'yes' }
const platform = ['--federated-issuer', 'https://ci.example.com', '--federated-subject', 'repo:photos/prints']

test('a job that its platform vouches for has no secret', async () => {
  expect(await create({ answers: ciJob }, ...platform, '--client-id', 'ci-job', '--audience', api)).toBe(0)
  expect(out).toMatch(
    /^Registered Photo Prints for Client credentials by the platform’s identity \(best-practice, bp1\)\.\n/,
  )
  expect(out).not.toContain('client_secret')
  expect(await server.data.store.client('ci-job')).toMatchObject({
    token_endpoint_auth_method: 'private_key_jwt',
    secrets: [],
    grantwise: { runs_on: 'ci', federated: { issuer: 'https://ci.example.com', subject: 'repo:photos/prints' } },
  })
})

test('a key of its own in place of a secret', async () => {
  const key = await makeKey()
  const path = join(folder, 'public.json')
  for (const [index, content] of [key.jwk, { keys: [key.jwk] }].entries()) {
    writeFileSync(path, JSON.stringify(content))
    expect(await create({ answers: job }, '--jwks', path, '--client-id', `signs-${index}`, '--audience', api)).toBe(0)
    expect(out).not.toContain('client_secret')
    const assertion = await sign(key, claimsOf(`signs-${index}`, server))
    expect((await askWith(server.issuer, assertion)).status).toBe(200)
  }
  const at = 'https://app.example.com/jwks.json'
  const args = ['--jwks-uri', at, '--redirect-uri', 'https://app.example.com/cb', '--client-id', 'signs-web']
  expect(await create({ answers: usual }, ...args)).toBe(0)
  expect(await server.data.store.client('signs-web')).toMatchObject({ jwks_uri: at, secrets: [] })
})

test('keys that are none, that are secret, or that the advice has no use for', async () => {
  const before = (await server.data.store.allClients()).length
  const path = join(folder, 'public.json')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const refused = [
    [privateKey.export({ format: 'jwk' }), { answers: job }, [], /--jwks: expected the public half of a key/],
    [{ kty: 'EC' }, { answers: job }, [], /--jwks: expected a public key/],
    ['[', { answers: job }, [], /--jwks: expected a file of public keys .*got no JSON/],
    [{}, { answers: ciJob }, platform, /--jwks: expected none, since Client credentials by the platform’s identity/],
    [
      {},
      { answers: { ...usual, runs_on: 'native' } },
      ['--redirect-uri', 'http://127.0.0.1/cb'],
      /--jwks: expected none/,
    ],
    [{}, { answers: job }, ['--jwks-uri', 'https://a.example/'], /--jwks-uri: expected either it or --jwks/],
  ] as const
  for (const [content, answers, more, said] of refused) {
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    err = ''
    expect(await create(answers, '--jwks', path, ...more, '--audience', api)).toBe(2)
    expect(err).toMatch(said)
    expect(err).not.toMatch(/"d"|[\w-]{43}/)
  }
  expect(await create({ answers: job }, '--jwks-uri', 'http://a.example/', '--audience', api)).toBe(2)
  expect(err).toMatch(/--jwks-uri: expected an https URL/)
  expect(await server.data.store.allClients()).toHaveLength(before)
})

test('the platform is named exactly where one is needed', async () => {
  const before = (await server.data.store.allClients()).length
  expect(await create({ answers: ciJob }, '--audience', api)).toBe(2)
  expect(err).toMatch(/^--federated-issuer: expected one, since Client credentials by the platform’s identity/)
  expect(await create({ answers: ciJob }, ...platform.slice(0, 2), '--audience', api)).toBe(2)
  expect(err).toMatch(/--federated-subject: expected one/)
  expect(await create({ answers: job }, ...platform, '--audience', api)).toBe(2)
  expect(err).toMatch(/--federated-issuer: expected none, since Client credentials is proven by no platform/)
  const wrong = ['--federated-issuer', 'http://ci.example.com', '--federated-subject', 'repo:*', '--audience', api]
  expect(await create({ answers: ciJob }, ...wrong)).toBe(2)
  expect(err).toMatch(/--federated-issuer: expected an https URL/)
  expect(err).toMatch(/--federated-subject: expected the exact sub/)
  expect(await server.data.store.allClients()).toHaveLength(before)
})

test('another policy’s advice is followed where it is asked for', async () => {
  const args = ['--policy', 'spotify', '--redirect-uri', 'https://app.example.com/cb', '--client-id', 'as-spotify']
  expect(await create(toJson(advise({ answers: { ...usual } })), ...args)).toBe(0)
  expect((await server.data.store.client('as-spotify'))?.grantwise).toMatchObject({
    policy: 'spotify',
    pkce: 'when_sent',
  })
})

test('what follow-ups ask for is asked for, and registered', async () => {
  const before = (await server.data.store.allClients()).length
  const one = { answers: job, followups: { F8: 'no', F12: 'yes' } }
  const network = ['--network', '10.0.0.0/8', '--network-name', 'the office network']
  expect(await create(one, ...network, '--audience', api, '--audience', opaqueApi)).toBe(2)
  expect(err).toMatch(/^--audience: expected one, since it calls one API \(F8=no\); got 2/)
  expect(await create(one, '--audience', api)).toBe(2)
  expect(err).toMatch(/--network: expected at least one, .*\(F12=yes\); got none/)
  expect(await create(one, '--network', '10.0.0.0/99', ...network.slice(2), '--audience', api)).toBe(2)
  expect(err).toMatch(/--network: expected .*got "10\.0\.0\.0\/99"/)
  expect(await create(one, '--network', '10.0.0.0/8', '--audience', api)).toBe(2)
  expect(err).toMatch(/--network-name: expected what people call those networks/)
  expect(await server.data.store.allClients()).toHaveLength(before)
  expect(await create(one, ...network, '--audience', api, '--client-id', 'office')).toBe(0)
  expect((await server.data.store.client('office'))?.grantwise.network_policy).toMatchObject({
    mode: 'enforce',
    cidrs: ['10.0.0.0/8'],
    text: 'the office network',
  })
})

test('an id that is taken is left alone', async () => {
  expect(await create({ answers: job }, '--client-id', 'web', '--audience', api)).toBe(2)
  expect(err).toMatch(/^--client-id: expected a new one; web is registered/)
  expect((await server.data.store.client('web'))?.client_name).toBe('Web app')
})

describe('nothing is registered from', () => {
  const web = ['--redirect-uri', 'https://app.example.com/cb']
  const advised = advise({ answers: job })
  const other = toJson(advised).replace('"flow":"client_credentials"', '"flow":"bff"')
  test.each<[string, unknown, readonly string[], RegExp]>([
    [
      'a flow that this server cannot run yet',
      { answers: { ...usual, redirect: 'no' } },
      [],
      /says CIBA, where it is offered \(bp12\), which this version of Grantwise cannot run yet: it lacks urn:openid/,
    ],
    [
      'no flow',
      { answers: { ...usual, runs_on: 'ci' } },
      [],
      /^best-practice finds no flow for these answers \(bp4\): Nobody is there/,
    ],
    [
      'half the answers',
      { answers: { acts_for: 'user' } },
      [],
      /expected answers that settle it; runs_on is missing: Where does it run\?/,
    ],
    ['a question', toJson(advise({})), [], /acts_for is missing/],
    ['an answer that there is not', { answers: { runs_on: 'toaster' } }, [], /unknown answer "toaster"/],
    [
      'an advice that was changed by hand',
      other,
      ['--audience', api],
      /expected client_credentials \(bp2\), .*; got bff \(bp2\), of the rules of 2026-11-22/,
    ],
    ['what is no JSON', 'yes please', [], /got something that is no JSON/],
    ['what is no object', '[]', [], /got something else/],
    ['a flow that returns, without an address', { answers: usual }, [], /^--redirect-uri: expected at least one/],
    ['a flow that does not return, with an address', { answers: job }, web, /^--redirect-uri: expected none/],
    [
      'an address that is not safe',
      { answers: usual },
      ['--redirect-uri', 'http://app.example.com/cb'],
      /^--redirect-uri: expected https/,
    ],
    [
      'an API that is not known',
      { answers: job },
      ['--audience', 'https://nowhere.example'],
      /^--audience: expected the audience of a resource server/,
    ],
  ])('%s', async (_name, content, args, said) => {
    const before = await server.data.store.allClients()
    expect(await create(content, ...args)).toBe(2)
    expect(err).toMatch(said)
    expect(out).toBe('')
    expect(await server.data.store.allClients()).toEqual(before)
  })

  test('a file that is not there, or into a directory without data', async () => {
    const args = ['client', 'create', '--name', 'x', '--from-advice']
    expect(await run([...args, join(folder, 'nowhere.json'), '--data-dir', server.data_dir])).toBe(2)
    expect(err).toMatch(/ENOENT/)
    expect(await run([...args, file({ answers: job }), '--data-dir', folder])).toBe(2)
    expect(err).toMatch(/holds no Grantwise data/)
  })
})

describe('an app that acts for itself, and names no API', () => {
  const resource_servers = world.resource_servers.map(({ audience, name, scopes }) => ({ audience, name, scopes }))
  const on = async (apis: typeof resource_servers, ...args: readonly string[]) => {
    const other = await startServer({ document: { resource_servers: apis } })
    try {
      const code = await create({ answers: job }, '--data-dir', other.data_dir, '--client-id', 'idle', ...args)
      return { code, client: await other.data.store.client('idle') }
    } finally {
      await other.close()
    }
  }

  test('takes the only one', async () => {
    const { code, client } = await on(resource_servers.slice(0, 1))
    expect([code, client?.grantwise.audiences]).toEqual([0, [api]])
  })

  test('is not registered where there is a choice: the choice is said', async () => {
    expect(await on(resource_servers)).toEqual({ code: 2, client: undefined })
    expect(err).toContain('--audience')
    for (const { audience } of resource_servers) expect(err).toContain(audience)
  })

  test('is not registered where there is none: what comes first is said', async () => {
    expect(await on([])).toEqual({ code: 2, client: undefined })
    expect(err).toMatch(/--audience: .* --new-api and --new-api-name register one/)
  })
})
