import { describe, expect, test } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { formatProblem } from '../../src/admin/problem.ts'
import { missingFrom } from '../../src/advisor/flow-table.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { rulesVersion } from '../../src/advisor/policies/index.ts'
import { presentFollowUps } from '../../src/advisor/present-answers.ts'
import { needsPlatform, registrationOf } from '../../src/advisor/registration.ts'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { offered } from '../../src/cli/offered.ts'
import type { Client } from '../../src/core/client.ts'
import { adviceFor, inputs, usual } from './samples.ts'

const federated = { issuer: 'https://ci.example.com', subject: 'repo:my/app:ref:refs/heads/main' }
const answers = { ...usual, runs_on: 'browser', backend: 'yes', secret_safe: 'no' }
const advice = { policy: 'best-practice', answers, flow: 'bff', rule_id: 'bp7', rules_version: rulesVersion }
const client = {
  client_id: 'photos',
  redirect_uris: ['https://app.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  grantwise: { advice },
}

function problems(described: object): readonly string[] {
  return readApplyFile({ clients: [described] }).problems.map(formatProblem)
}

function problemsWith(change: object, settings: object = {}): readonly string[] {
  return problems({ ...client, ...change, grantwise: { advice, ...settings } })
}

test('what every result registers passes the rules of the apply file, advice included', () => {
  for (const input of inputs) {
    for (const result of Object.values(adviceFor({ ...input }))) {
      const registration = registrationOf(result)
      expect(registration === undefined).toBe(result.flow === 'none')
      if (registration === undefined || missingFrom(flowOf(result.flow), offered).length > 0) continue
      const { login_only, redirect, apis, network, ...members } = registration
      const redirects = registration.response_types.length > 0
      const described = {
        ...client,
        redirect_uris: redirects ? client.redirect_uris : [],
        ...members,
        grantwise: { ...members.grantwise, ...(needsPlatform(result) ? { federated } : {}) },
      }
      const file = readApplyFile({ clients: [described] })
      expect(file.problems).toEqual([])
      const [read] = file.clients
      expect(read?.value?.client.grantwise).toMatchObject(registration.grantwise)
      expect({ login_only, redirect, apis, network }).toEqual({ login_only: false, network: false })
    }
  }
})

test('an advice gives what was not said: where it runs, for whom, and by which policy', () => {
  const [read] = readApplyFile({ clients: [client] }).clients
  expect(read?.value?.client.grantwise).toMatchObject({
    runs_on: 'browser',
    acts_for: ['user'],
    policy: 'best-practice',
    advice,
  })
})

describe('an advice that the engine would not give is refused, with what it says', () => {
  test.each([
    [
      { flow: 'authorization_code_pkce:browser' },
      /advice\.flow: expected bff, which is what best-practice says to these answers; got "authorization_code_pkce:browser"/,
    ],
    [{ rule_id: 'bp8' }, /advice\.rule_id: expected bp7, .*; got "bp8"/],
    [{ rule_id: 'bp8', rules_version: '2020-01-01' }, /the rules changed from 2020-01-01 to 2026-11-22/],
    [{ policy: 'okta' }, /advice\.policy: expected one of best-practice, spotify, auth0; got "okta"/],
    [{ policy: 'spotify' }, /advice\.flow: expected authorization_code_pkce, .*spotify/],
    [{ answers: { ...answers, runs_on: 'toaster' } }, /advice\.answers: .*unknown answer/],
    [{ answers: { acts_for: 'user' } }, /advice\.answers: expected answers that settle it: runs_on is missing/],
    [
      { answers: { ...usual, runs_on: 'ci' } },
      /advice\.answers: expected answers that a flow fits: best-practice has none/,
    ],
    [{ answers: 'yes' }, /advice\.answers: .*answers: expected a JSON object/],
    [{ rules_version: 3 }, /advice\.rules_version: expected the version/],
  ])('%j', (change, said) => {
    expect(problems({ ...client, grantwise: { advice: { ...advice, ...change } } })[0]).toMatch(said)
  })
})

describe('the follow-ups that were answered', () => {
  const asked = { F1: 'yes', F5: 'yes', F9: 'neither' }
  const result = adviceFor({ ...answers }, asked)['best-practice']
  const { followups: _, ...bare } = storedAdviceOf(result)

  test('are kept with the advice, those only that its flow asks; none where none was answered', () => {
    expect(storedAdviceOf(result).followups).toEqual({ F1: 'yes', F5: 'yes' })
    expect(storedAdviceOf(adviceFor({ ...answers })['best-practice'])).not.toHaveProperty('followups')
    // What the answers say already is no answer of its own.
    expect(storedAdviceOf(adviceFor({ ...answers }, { F2: 'yes' })['best-practice']).followups).toEqual({ F2: 'yes' })
    expect(storedAdviceOf(adviceFor({ ...answers }, { F2: 'no' })['best-practice'])).not.toHaveProperty('followups')
  })

  test('pass the rules of the apply file as they are', () => {
    const [read] = readApplyFile({ clients: [{ ...client, grantwise: { advice: storedAdviceOf(result) } }] }).clients
    expect(read?.value?.client.grantwise.advice).toStrictEqual(storedAdviceOf(result))
    const [without] = readApplyFile({ clients: [{ ...client, grantwise: { advice: bare } }] }).clients
    expect(without?.value?.client.grantwise.advice).toStrictEqual(bare)
  })

  test.each([
    [{ F99: 'yes' }, /advice\.followups: .*unknown follow-up \\"F99\\": expected one of F1/],
    [{ F1: 'perhaps' }, /advice\.followups: .*unknown answer \\"perhaps\\" to F1: expected one of yes, no/],
    [{ F9: 'neither' }, /advice\.followups: expected what is asked for bff: F1, .*; got "F9"/],
    [['F1'], /advice\.followups: .*followups: expected a JSON object; got a list/],
    ['yes', /advice\.followups: .*followups: expected a JSON object/],
    [null, /advice\.followups: .*followups: expected a JSON object/],
  ])('%j is refused, and named', (followups, said) => {
    expect(problemsWith({}, { advice: { ...advice, followups } })[0]).toMatch(said)
  })

  test('are given back by the client that they led to, before what its registration says', () => {
    const registered = (stored: object, more: object = {}) =>
      presentFollowUps({
        grant_types: ['authorization_code', 'refresh_token'],
        grantwise: { advice: stored, first_party: false, ...more } as Client['grantwise'],
      })
    expect(registered({ ...bare, followups: { F1: 'yes', F4: 'gone', F99: 'x' } })).toEqual({ F1: 'yes' })
    expect(registered({ ...bare, followups: { F5: 'no' } }, { first_party: true })).toEqual({ F5: 'no' })
    expect(registered(bare, { first_party: true })).toEqual({ F5: 'yes' })
  })

  test('ask for nothing again that an administrator has taken away since', () => {
    const left = (followups: object) =>
      presentFollowUps({
        grant_types: ['authorization_code'],
        grantwise: { advice: { ...bare, followups }, first_party: false } as unknown as Client['grantwise'],
      })
    expect(left({ F1: 'yes', F2: 'yes', F5: 'yes' })).toEqual({ F1: 'no', F5: 'no' })
    expect(left({ F13: 'ourselves' })).toEqual({ F1: 'no', F5: 'no', F13: 'ourselves' })
  })
})

describe('a registration outside its advice is refused', () => {
  test.each<[object, object, RegExp]>([
    [
      { grant_types: ['authorization_code', 'client_credentials'] },
      {},
      /grant_types\[1\]: .*its advice is bff \(best-practice, bp7\)/,
    ],
    [
      { token_endpoint_auth_method: 'none' },
      {},
      /token_endpoint_auth_method: expected a method with a credential, since its advice is bff/,
    ],
    [{}, { runs_on: 'server' }, /runs_on: expected browser, which its advice says; got server/],
    [{}, { acts_for: ['user', 'self'] }, /acts_for: expected user, which its advice says; got user, self/],
    [{}, { policy: 'auth0' }, /policy: expected best-practice, which its advice says; got auth0/],
  ])('%j %j', (change, settings, said) => {
    expect(problemsWith(change, settings)).toEqual([expect.stringMatching(said)])
  })
})

test('follow-ups change what is registered', () => {
  const result = (followups: Record<string, string>) =>
    registrationOf(adviceFor({ ...answers }, followups)['best-practice'])
  expect(result({})?.grant_types).toEqual(['authorization_code', 'refresh_token'])
  expect(result({ F1: 'no' })?.grant_types).toEqual(['authorization_code'])
  expect(result({ F5: 'yes' })?.grantwise.first_party).toBe(true)
  expect(result({ F3: 'yes' })?.login_only).toBe(true)
})
