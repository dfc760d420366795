import { describe, expect, test } from 'vitest'
import { toJson } from '../../src/advisor/advise.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import type { FollowUpSettings } from '../../src/advisor/follow-ups/follow-up.ts'
import { followUps, followUpsFor, outcomeOf } from '../../src/advisor/follow-ups.ts'
import { policies } from '../../src/advisor/policies/index.ts'
import { choiceOf } from '../../src/advisor/questions.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { outcomesOf, settledBy } from '../../src/advisor/settle-follow-ups.ts'
import type { PolicyId } from '../../src/core/client.ts'
import { adviceFor, inputs, usual } from './samples.ts'

const day = 86_400

const resultOf = (
  answers: Readonly<Record<string, string>>,
  followups: Readonly<Record<string, string>>,
  policy: PolicyId = 'best-practice',
) => adviceFor({ ...usual, ...answers }, followups)[policy]

const settingsFor = (...args: Parameters<typeof resultOf>): FollowUpSettings => settledBy(resultOf(...args))

const page = { runs_on: 'browser' }
const app = { runs_on: 'native' }
const cli = { runs_on: 'cli' }

test('F1 to F18, each once, in order', () => {
  expect(followUps.map(({ id }) => id)).toEqual(Array.from({ length: 18 }, (_, index) => `F${index + 1}`))
})

test('whatever is asked, every answer to it says what follows, under every policy that asks it', () => {
  for (const input of inputs) {
    for (const result of Object.values(adviceFor({ ...input }))) {
      const settled = { policy: result.policy, flow: flowOf(result.flow), answers: input }
      for (const followUp of followUpsFor(settled.flow, input)) {
        for (const { value } of followUp.choices) {
          const outcome = outcomeOf(followUp, value, settled)
          expect([followUp.id, value, outcome?.text.length ?? 0]).toEqual([followUp.id, value, expect.any(Number)])
          expect(outcome, `${followUp.id}=${value} ${result.flow}`).toBeDefined()
        }
      }
    }
  }
})

test('no answer to a follow-up changes a flow, a rule or an answer', () => {
  const all = Object.fromEntries(followUps.map(({ id, choices }) => [id, choices[0]?.value ?? '']))
  for (const input of inputs) {
    const [without, withAll] = [adviceFor({ ...input }), adviceFor({ ...input }, all)]
    for (const { id } of policies) {
      const { flow, rule_id, answers } = withAll[id]
      expect({ flow, rule_id, answers }).toEqual({
        flow: without[id].flow,
        rule_id: without[id].rule_id,
        answers: without[id].answers,
      })
    }
  }
})

test('none of their outcomes is dead, and what stands beside one is an answer that there is', () => {
  const seen = new Set<unknown>()
  for (const input of inputs) {
    for (const result of Object.values(adviceFor({ ...input }))) {
      const settled = { policy: result.policy, flow: flowOf(result.flow), answers: input }
      for (const followUp of followUpsFor(settled.flow, input)) {
        for (const { value } of followUp.choices) seen.add(outcomeOf(followUp, value, settled))
      }
    }
  }
  for (const { id, outcomes } of followUps) {
    for (const outcome of outcomes) {
      expect([id, outcome.text, seen.has(outcome)]).toEqual([id, outcome.text, true])
      if (outcome.instead) expect(choiceOf(outcome.instead.question, outcome.instead.answer)).toBeDefined()
    }
  }
})

describe('what each changes', () => {
  const rows: readonly [string, Parameters<typeof resultOf>, FollowUpSettings][] = [
    ['F1: no refresh tokens', [{}, { F1: 'no' }], { refresh: false }],
    ['F1: a public client’s end after 30 days', [app, { F1: 'yes' }], { refresh: true, refresh_max_ttl: 30 * day }],
    [
      'F1: Spotify’s live for six months',
      [{}, { F1: 'yes' }, 'spotify'],
      { refresh: true, refresh_idle_ttl: 180 * day, refresh_max_ttl: 180 * day },
    ],
    ['F2: an installed app keeps its refresh token', [app, { F2: 'yes' }], { refresh: true }],
    ['F2: a page keeps none by that', [page, { F2: 'yes' }], {}],
    ['F3: no API', [{}, { F3: 'yes' }], { login_only: true }],
    ['F3: Spotify has no ID token', [{}, { F3: 'yes' }, 'spotify'], {}],
    ['F4: a claimed address', [app, { F4: 'claimed-https' }], { redirect: 'claimed-https' }],
    ['F4: this computer', [cli, { F4: 'loopback' }], { redirect: 'loopback' }],
    ['F4: a scheme', [app, { F4: 'custom-scheme' }], { redirect: 'custom-scheme' }],
    ['F4: localhost is 127.0.0.1', [cli, { F4: 'localhost' }], { redirect: 'loopback' }],
    ['F5: consent may be skipped', [{}, { F5: 'yes' }], { first_party: true }],
    ['F6: personal data in a page ends with the day', [page, { F6: 'yes' }], { refresh_max_ttl: 8 * 3600 }],
    ['F8: several APIs', [{}, { F8: 'yes' }], { apis: 'several' }],
    ['F8: one API', [{}, { F8: 'no' }], { apis: 'one' }],
    ['F12: a network', [{}, { F12: 'yes' }], { network: true }],
    ['F13: our own', [{}, { F13: 'ourselves' }], { first_party: true }],
    ['F13: a partner’s', [{}, { F13: 'partner' }], { refresh_max_ttl: 30 * day }],
    ['F13: anybody’s', [{}, { F13: 'anybody' }], { refresh_idle_ttl: 7 * day, refresh_max_ttl: 30 * day }],
    ['F14: every API is named', [{}, { F14: 'yes' }], { apis: 'several' }],
    ['F15: an MCP client', [cli, { F15: 'mcp' }], { apis: 'several', refresh_idle_ttl: day, refresh_max_ttl: 7 * day }],
    ['F15: an agent', [{}, { F15: 'agent' }], { refresh_idle_ttl: day, refresh_max_ttl: 7 * day }],
    ['F16: an extension', [app, { F16: 'yes' }], { redirect: 'extension' }],
    ['F17: Electron', [app, { F17: 'yes' }], { redirect: 'loopback' }],
  ]
  const nothing = { login_only: false, first_party: false, network: false }

  test.each(rows)('%s', (_what, args, settings) => {
    expect(settingsFor(...args)).toEqual({ ...nothing, ...settings })
  })

  test.each([
    ['F16', page, { question: 'runs_on', answer: 'native' }],
    ['F17', page, { question: 'runs_on', answer: 'native' }],
    ['F18', page, { question: 'runs_on', answer: 'server' }],
    ['F6', page, { question: 'backend', answer: 'yes' }],
    ['F2', page, { question: 'backend', answer: 'yes' }],
  ])('%s=yes shows an answer that fits the program better', (id, answers, instead) => {
    expect(outcomesOf(resultOf(answers, { [id]: 'yes' })).find(it => it.id === id)?.instead).toEqual(instead)
  })
})

