import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { launch, run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, revoke } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  const tokens = await obtainTokens(server.issuer)
  await revoke(server.issuer, tokens.refresh_token)
})
afterAll(() => server.close())

const audit = (...args: readonly string[]) =>
  run(['audit', ...args, '--data-dir', server.data_dir], { cwd: tmpdir(), env: { NO_COLOR: '1' } })
const records = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as { id: number; time: string; event: string; login?: string; by: object })

describe('grantwise audit', () => {
  test('beside a running server, the newest last, a line each', async () => {
    const { code, out, err } = await audit()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const [head, ...lines] = out.trimEnd().split('\n')
    expect(head).toMatch(/^when +event +user +client +by +address +facts$/)
    expect(lines.at(-1)).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}authorization-revoked +alice +web +client +127\.0\.0\.1 +family=[0-9a-v]{20} {2}why=revoked-by-client {2}[0-9a-v]{20}$/,
    )
    expect(lines.at(-2)).toMatch(/ authorized +alice +web +user /)
    expect(lines.some(line => / client-created +- +web +operator +-$/.test(line))).toBe(true)
  })

  test('for programs, one JSON object a line', async () => {
    const { out } = await audit('--json')
    const all = records(out)
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted((a, b) => a - b))
    expect(all.at(-1)).toMatchObject({
      time: new Date(server.clock.now() * 1000).toISOString().replace('.000Z', 'Z'),
      event: 'authorization-revoked',
      login: 'alice',
      client_id: 'web',
      by: { actor: 'client', id: 'web', address: '127.0.0.1', reference: expect.any(String) },
      detail: { why: 'revoked-by-client' },
    })
  })

  test('by user, client, event, time and number', async () => {
    const events = async (...args: readonly string[]) =>
      records((await audit('--json', ...args)).out).map(({ event }) => event)
    expect(await events('--user', ' ALICE', '--limit', '2')).toEqual(['authorized', 'authorization-revoked'])
    expect(await events('--client', 'web', '--event', 'authorized')).toEqual(['authorized'])
    expect(await events('--since', '2999-01-01')).toEqual([])
    expect((await events('--since', '1h')).length).toBeGreaterThan(3)
    const [last] = records((await audit('--json', '--limit', '1')).out)
    expect(await events('--before', String(last?.id), '--limit', '1')).toEqual(['authorized'])
    const short = await audit('--limit', '1')
    expect(short.err).toBe(`Earlier ones: grantwise audit --before ${last?.id}, with the same filters.\n`)
    const sub = (await server.data.store.accountByLogin('alice'))?.sub ?? ''
    expect((await events('--user', sub)).length).toBeGreaterThan(3)
  })

  test.each([
    [['--since', 'yesterday'], /^--since: expected an age \(90s, 30m, 24h, 7d\) or a date .*; got "yesterday"$/m],
    [['--user', 'nobody'], /^--user: expected the login of a user, or the sub of one who was deleted; got neither$/m],
    [['--limit', '0'], /^--limit: expected a whole number from 1 to 10000; got "0"$/m],
    [['--before', 'x'], /^--before: expected a whole number/m],
    [['--event', 'signed'], /Allowed choices are set-up, /],
  ])('%j is refused with 2 and a sentence', async (args, sentence) => {
    const { code, out, err } = await audit(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(sentence)
  })

  test('without data it makes none', async () => {
    const cwd = mkdtempSync(`${tmpdir()}/grantwise-audit-`)
    onTestFinished(() => rmSync(cwd, { recursive: true }))
    expect(await run(['audit'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds no Grantwise data'),
    })
  })

  test('--follow goes on with what is committed, until it is stopped', async () => {
    const child = launch(['audit', '--follow', '--json', '--event', 'signed-in', '--data-dir', server.data_dir], {
      cwd: tmpdir(),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const heard: string[] = []
    child.stdout.on('data', chunk => heard.push(String(chunk)))
    const count = () => records(heard.join('')).length
    await expect.poll(count).toBe(1)
    await enter(server, 'bob')
    await expect.poll(count).toBe(2)
    expect(records(heard.join('')).at(-1)).toMatchObject({ event: 'signed-in', login: 'bob' })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
