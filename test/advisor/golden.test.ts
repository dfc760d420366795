import { expect, test } from 'vitest'
import { goldenCases } from './golden-cases.ts'
import { adviceFor, usual } from './samples.ts'

test.each(goldenCases)('%s', (_name, answers, spotify, auth0, bestPractice) => {
  const advice = adviceFor({ ...usual, ...answers })
  const said = Object.values(advice).map(({ policy, rule_id, flow }) => [policy, `${rule_id} ${flow}`])
  expect(Object.fromEntries(said)).toEqual({ 'best-practice': bestPractice, spotify, auth0 })
})
