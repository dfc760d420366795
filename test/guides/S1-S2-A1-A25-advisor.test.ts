import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Advised, type AskedQuestion, advise, type Result } from '../../src/advisor/advise.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { everyInput } from '../../src/advisor/next-question.ts'
import { decoded } from '../support/form.ts'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'

type Given = Readonly<Record<string, string>>

/** Somebody's data, on a server that keeps a secret and can open a browser. */
const usual = {
  acts_for: 'user',
  runs_on: 'server',
  secret_safe: 'yes',
  redirect: 'yes',
  trusted_pw: 'no',
  offline: 'no',
}
const complete = { ...usual, backend: 'no', platform_id: 'no' }

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** The bytes that a program gets over HTTP. */
async function bytes(answers: Given): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server.issuer}/api/advise`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ answers }),
  })
  return response.text()
}
const ask = async (answers: Given): Promise<Advised> => JSON.parse(await bytes(answers))
async function advice(answers: Given): Promise<Readonly<Record<string, Result>>> {
  const { advice } = await ask(answers)
  if (advice === null) throw new Error('these answers leave a question')
  return advice
}
const flowsOf = async (answers: Given) => Object.values(await advice(answers)).map(({ flow }) => flow)

/** What somebody reads on the page. */
async function page(answers: Given, more: Given = {}): Promise<string> {
  const response = await fetch(`${server.issuer}/?${new URLSearchParams({ ...answers, ...more })}`)
  return decoded((await response.text()).replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' ')
}

const cases: Readonly<Record<string, Given>> = {
  'a web app on a server': complete,
  'a page in the browser': { ...complete, runs_on: 'browser', secret_safe: 'no' },
  'an app on a phone, trusted with passwords': { ...complete, runs_on: 'native', secret_safe: 'no', trusted_pw: 'yes' },
  'a nightly import': { ...complete, acts_for: 'self', redirect: 'no' },
  'a job without a secret': { ...complete, acts_for: 'self', runs_on: 'ci', secret_safe: 'no', redirect: 'no' },
}

describe('one engine, three faces', () => {
  test.each(Object.entries(cases))(
    'S1: %s: terminal and HTTP say the same bytes, and the page the same',
    async (_name, answers) => {
      const said = await bytes(answers)
      const flags = Object.entries(answers).flatMap(([id, value]) => [`--${id.replaceAll('_', '-')}`, value])
      const { code, out } = await run(['advise', ...flags, '--json'], { cwd: import.meta.dirname })
      expect(out).toBe(said)
      const results: readonly Result[] = Object.values(JSON.parse(said).advice)
      expect(code).toBe(results[0]?.flow === 'none' ? 3 : 0)
      for (const { policy, flow, why, rule_id, policy_date, warnings, sources } of results) {
        const text = await page(answers, { policy })
        for (const words of [flowOf(flow).name, why, `rule ${rule_id}`, policy_date, ...warnings])
          expect(text).toContain(words)
        for (const { title } of sources) expect(text).toContain(title)
      }
    },
  )

  test('S18, A29: implicit is the first answer of Auth0’s guide only, and its page says that it is withdrawn', async () => {
    const answers = { ...complete, runs_on: 'browser' }
    expect(await flowsOf(answers)).toEqual([
      'authorization_code_pkce:browser',
      'authorization_code_pkce',
      'implicit+silent',
    ])
    expect(await page(answers, { policy: 'auth0' })).toContain('Dated: clients must not use it')
    expect((await advice(answers))['auth0']?.refresh).toBe('never')
    for (const input of everyInput()) {
      const results = Object.values(advise({ answers: { ...input } }).advice ?? {})
      expect(results).toHaveLength(3)
      for (const { policy, flow } of results) if (policy !== 'auth0') expect(flow).not.toBe('implicit+silent')
    }
  })

  test('S16: every answer says why not implicit: the token travels in the address', async () => {
    for (const answers of Object.values(cases)) {
      for (const { flow, not_chosen } of Object.values(await advice(answers))) {
        const against = not_chosen.find(it => it.flow === 'implicit+silent')
        if (flow !== 'implicit+silent') expect(against?.reason).toContain('the token travels in the page’s address')
      }
    }
  })
})

test('S2: no question, and no answer to one, names a grant', async () => {
  const grants =
    /authori[sz]ation code|client credentials|implicit|password|refresh token|pkce|device code|grant|oauth|token/i
  const asked = new Map<string, AskedQuestion>()
  const words: string[] = []
  async function walk(answers: Given): Promise<void> {
    const { question, advice } = await ask(answers)
    for (const { followups } of Object.values(advice ?? {})) {
      words.push(...followups.flatMap(({ text, answers }) => [text, ...answers.map(it => it.text)]))
    }
    if (question === null) return
    asked.set(question.id, question)
    for (const { value } of question.answers) if (value !== 'unsure') await walk({ ...answers, [question.id]: value })
  }
  await walk({})
  expect(asked.size).toBe(8)
  words.push(
    ...[...asked.values()].flatMap(({ text, answers }) => [text, ...answers.flatMap(it => [it.text, it.explanation])]),
  )
  expect(words.filter(it => grants.test(it))).toEqual([])
})

test('A2: every page says whose advice it is, and of when', async () => {
  const names = { 'best-practice': 'Best current practice', spotify: 'Spotify’s guide', auth0: 'Auth0’s guide' }
  const dates = Object.values(await advice(complete)).map(
    ({ policy, policy_date }) => `${names[policy]} as of ${policy_date}`,
  )
  expect(dates).toHaveLength(3)
  const pages = [{}, { acts_for: 'user' }, { acts_for: 'user', runs_on: 'browser' }, ...Object.values(cases)]
  for (const answers of pages) {
    for (const policy of Object.keys(names)) {
      const text = await page(answers, { policy })
      for (const dated of dates) expect(text).toContain(dated)
    }
  }
})

describe('A4: what the answer depends on', () => {
  test.each([
    ['type', 'acts_for', complete, 'self'],
    ['type', 'runs_on', complete, 'native'],
    ['trust', 'secret_safe', complete, 'no'],
    ['trust', 'trusted_pw', { ...complete, redirect: 'no' }, 'yes'],
    ['trust', 'platform_id', { ...complete, acts_for: 'self' }, 'yes'],
    ['experience', 'redirect', { ...complete, runs_on: 'cli' }, 'no'],
    ['experience', 'backend', { ...complete, runs_on: 'browser' }, 'yes'],
    ['experience', 'offline', { ...complete, runs_on: 'ci' }, 'yes'],
  ])('A4: %s: %s changes it', async (_group, question, answers, other) => {
    expect(await flowsOf({ ...answers, [question]: other })).not.toEqual(await flowsOf(answers))
  })
})

test.each(['server', 'cli', 'device', 'ci'])(
  'A11: for itself, on a %s with a credential, is client credentials by every policy',
  async runs_on => {
    const flows = await flowsOf({ ...complete, acts_for: 'self', runs_on })
    expect(flows).toEqual(['client_credentials', 'client_credentials', 'client_credentials'])
  },
)

test('A23: of passwords it says what the guide says, and what later copies add, with their dates', async () => {
  const answers = { ...complete, runs_on: 'native', trusted_pw: 'yes' }
  const { auth0 } = await advice(answers)
  expect([auth0?.flow, auth0?.policy_date]).toEqual(['password', '2017'])
  expect(await page(answers, { policy: 'auth0' })).toMatch(
    /page of August 2026 adds what this copy of 2017 does not say: only where redirects are not possible/,
  )
})

test('A24: an app on a phone and a page in the browser are two answers to one question', async () => {
  const { question } = await ask({ acts_for: 'user' })
  expect(question?.id).toBe('runs_on')
  expect(question?.answers.map(it => it.value)).toEqual(expect.arrayContaining(['native', 'browser']))
  const { auth0: native } = await advice({ ...complete, runs_on: 'native' })
  const { auth0: browser } = await advice({ ...complete, runs_on: 'browser' })
  expect([native?.flow, browser?.flow]).toEqual(['authorization_code_pkce', 'implicit+silent'])
})

test('A25: the glossary says what a single-page app is', () => {
  const glossary = readFileSync(join(import.meta.dirname, '../../docs/glossary.md'), 'utf8')
  expect(glossary).toMatch(/\*\*Single-page app\*\* \|[^|]*runs in a browser by a script/)
})
