import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { type Running, start } from '../support/program.ts'
import { basic, codeFields, post } from '../support/token.ts'
import { opaqueApi, password } from '../support/world.ts'
import { type Call, noStrace, readTrace, traced, tracedProcess } from './strace.ts'
import { clients, crashWorld, scope } from './world.ts'

const [client] = clients
if (client === undefined) throw new Error('there is no client')
const { client_id, redirect_uri } = client

describe.skipIf(noStrace !== undefined)(`what is answered is on disk before it is answered${why()}`, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-sync-'))
  const file = join(cwd, 'trace')
  let calls: readonly Call[]

  beforeAll(async () => {
    writeFileSync(join(cwd, 'world.json'), JSON.stringify(crashWorld))
    const running = await start(['--port', '0', '--apply', 'world.json', '--sign-up'], { cwd, before: traced(file) })
    await visit(running)
    process.kill(tracedProcess(file), 'SIGTERM')
    await new Promise(resolve => running.child.once('close', resolve))
    calls = readTrace(file)
  })
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  const many = Array.from({ length: 16 }, (_, i) => `one of many refreshes ${i}`)

  test.each([
    'a session that begins',
    'a consent, with its code',
    'a code of a session',
    'a redeemed code',
    'a refresh',
    'an opaque token',
    'a revocation',
    ...many,
  ])('%s', what => {
    const { question, answer } = exchangeOf(what, calls)
    const between = calls.filter(call => call.began > question.ended && call.ended < answer.began)
    const log = between.filter(call => call.on.endsWith('grantwise.db-wal'))
    const written = log.findIndex(({ name }) => name === 'pwrite64')
    expect(written, 'the log is written').toBeGreaterThanOrEqual(0)
    const synced = log.findLastIndex(({ name, result }) => /^f(data)?sync$/.test(name) && result === 0)
    expect(synced, 'and then synced').toBeGreaterThan(written)
    if (many.includes(what)) return
    const last = log.findLastIndex(({ name }) => name === 'pwrite64')
    expect(synced, 'all of it').toBeGreaterThan(last)
  })

  test('a first start: the secret, the log, and the directories that name them', () => {
    const [asked] = calls.filter(({ name, on }) => name === 'read' && on.startsWith('TCP'))
    const synced = calls.filter(({ name, result }) => /^f(data)?sync$/.test(name) && result === 0)
    const before = synced.filter(({ ended }) => ended < (asked?.began ?? 0)).map(({ on }) => on)
    const data_dir = join(cwd, '.grantwise')
    for (const path of [cwd, data_dir, join(data_dir, 'grantwise.db-wal')]) expect(before).toContain(path)
    expect(before).toContainEqual(expect.stringMatching(/\/\.grantwise\/secret\.[0-9a-f]+$/))
  })

  test('and a token of a client itself, a JWT, needs no write', () => {
    const { question, answer } = exchangeOf('a JWT of a client', calls)
    const between = calls.filter(call => call.began > question.ended && call.ended < answer.began)
    expect(between.filter(call => call.on.includes('grantwise.db'))).toEqual([])
  })
})

function why(): string {
  return noStrace === undefined ? '' : ` (skipped: ${noStrace})`
}

/** The call that read the marked question, and the one that began its answer. */
function exchangeOf(what: string, calls: readonly Call[]) {
  const question = calls.find(
    ({ name, on, text }) => name === 'read' && on.startsWith('TCP') && text.includes(mark(what)),
  )
  if (question === undefined) throw new Error(`nobody asked for ${what}`)
  const answer = calls.find(
    ({ name, on, began }) => /^(write|writev|send)/.test(name) && on === question.on && began > question.ended,
  )
  if (answer === undefined) throw new Error(`nobody answered ${what}`)
  return { question, answer }
}

function mark(what: string): string {
  return `x-mark: ${what.replaceAll(' ', '-')}.`
}

const marked = (what: string) => ({ 'x-mark': `${what.replaceAll(' ', '-')}.` })

/** Asks for everything that is written for, each question marked. */
async function visit({ issuer }: Running): Promise<void> {
  const browser = openBrowser()
  const url = authorizeUrl(issuer, { client_id, redirect_uri, scope })
  const token = async (what: string, fields: Record<string, string>, as = client_id) => {
    const { status, body } = await post(`${issuer}/token`, fields, { ...basic(as), ...marked(what) })
    if (status !== 200) throw new Error(`${what}: ${JSON.stringify(body)}`)
    return body as { access_token: string; refresh_token: string }
  }
  const refresh = (what: string, refresh_token: string) => token(what, { grant_type: 'refresh_token', refresh_token })
  const redeem = (what: string, code: string | null | undefined) =>
    token(what, codeFields(String(code), { redirect_uri }))

  const form = await browser.get(`${issuer}/sign-up`)
  const fields = { ...fieldsOf(form.html), login: 'alice', password, password_again: password }
  await browser.post(`${issuer}/sign-up`, fields, marked('a session that begins'))
  const page = await browser.get(url)
  const consent = { consent: 'allow' }
  const agreed = await browser.submit(page, '/consent', consent, marked('a consent, with its code'))
  await redeem('a code of the consent', agreed.location?.searchParams.get('code'))
  const sentBack = await browser.get(url, marked('a code of a session'))
  const first = await redeem('a redeemed code', sentBack.location?.searchParams.get('code'))
  const second = await refresh('a refresh', first.refresh_token)
  await token('an opaque token', { grant_type: 'client_credentials', audience: opaqueApi }, 'opaque-job')
  await token('a JWT of a client', { grant_type: 'client_credentials' }, 'job')
  const revocation = { ...basic(client_id), ...marked('a revocation') }
  await post(`${issuer}/revoke`, { token: second.refresh_token }, revocation)
  const chains = await Promise.all(
    Array.from({ length: 16 }, async (_, i) =>
      redeem(`one of many codes ${i}`, (await browser.get(url)).location?.searchParams.get('code')),
    ),
  )
  await Promise.all(chains.map(({ refresh_token }, i) => refresh(`one of many refreshes ${i}`, refresh_token)))
}
