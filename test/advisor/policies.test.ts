import { describe, expect, test } from 'vitest'
import { traitsOf } from '../../src/advisor/flow-table.ts'
import { type FlowId, familyOf, flowOf, flows } from '../../src/advisor/flows.ts'
import { followUps } from '../../src/advisor/follow-ups.ts'
import { normalisations, normalise } from '../../src/advisor/normalise.ts'
import { decide, policies } from '../../src/advisor/policies/index.ts'
import { sourceOf } from '../../src/advisor/sources.ts'
import { matches } from '../../src/advisor/when.ts'
import { adviceFor, inputs } from './samples.ts'

const normalised = inputs.map(input => normalise(input).answers)
const rules = policies.flatMap(policy => policy.rules)

test('there are 768 inputs, 74 of them distinct once normalised', () => {
  expect(inputs).toHaveLength(768)
  expect(new Set(inputs.map(it => JSON.stringify(it))).size).toBe(768)
  expect(new Set(normalised.map(it => JSON.stringify(it))).size).toBe(74)
})

test('normalising twice changes nothing more', () => {
  for (const answers of normalised) expect(normalise(answers)).toEqual({ answers, overruled: [], warnings: [] })
})

test('no normalisation is dead', () => {
  const due = new Set(inputs.flatMap(input => normalise(input).overruled.map(({ id }) => id)))
  expect([...due].sort()).toEqual(normalisations.map(({ id }) => id))
})

describe.each(policies)('$id', policy => {
  test('decides every input by exactly one rule, the first that fits', () => {
    for (const answers of normalised) {
      const fitting = policy.rules.filter(({ when }) => matches(when, answers))
      expect(fitting[0]).toBe(decide(policy, answers))
    }
    const ids = policy.rules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(policy.rules.at(-1)?.when).toEqual({})
  })

  test('has no dead rule', () => {
    const used = new Set(normalised.map(answers => decide(policy, answers).id))
    expect(policy.rules.filter(({ id }) => !used.has(id))).toEqual([])
  })

  test('implies of its rules only what holds whenever they decide', () => {
    for (const answers of normalised) expect(answers).toMatchObject(decide(policy, answers).implies ?? {})
  })

  test('answers with none as often as its guide does', () => {
    const none = normalised.filter(answers => decide(policy, answers).flow === 'none')
    expect(none).toHaveLength({ spotify: 432, auth0: 368, 'best-practice': 256 }[policy.id])
  })
})

test('376 inputs are answered with different families of flows', () => {
  const differing = normalised.filter(
    answers => new Set(policies.map(policy => familyOf(decide(policy, answers).flow))).size > 1,
  )
  expect(differing).toHaveLength(376)
})

test('every flow is the answer of some rule, and every rule’s flow and sources are known', () => {
  expect(new Set(rules.map(({ flow }) => flow))).toEqual(new Set(flows.map(({ id }) => id)))
  for (const { flow, sources } of rules) {
    expect(flowOf(flow).id).toBe(flow)
    for (const code of sources) expect(sourceOf(code).title).not.toBe('')
  }
})

test.each<[FlowId, boolean, boolean, boolean]>([
  ['authorization_code', true, true, true],
  ['authorization_code_pkce', true, false, true],
  ['client_credentials', false, true, false],
  ['implicit+silent', true, false, false],
])('the guide’s table says of %s what its registration does', (id, user_resources, requires_secret, refresh) => {
  expect(traitsOf(flowOf(id))).toEqual({ user_resources, requires_secret, refresh })
})

test('every result of every input is whole', () => {
  for (const input of inputs) {
    for (const result of Object.values(adviceFor({ ...input }))) {
      expect(result.why).toMatch(/\.$/)
      expect(result.sources.length).toBeGreaterThan(0)
      const flow = flowOf(result.flow)
      expect(result.refresh === 'never').toBe(!flow.grant_types.includes('refresh_token'))
      // Withdrawn flows are always named, chosen or not.
      const named = [result.flow, ...result.not_chosen.map(it => it.flow)]
      expect(named).toEqual(expect.arrayContaining(['implicit+silent', 'password']))
      expect(new Set(named).size).toBe(named.length)
      for (const other of result.disagrees_with) expect(familyOf(other.flow)).not.toBe(familyOf(result.flow))
    }
  }
})

test('a withdrawn flow is chosen only with a warning', () => {
  for (const input of inputs) {
    for (const { flow, warnings } of Object.values(adviceFor({ ...input }))) {
      if (flowOf(flow).retired !== undefined) expect(warnings.join(' ')).toMatch(/RFC (9700|10017) §/)
    }
  }
})

test('each group of questions changes some answer: the kind of program, the trust in it, the experience', () => {
  for (const id of ['runs_on', 'trusted_pw', 'offline'] as const) {
    const changed = inputs.some(input => {
      const values = id === 'runs_on' ? (['server', 'device'] as const) : (['yes', 'no'] as const)
      const said = values.map(value => policies.map(it => decide(it, normalise({ ...input, [id]: value }).answers).id))
      return JSON.stringify(said[0]) !== JSON.stringify(said[1])
    })
    expect(changed, id).toBe(true)
  }
})

test('every follow-up is asked somewhere, and every answer to it has an outcome wherever it is asked', () => {
  const asked = new Set<string>()
  for (const input of inputs) {
    for (const followUp of followUps) {
      for (const { value } of followUp.choices) {
        for (const { followups } of Object.values(adviceFor({ ...input }, { [followUp.id]: value }))) {
          const found = followups.find(({ id }) => id === followUp.id)
          if (found === undefined) continue
          asked.add(followUp.id)
          expect(found.answer).toBe(value)
          expect(found.outcome).toMatch(/\.$/)
        }
      }
    }
  }
  expect([...asked]).toHaveLength(followUps.length)
})
