import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { questionIds } from '../../src/advisor/questions.ts'
import { run } from '../../src/cli/run.ts'
import { adviceFor, inputs, usual } from './samples.ts'

let out = ''
let err = ''

beforeEach(() => {
  out = ''
  err = ''
  const toOut = (...said: readonly unknown[]): void => {
    out += said.join(' ')
  }
  const toErr = (...said: readonly unknown[]): void => {
    err += said.join(' ')
  }
  vi.spyOn(console, 'log').mockImplementation((...said) => toOut(...said, '\n'))
  vi.spyOn(console, 'error').mockImplementation((...said) => toErr(...said, '\n'))
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    toOut(chunk)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(chunk => {
    toErr(chunk)
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

function flags(answers: Readonly<Record<string, string | undefined>>): string[] {
  return questionIds.flatMap(id => (answers[id] === undefined ? [] : [`--${id.replaceAll('_', '-')}`, answers[id]]))
}

test('advise --json prints the engine’s bytes for every input, and its status says whether there is a flow', async () => {
  for (const answers of inputs) {
    out = ''
    const code = await run(['advise', ...flags({ ...answers }), '--json'])
    expect(out).toBe(toJson(advise({ answers: { ...answers } })))
    expect(code).toBe(adviceFor({ ...answers })['best-practice'].flow === 'none' ? 3 : 0)
  }
})

test('a process of its own prints the same', async () => {
  for (const answers of [inputs[0], inputs[400], inputs[767]]) {
    const main = join(import.meta.dirname, '../../src/main.ts')
    const child = spawn(process.execPath, [main, 'advise', ...flags({ ...answers }), '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    expect(await text(child.stdout)).toBe(toJson(advise({ answers: { ...answers } })))
    expect([0, 3]).toContain((await closed)[0])
  }
})

describe('its status follows the chosen policy', () => {
  const overSsh = flags({ acts_for: 'user', runs_on: 'cli', redirect: 'no', trusted_pw: 'no' })
  test.each([
    ['best-practice', 0],
    ['spotify', 3],
    ['auth0', 3],
  ])('%s ends with %i', async (policy, code) => {
    expect(await run(['advise', ...overSsh, '--policy', policy])).toBe(code)
  })
})

describe('a question that is left', () => {
  test('is asked for by its flag, with 2, where nobody can be asked', async () => {
    expect(await run(['advise', '--acts-for', 'user'])).toBe(2)
    expect(err).toMatch(/^--runs-on is missing\. Where does it run\?\n {2}server {3}On a server\n/)
  })

  test('is printed by --json, with 0', async () => {
    expect(await run(['advise', '--acts-for', 'user', '--json'])).toBe(0)
    expect(out).toBe(toJson(advise({ answers: { acts_for: 'user' } })))
  })
})

describe('wrong usage ends with 2', () => {
  test.each([
    [['--acts-for', 'robot'], /argument 'robot' is invalid/],
    [['--act-for', 'user'], /Did you mean --acts-for\?/],
    [['--policy', 'okta'], /argument 'okta' is invalid/],
    [['--follow-up', 'F1'], /expected an id and an answer, like F1=yes; got "F1"/],
    [['--follow-up', 'F99=yes'], /unknown follow-up "F99"/],
    [['--follow-up', 'F1=perhaps'], /unknown answer "perhaps" to F1/],
  ])('%j', async (args, said) => {
    expect(await run(['advise', ...args])).toBe(2)
    expect(err).toMatch(said)
    expect(out).toBe('')
  })
})

test('for people it says the flow, why, the other policies, warnings, what was not chosen and how to register it', async () => {
  expect(
    await run(['advise', ...flags({ ...usual, runs_on: 'browser', secret_safe: undefined }), '--policy', 'auth0']),
  ).toBe(0)
  expect(out).toMatch(/^\nAuth0’s guide \(2017\), rule au5: Implicit, renewed silently\n/)
  const flat = out.replaceAll(/\s+/g, ' ')
  for (const said of [
    'Reaches a user’s data: yes · needs a secret: no · refreshes its access token: no.',
    'To register it: grantwise advise',
    'Dated: clients must not use it',
    'Best current practice (2026-09-03), rule bp8',
    'Not chosen',
    'RFC 10017 / BCP 212',
  ]) {
    expect(flat).toContain(said)
  }
})

test('a follow-up is settled by its flag', async () => {
  await run(['advise', ...flags({ ...usual }), '--follow-up', 'F5=yes'])
  expect(out).toContain('F5 Is it your own app, rather than somebody else’s? yes. The consent page may be skipped.')
})

test.each([[['advise']], [['client', 'create']]])('%j --help shows an example of each flag', async command => {
  expect(await run([...command, '--help'])).toBe(0)
  const lines = out
    .replaceAll(/\n {4,}/g, ' ')
    .split('\n')
    .filter(line => /^ {2}--/.test(line))
  expect(lines.length).toBeGreaterThan(8)
  for (const line of lines) expect(line).toMatch(/e\.g\. \S+/)
})
