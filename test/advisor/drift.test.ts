import { expect, test } from 'vitest'
import { driftOf } from '../../src/advisor/drift.ts'
import { policyIds, rulesVersion } from '../../src/advisor/policies/index.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import type { Client } from '../../src/core/client.ts'
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

test('what the follow-ups settle, held against the registration that other rules made of them', () => {
  const followups = { F1: 'yes', F3: 'yes', F5: 'no', F12: 'yes' }
  const advised = adviceFor({ ...usual, runs_on: 'native', secret_safe: 'no' }, followups)['best-practice']
  const registration = registrationOf(advised)
  if (!registration) throw new Error('no flow')
  const old = { ...storedAdviceOf(advised), rules_version: '2016-01-01' }
  const registered = (settings: object, more: object = {}) => ({
    grant_types: registration.grant_types,
    redirect_uris: ['com.example.app:/cb'],
    ...more,
    grantwise: {
      ...registration.grantwise,
      ...{ advice: old, refresh_idle_ttl: 1_209_600, audiences: [], network_policy: { mode: 'enforce' }, ...settings },
    } as unknown as Client['grantwise'],
  })
  expect(driftOf(old, registered({}))).toBeUndefined()
  expect(
    driftOf(
      old,
      registered({ refresh_max_ttl: 7_776_000, first_party: true, audiences: ['a'], network_policy: undefined }),
    ),
  ).toEqual({
    what: 'settings',
    now: { flow: advised.flow, rule_id: advised.rule_id, rules_version: rulesVersion },
    settings: [
      { member: 'grantwise.refresh_max_ttl', registered: '90 days', today: '30 days' },
      { member: 'grantwise.first_party', registered: 'true', today: 'false' },
      { member: 'grantwise.audiences', registered: '1', today: 'none' },
      { member: 'grantwise.network_policy', registered: 'none', today: 'a network of its own' },
    ],
  })
  const refusing = { ...old, followups: { F1: 'no' } }
  expect(driftOf(refusing, registered({ advice: refusing }))).toMatchObject({
    settings: [{ member: 'grant_types', registered: 'refresh_token', today: 'no refresh_token' }],
  })
  // By the same rules, it is what somebody chose, as is what was taken away; and what nobody answered settles nothing.
  const otherwise = { refresh_max_ttl: 7_776_000, first_party: true }
  const today = storedAdviceOf(advised)
  expect(driftOf(today, registered({ ...otherwise, advice: today }))).toBeUndefined()
  expect(driftOf(old, registered({}, { grant_types: ['authorization_code'] }))).toBeUndefined()
  const { followups: _, ...silent } = old
  expect(driftOf(silent, registered({ ...otherwise, advice: silent }))).toBeUndefined()
})

test('the kind of address that was answered', () => {
  const advised = adviceFor({ ...usual, runs_on: 'native', secret_safe: 'no' }, { F4: 'loopback' })['best-practice']
  const old = { ...storedAdviceOf(advised), rules_version: '2016-01-01' }
  const registered = (uri: string) => ({
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [uri],
    grantwise: { advice: old, audiences: [], first_party: false } as unknown as Client['grantwise'],
  })
  expect(driftOf(old, registered('http://127.0.0.1/cb'))).toBeUndefined()
  expect(driftOf(old, registered('com.example.app:/cb'))).toMatchObject({
    settings: [{ member: 'redirect_uris', today: 'loopback' }],
  })
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
