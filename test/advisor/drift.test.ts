import { expect, test } from 'vitest'
import { driftOf } from '../../src/advisor/drift.ts'
import { policyIds, rulesVersion } from '../../src/advisor/policies/index.ts'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { adviceFor, inputs, usual } from './samples.ts'

test('no advice of today drifts', () => {
  for (const input of inputs) {
    const advice = adviceFor({ ...input })
    for (const policy of policyIds) expect(driftOf(storedAdviceOf(advice[policy]))).toBeUndefined()
  }
})

const page = storedAdviceOf(adviceFor({ ...usual, runs_on: 'browser', secret_safe: 'no' })['best-practice'])

test('older rules that said another flow', () => {
  const old = { ...page, flow: 'implicit+silent', rule_id: 'bp5', rules_version: '2016-01-01' } as const
  expect(driftOf(old)).toEqual({
    what: 'flow',
    now: {
      flow: 'authorization_code_pkce:browser',
      rule_id: 'bp8',
      rules_version: rulesVersion,
      why: expect.stringContaining('what a page can do alone'),
    },
  })
})

test('the same flow by another rule', () => {
  expect(driftOf({ ...page, rule_id: 'bp7' })).toMatchObject({ what: 'rule', now: { rule_id: 'bp8' } })
})

test('answers that leave a question today, and ones that there are not any more', () => {
  const { backend: _, ...fewer } = page.answers
  expect(driftOf({ ...page, answers: fewer })).toEqual({
    what: 'question',
    question: expect.stringContaining('server'),
  })
  const gone = { ...page.answers, runs_on: 'mainframe' } as unknown as typeof page.answers
  expect(driftOf({ ...page, answers: gone })).toMatchObject({ what: 'question' })
})
