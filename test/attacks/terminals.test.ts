import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { api, password_hash, world } from '../support/world.ts'

/** A control sequence in one character (C1, which JSON leaves as it is), and one that turns the reading order. */
const obeyed = '\u009b31m\u202e'
const hostile = /(?!\n)[\p{Cc}\p{Cf}]/u

const command = '$(touch pwned)'

let server: TestServer
beforeAll(async () => {
  const users = [
    ...world.users,
    {
      login: command,
      password_hash,
      email: `a@b.example${'\u202e'}`,
      claims: { name: `Eve\u001b]0;x\u0007${obeyed}` },
    },
    { login: 'zoe', password_hash },
  ]
  server = await startServer({ document: { ...world, users }, config: { log_level: 'info' } })
  await post(`${server.issuer}/token`, { grant_type: obeyed, client_id: 'spa' })
  const asked = { grant_type: 'client_credentials', resource: api, scope: obeyed }
  await post(`${server.issuer}/token`, asked, basic('job'))
})
afterAll(() => server.close())

test('no log line holds what a terminal obeys, and each still says what was sent', () => {
  const lines = server.log.map(line => line.trimEnd())
  expect(lines.filter(line => hostile.test(line))).toEqual([])
  const sent = lines.map(line => JSON.parse(line).detail?.sent)
  expect(sent).toContain(obeyed)
})

test.each([
  ['user', 'list'],
  ['user', 'list', '--json'],
  ['user', 'disable', command],
  ['journeys'],
  ['journeys', '--json'],
  ['audit'],
  ['audit', '--json'],
])('nothing of it is in what is printed by: %s %s %s', async (...args) => {
  const { code, out, err } = await run([...args.filter(it => it), '--data-dir', server.data_dir], {
    cwd: server.data_dir,
  })
  expect(code).toBe(0)
  expect(out + err).not.toMatch(hostile)
})

test('a login that would be a command is one word of the command for the next page', async () => {
  const { err } = await run(['user', 'list', '--limit', '1', '--data-dir', server.data_dir], { cwd: server.data_dir })
  expect(err).toContain(`--after '${command}'`)
})