describe('where two answers contradict', () => {
  test.each([
    [{ F5: 'yes', F13: 'anybody' }, false],
    [{ F5: 'no', F13: 'ourselves' }, false],
    [{ F5: 'yes', F13: 'ourselves' }, true],
    [{ F13: 'ourselves', F15: 'mcp' }, false],
    [{ F13: 'ourselves', F15: 'no' }, true],
  ])('one against skipping consent is enough: %j', (followups, first_party) => {
    expect(settingsFor({}, followups).first_party).toBe(first_party)
  })

  test('the shorter life counts', () => {
    expect(settingsFor(app, { F1: 'yes', F13: 'anybody', F15: 'agent' })).toMatchObject({
      refresh_idle_ttl: day,
      refresh_max_ttl: 7 * day,
    })
  })

  test.each([
    [{ F4: 'loopback', F16: 'yes' }, 'extension'],
    [{ F4: 'custom-scheme', F17: 'yes' }, 'custom-scheme'],
    [{ F16: 'yes', F17: 'yes' }, 'extension'],
  ])('the address: %j', (followups, redirect) => {
    expect(settingsFor(app, followups).redirect).toBe(redirect)
  })

  test('several APIs stay several, none stays none, and work without the person keeps its refresh token', () => {
    expect(settingsFor({}, { F8: 'no', F14: 'yes' }).apis).toBe('several')
    expect(registrationOf(resultOf({}, { F3: 'yes', F14: 'yes' }))).toMatchObject({ login_only: true, apis: undefined })
    expect(settingsFor({}, { F1: 'no', F2: 'yes' }).refresh).toBe(true)
  })
})

test('what they change arrives in the registration; without refresh tokens there are no lives to limit', () => {
  const registered = registrationOf(resultOf(app, { F13: 'anybody', F12: 'yes', F4: 'loopback', F8: 'no' }))
  expect(registered).toMatchObject({
    redirect: 'loopback',
    apis: 'one',
    network: true,
    grantwise: { first_party: false, refresh_idle_ttl: 7 * day, refresh_max_ttl: 30 * day },
  })
  const without = registrationOf(resultOf(app, { F13: 'anybody', F1: 'no' }))
  expect(without?.grant_types).toEqual(['authorization_code'])
  expect(without?.grantwise).not.toHaveProperty('refresh_max_ttl')
})

test('the answer of the advisor has the shape it had', () => {
  const { followups } = resultOf(app, { F16: 'yes' })
  expect(followups.map(({ id }) => id)).toEqual([
    'F1',
    'F2',
    'F3',
    'F4',
    'F5',
    'F8',
    'F10',
    'F12',
    ...['F13', 'F14', 'F15', 'F16', 'F17'],
  ])
  for (const it of followups) expect(Object.keys(it)).toEqual(['id', 'text', 'answers', 'answer', 'outcome'])
  expect(toJson({ question: null, advice: adviceFor({ ...usual, ...app }, { F16: 'yes' }) })).not.toContain('instead')
})

test('each is asked only where it can matter', () => {
  const asked = (answers: Readonly<Record<string, string>>) => resultOf(answers, {}).followups.map(({ id }) => id)
  expect(asked({})).toEqual(['F1', 'F2', 'F3', 'F5', 'F8', 'F10', 'F12', 'F13', 'F14', 'F15'])
  expect(asked(page)).toEqual(expect.arrayContaining(['F6', 'F7', 'F16', 'F17', 'F18']))
  expect(asked({ ...page, backend: 'yes' }).filter(id => ['F6', 'F16', 'F17', 'F18'].includes(id))).toEqual(['F18'])
  expect(asked({ acts_for: 'self', redirect: 'no' })).toEqual(['F8', 'F12'])
})
