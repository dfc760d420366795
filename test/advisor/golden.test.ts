import { expect, test } from 'vitest'
import type { Answers } from '../../src/advisor/questions.ts'
import { adviceFor, usual } from './samples.ts'

const cases: readonly (readonly [string, Partial<Answers>, string, string, string])[] = [
  [
    'server web app',
    {},
    'sp6 authorization_code',
    'au3 authorization_code',
    'bp5 authorization_code+pkce:confidential',
  ],
  [
    'server web app, no secret store',
    { secret_safe: 'no' },
    'sp7 authorization_code_pkce',
    'au3 authorization_code',
    'bp6 authorization_code_pkce:public',
  ],
  ['call-centre server, user not at a browser', { redirect: 'no' }, 'sp5 none', 'au8 none', 'bp12 ciba_or_none'],
  [
    'the same, trusted with passwords',
    { redirect: 'no', trusted_pw: 'yes' },
    'sp5 none',
    'au4 password',
    'bp12 ciba_or_none',
  ],
  [
    'SPA, no server',
    { runs_on: 'browser' },
    'sp7 authorization_code_pkce',
    'au5 implicit+silent',
    'bp8 authorization_code_pkce:browser',
  ],
  [
    'SPA, can run a server',
    { runs_on: 'browser', backend: 'yes' },
    'sp7 authorization_code_pkce',
    'au5 implicit+silent',
    'bp7 bff',
  ],
  [
    'first-party SPA, own password form',
    { runs_on: 'browser', trusted_pw: 'yes' },
    'sp7 authorization_code_pkce',
    'au4 password',
    'bp8 authorization_code_pkce:browser',
  ],
  [
    'phone or desktop app',
    { runs_on: 'native' },
    'sp7 authorization_code_pkce',
    'au6 authorization_code_pkce',
    'bp9 authorization_code_pkce:native',
  ],
  [
    'first-party phone app, own password form',
    { runs_on: 'native', trusted_pw: 'yes' },
    'sp7 authorization_code_pkce',
    'au4 password',
    'bp9 authorization_code_pkce:native',
  ],
  [
    'CLI acting for a user',
    { runs_on: 'cli' },
    'sp7 authorization_code_pkce',
    'au7 authorization_code_pkce',
    'bp10 authorization_code_pkce:loopback',
  ],
  ['CLI over SSH, no browser', { runs_on: 'cli', redirect: 'no' }, 'sp5 none', 'au8 none', 'bp13 device_code'],
  ['TV without browser', { runs_on: 'device', redirect: 'no' }, 'sp5 none', 'au8 none', 'bp13 device_code'],
  [
    'TV with browser',
    { runs_on: 'device' },
    'sp7 authorization_code_pkce',
    'au8 none',
    'bp11 authorization_code_pkce:same-device',
  ],
  [
    'CI job needing a person’s data, offline, vault',
    { runs_on: 'ci', offline: 'yes' },
    'sp3 authorization_code+bootstrap',
    'au8 none',
    'bp4 none',
  ],
  [
    'CI job needing a person’s data, nothing stored',
    { runs_on: 'ci', secret_safe: 'no' },
    'sp4 none',
    'au8 none',
    'bp4 none',
  ],
  ['cron daemon', { acts_for: 'self' }, 'sp1 client_credentials', 'au1 client_credentials', 'bp2 client_credentials'],
  [
    'CLI for itself, secret on host',
    { acts_for: 'self', runs_on: 'cli' },
    'sp1 client_credentials',
    'au1 client_credentials',
    'bp2 client_credentials',
  ],
  [
    'CI job with platform OIDC, no secret',
    { acts_for: 'self', runs_on: 'ci', secret_safe: 'no', platform_id: 'yes' },
    'sp2 none',
    'au2 none',
    'bp1 client_credentials:federated',
  ],
  [
    'CI job with secret',
    { acts_for: 'self', runs_on: 'ci' },
    'sp1 client_credentials',
    'au1 client_credentials',
    'bp2 client_credentials',
  ],
  ['browser app acting for itself', { acts_for: 'self', runs_on: 'browser' }, 'sp2 none', 'au2 none', 'bp3 none'],
  ['phone app acting for itself', { acts_for: 'self', runs_on: 'native' }, 'sp2 none', 'au2 none', 'bp3 none'],
  [
    'device fleet, attested identity',
    { acts_for: 'self', runs_on: 'device', secret_safe: 'no', platform_id: 'yes' },
    'sp2 none',
    'au2 none',
    'bp1 client_credentials:federated',
  ],
]

test.each(cases)('%s', (_name, answers, spotify, auth0, bestPractice) => {
  const advice = adviceFor({ ...usual, ...answers })
  const said = Object.values(advice).map(({ policy, rule_id, flow }) => [policy, `${rule_id} ${flow}`])
  expect(Object.fromEntries(said)).toEqual({ 'best-practice': bestPractice, spotify, auth0 })
})
