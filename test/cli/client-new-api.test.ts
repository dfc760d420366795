import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { administered, clientCount, job, startAdministered } from '../clients/support.ts'
import { run } from '../support/program.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startAdministered({ document: { users: administered.users } })
})
afterAll(() => server?.close())

/** Runs the command on the data of the server, while that runs. */
function create(answers: object, followups: object, ...args: readonly string[]) {
  const file = join(server.data_dir, 'advice.json')
  writeFileSync(file, JSON.stringify({ answers, followups }))
  const all = ['client', 'create', '--from-advice', file, '--data-dir', server.data_dir, '--name', 'Import', ...args]
  return run(all, { cwd: tmpdir() })
}

const prints = ['--new-api', 'https://prints.example.com', '--new-api-name', 'Prints']

test('an API comes with the program that calls it, on a server without any', async () => {
  const said = await create(
    job,
    {},
    ...prints,
    ...['--new-api-scope', 'prints:read See which prints there are', '--new-api-scope', 'prints:order'],
    ...['--new-api-user-scope', 'prints:mine See your own', '--json'],
  )
  expect([said.code, said.err]).toEqual([0, ''])
  const { client_id, client_secret } = JSON.parse(said.out)
  const { status, body } = await clientCredentials(server.issuer, {}, basic(client_id, client_secret))
  expect([status, body['scope']]).toEqual([200, 'prints:read prints:order'])
  expect((await server.data.store.resourceServer('https://prints.example.com'))?.scopes).toEqual({
    'prints:read': { description: 'See which prints there are', requires_user: false },
    'prints:order': { description: 'prints:order', requires_user: false },
    'prints:mine': { description: 'See your own', requires_user: true },
  })
})

test.each([
  [['--new-api-name', 'x'], /--new-api: expected the address/],
  [['--new-api', 'https://x.example.com'], /--new-api-name: expected what people see/],
  [['--new-api', 'x.example.com', '--new-api-name', 'x'], /--new-api: expected an absolute URI/],
  [['--new-api', 'https://x.example.com', '--new-api-name', ''], /--new-api-name: expected one line/],
  [['--new-api-scope', 'a A', '--new-api-user-scope', 'a B'], /--new-api-scope: expected each scope once; got a twice/],
  [['--new-api-scope', 'openid Who'], /--new-api-scope: expected a scope of the API itself/],
])('%j is refused by its flag, and nothing is registered', async (args, says) => {
  const before = [await clientCount(server), await server.data.store.allResourceServers()]
  const named = args.includes('--new-api') || args.includes('--new-api-name') ? [] : ['--new-api', 'urn:x']
  const all = named.length > 0 ? [...named, '--new-api-name', 'x', ...args] : args
  const said = await create(job, {}, ...all)
  expect([said.code, said.out]).toEqual([2, ''])
  expect(said.err).toMatch(says)
  expect([await clientCount(server), await server.data.store.allResourceServers()]).toEqual(before)
})

test('one that exists is left as it is, and so is the server itself', async () => {
  const before = await clientCount(server)
  const audience = 'urn:theirs'
  await server.apply({ resource_servers: [{ audience, name: 'Theirs' }] })
  for (const taken of [audience, server.issuer]) {
    const said = await create(job, {}, '--new-api', taken, '--new-api-name', 'Ours')
    expect([said.code, said.err]).toEqual([2, expect.stringContaining('--new-api: expected')])
  }
  expect((await server.data.store.resourceServer(audience))?.name).toBe('Theirs')
  expect(await clientCount(server)).toBe(before)
})

test('only where the answers have an API, and not one too many', async () => {
  const address = ['--redirect-uri', 'https://app.example.com/cb']
  const none = await create(usual, { F3: 'yes' }, ...address, '--new-api', 'urn:y', '--new-api-name', 'Y')
  expect(none.err).toContain('--new-api: expected none')
  const two = await create(
    usual,
    { F8: 'no' },
    ...address,
    '--audience',
    'urn:theirs',
    '--new-api',
    'urn:y',
    '--new-api-name',
    'Y',
  )
  expect(two.err).toContain('--audience: expected one, since it calls one API (F8=no); got 2')
  expect(await server.data.store.resourceServer('urn:y')).toBeUndefined()
})
