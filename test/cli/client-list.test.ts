import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { adviceFor, usual } from '../advisor/samples.ts'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { world } from '../support/world.ts'

const advice = storedAdviceOf(adviceFor({ ...usual, runs_on: 'browser', secret_safe: 'no' })['best-practice'])

let server: TestServer
beforeAll(async () => {
  const [, , , spa] = world.clients
  const advised = { ...spa, client_id: 'advised', grantwise: { audiences: spa.grantwise.audiences, advice } }
  server = await startServer({ document: { ...world, clients: [...world.clients, advised] } })
})
afterAll(() => server.close())

const list = (...args: readonly string[]) =>
  run(['client', 'list', '--data-dir', server.data_dir, ...args], { cwd: tmpdir() })

test('every client with what it was registered for; none has drifted', async () => {
  const { code, out } = await list()
  expect(code).toBe(0)
  expect(out).toMatch(/^job {2}Nightly job {2}client_credentials$/m)
  expect(out).toMatch(
    /^advised {2}Single-page app {2}Authorization code with PKCE, in the page \(best-practice, bp8\)$/m,
  )
  expect(await list('--drift')).toEqual({
    code: 0,
    out: '',
    err: 'Every client is registered as it would be today.\n',
  })
})

test('one that older rules advised otherwise, and why it would differ', async () => {
  const db = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
  const old = JSON.stringify({ ...advice, flow: 'implicit+silent', rule_id: 'bp5', rules_version: '2016-01-01' })
  db.prepare("UPDATE clients SET body = json_set(body, '$.grantwise.advice', json(?)) WHERE client_id = 'advised'").run(
    old,
  )
  db.close()
  const { out } = await list('--drift')
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'advised Single-page app Implicit, renewed silently (best-practice, bp5) registered by the rules of 2016-01-01; ' +
      'by those of 2026-11-22 it is Authorization code with PKCE, in the page (bp8).',
  )
  const { clients } = JSON.parse((await list('--drift', '--json')).out) as { clients: object[] }
  expect(clients).toMatchObject([{ client_id: 'advised', drift: { what: 'flow', now: { rule_id: 'bp8' } } }])
})
