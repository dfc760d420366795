import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { alone, startLooked } from '../clients/apps.ts'
import { run } from '../support/program.ts'
import type { TestServer } from '../support/server.ts'
import { obtainTokens, refresh } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startLooked()
})
afterAll(() => server?.close())

/** Runs the command on the data of the server, while that runs. */
function change(client_id: string, request: object, ...args: readonly string[]) {
  const file = join(server.data_dir, 'advice.json')
  writeFileSync(file, JSON.stringify(request))
  const all = ['client', 'change', client_id, '--from-advice', file, '--data-dir', server.data_dir, ...args]
  return run(all, { cwd: tmpdir() })
}

test('says what it breaks and changes nothing; with --yes the running server refuses at once', async () => {
  const { refresh_token = '' } = await obtainTokens(server.issuer)
  const request = { answers: usual, followups: { F1: 'no' } }
  const before = await server.data.store.client('web')
  const said = await change('web', request)
  expect([said.code, said.err]).toEqual([0, ''])
  expect(said.out).toMatch(
    /^Nothing is changed yet; with --yes web is\.\n\nIt breaks:\n {2}- Refresh tokens end: 1 sign-in that is/,
  )
  expect(said.out).toMatch(/^-\s+"refresh_token"$/m)
  expect(await server.data.store.client('web')).toEqual(before)

  const done = await change('web', request, '--yes')
  expect(done.out).toMatch(/^Changed web\.\n/)
  expect((await refresh(server.issuer, refresh_token)).body).toMatchObject({ error: 'unauthorized_client' })
  expect((await change('web', request, '--yes')).out).toBe('web is registered like this already.\n')
  const [record] = await server.data.store.audit({
    client_id: 'web',
    event: 'client-changed',
    first: 'newest',
    limit: 1,
  })
  expect(record).toMatchObject({ by: { actor: 'operator' } })
})

test('as JSON: the entry that it shows, applied, changes nothing more; a new secret is in it once', async () => {
  const dry = JSON.parse((await change('spa', { answers: usual }, '--json')).out)
  expect(dry).toMatchObject({ client_id: 'spa', changed: false, effects: expect.any(Array), diff: expect.any(Array) })
  expect(dry.client_secret).toBeUndefined()
  const done = JSON.parse((await change('spa', { answers: usual }, '--json', '--yes')).out)
  expect(done).toMatchObject({ changed: true, client_secret: expect.stringMatching(/^[\w-]{43}$/) })
  const after = await server.data.store.client('spa')
  await server.apply({ clients: [done.client] })
  expect(await server.data.store.client('spa')).toEqual(after)
})

const ofPlatform = { acts_for: 'self', runs_on: 'ci', secret_safe: 'no', platform_id: 'yes' }
const inside = { answers: usual, followups: { F12: 'yes' } }

test('a network that it works from, where the answers ask for one', async () => {
  const named = ['--network', '10.0.0.0/8', '--network', '2001:DB8::/32', '--network-name', 'the office network']
  const done = await change('other-web', inside, '--yes', ...named)
  expect([done.code, done.err]).toEqual([0, ''])
  expect(done.out).toContain('Whoever is outside the office network (10.0.0.0/8, 2001:db8::/32) can no longer use it.')
  const network_policy = {
    mode: 'enforce',
    cidrs: ['10.0.0.0/8', '2001:db8::/32'],
    text: 'the office network',
    applies_to: ['login', 'authorize', 'token', 'api'],
  }
  expect(await server.data.store.client('other-web')).toMatchObject({ grantwise: { network_policy } })
  expect((await change('other-web', inside, '--yes')).out).toBe('other-web is registered like this already.\n')
})

test('what it cannot do: nothing, and 2', async () => {
  for (const [client_id, request, args, says] of [
    ['no-such-client', { answers: usual }, [], 'expected the id of a registered client; no-such-client is none'],
    ['job', { answers: alone }, ['--yes'], '--redirect-uri: expected'],
    ['of-bob', { answers: alone }, ['--yes', '--redirect-uri', 'http://*.example.com'], '--redirect-uri'],
    [
      'job',
      { answers: ofPlatform },
      ['--yes', '--federated-issuer', 'https://ci.example.com'],
      '--federated-subject: expected which job of --federated-issuer it is; got none',
    ],
    [
      'job',
      { answers: ofPlatform },
      ['--yes', '--federated-subject', 'job'],
      '--federated-issuer: expected whose job --federated-subject is; got none',
    ],
    [
      'of-bob',
      { answers: usual },
      ['--yes', '--federated-issuer', 'https://ci.example.com', '--federated-subject', 'job'],
      '--federated-issuer: expected none, since Authorization code with PKCE, on a server is proven by no platform',
    ],
    ['of-bob', inside, ['--yes'], '--network: expected at least one network'],
    ['of-bob', inside, ['--yes', '--network', '10.0.0.0/8'], '--network-name: expected what people call'],
    ['of-bob', inside, ['--yes', '--network-name', 'the office network'], '--network: expected the networks'],
    [
      'of-bob',
      inside,
      ['--yes', '--network', '10.0.0', '--network-name', 'the office'],
      '--network: expected an IP address or a network',
    ],
    ['of-bob', { answers: { acts_for: 'user' } }, ['--yes'], 'runs_on is missing'],
  ] as const) {
    const before = await server.data.store.client(client_id)
    const { code, err } = await change(client_id, request, ...args)
    expect([code, err], client_id).toEqual([2, expect.stringContaining(says)])
    expect(await server.data.store.client(client_id)).toEqual(before)
  }
})
