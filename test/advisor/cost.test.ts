import { describe, expect, test } from 'vitest'
import { costOf } from '../../src/advisor/cost.ts'
import { clientTypeOf, type FlowId, flowOf } from '../../src/advisor/flows.ts'
import { completed, settle } from '../../src/advisor/normalise.ts'
import type { Answers } from '../../src/advisor/questions.ts'
import { adviceFor, inputs, usual } from './samples.ts'

interface Other {
  readonly taken: FlowId
  readonly chosen: FlowId
  readonly answers: Answers
  readonly costs: readonly string[]
}

/** Every flow that any policy did not choose, for every way to answer. */
const others: readonly Other[] = inputs.flatMap(given => {
  const answers = settle(completed(given))
  return Object.values(adviceFor({ ...given })).flatMap(({ flow: chosen, not_chosen }) =>
    not_chosen.map(({ flow: taken }) => ({ taken, chosen, answers, costs: costOf(taken, chosen, answers) })),
  )
})

const where = (said: RegExp) => others.filter(({ costs }) => costs.some(it => said.test(it)))
const renews = (id: FlowId) => flowOf(id).grant_types.includes('refresh_token')

test('every flow that was not chosen costs something, but for one that a guide just does not speak of', () => {
  const free = others.filter(({ costs }) => costs.length === 0)
  expect(new Set(free.map(({ taken, chosen }) => `${taken} for ${chosen}`))).toEqual(
    new Set(['authorization_code_pkce for none']),
  )
  for (const { answers } of free) expect(answers).toMatchObject({ runs_on: 'device', redirect: 'yes' })
})

test('no cost is said twice', () => {
  for (const { costs } of others) expect(new Set(costs).size).toBe(costs.length)
})

describe('what is said holds', () => {
  test('a secret that the program cannot keep', () => {
    const said = where(/cannot keep one/)
    expect(said.length).toBeGreaterThan(0)
    for (const { taken, answers } of said) {
      expect([clientTypeOf(flowOf(taken)), answers.secret_safe]).toEqual(['confidential', 'no'])
    }
  })

  test('no refresh token, where the one advised has one', () => {
    const said = where(/no refresh token/)
    expect(said.length).toBeGreaterThan(0)
    for (const { taken, chosen } of said) expect([renews(taken), renews(chosen)]).toEqual([false, true])
  })

  test('a person who must sign in to what acts for itself, and nothing more', () => {
    const said = others.filter(({ taken, answers }) => answers.acts_for === 'self' && flowOf(taken).acts_for === 'user')
    expect(said.length).toBeGreaterThan(0)
    for (const { costs } of said) expect(costs).toEqual([expect.stringMatching(/sign in/)])
  })

  test('the person who is given up, and nothing more', () => {
    const said = others.filter(({ taken, answers }) => answers.acts_for === 'user' && flowOf(taken).acts_for === 'self')
    expect(said.length).toBeGreaterThan(0)
    for (const { costs } of said) expect(costs).toEqual([expect.stringMatching(/give up the person/)])
  })

  test('withdrawn flows: the token in the address, and the passwords that pass through', () => {
    for (const { taken, answers, costs } of others.filter(it => it.answers.acts_for === 'user')) {
      if (taken === 'implicit+silent') expect(costs[0], answers.runs_on).toMatch(/page’s address/)
      if (taken === 'password') expect(costs[0], answers.runs_on).toMatch(/Every password/)
    }
  })

  test('a browser that is not there', () => {
    for (const { taken, answers } of where(/needs a browser where it runs/)) {
      expect([flowOf(taken).response_types.length > 0, answers.redirect]).toEqual([true, 'no'])
    }
  })
})

test.each<[string, FlowId, FlowId, Partial<Answers>, RegExp]>([
  ['a page without a server', 'bff', 'authorization_code_pkce:browser', { runs_on: 'browser' }, /run a small server/],
  [
    'a page with a server',
    'authorization_code_pkce:browser',
    'bff',
    { runs_on: 'browser', backend: 'yes' },
    /^Tokens would lie in the page/,
  ],
  [
    'a web app',
    'authorization_code_pkce:native',
    'authorization_code+pkce:confidential',
    {},
    /^You would have to ship it as an app to install\.$/,
  ],
  [
    'a job that its platform vouches for',
    'client_credentials',
    'client_credentials:federated',
    { acts_for: 'self', runs_on: 'ci', platform_id: 'yes' },
    /^You would have a credential to store/,
  ],
  ['a phone app', 'device_code', 'authorization_code_pkce:native', { runs_on: 'native' }, /copy a code/],
  [
    'a page that Auth0’s guide gave implicit',
    'authorization_code_pkce',
    'implicit+silent',
    { runs_on: 'browser' },
    /^One more request/,
  ],
])('%s', (_what, taken, chosen, given, said) => {
  const answers = settle(completed({ ...usual, ...given }))
  expect(costOf(taken, chosen, answers).join(' ')).toMatch(said)
})
