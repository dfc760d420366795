import { describe, expect, it } from 'vitest'
import {
  allowedGrants,
  grantsOfResponseType,
  knownGrantTypes,
  misfits,
  type Situation,
} from '../../src/advisor/registration.ts'
import type { ActsFor, RunsOn } from '../../src/core/client.ts'

const device = 'urn:ietf:params:oauth:grant-type:device_code'

function situation(runs_on: RunsOn, acts_for: readonly ActsFor[], more: Partial<Situation> = {}): Situation {
  return { runs_on, acts_for, first_party: false, policy: 'best-practice', ...more }
}

const table: readonly [RunsOn, ActsFor, readonly string[]][] = [
  ['server', 'user', ['authorization_code', 'refresh_token']],
  ['browser', 'user', ['authorization_code', 'refresh_token']],
  ['native', 'user', ['authorization_code', device, 'refresh_token']],
  ['cli', 'user', ['authorization_code', device, 'refresh_token']],
  ['device', 'user', [device, 'authorization_code', 'refresh_token']],
  ['ci', 'user', []],
  ['server', 'self', ['client_credentials']],
  ['browser', 'self', []],
  ['native', 'self', []],
  ['cli', 'self', ['client_credentials']],
  ['device', 'self', ['client_credentials']],
  ['ci', 'self', ['client_credentials']],
]

describe('the grants a client may have', () => {
  for (const [runs_on, acts_for, grants] of table) {
    for (const policy of ['best-practice', 'spotify'] as const) {
      for (const first_party of [false, true]) {
        it(`${runs_on} for ${acts_for} under ${policy}${first_party ? ', first party' : ''}: ${grants.join(', ') || 'none'}`, () => {
          expect(allowedGrants(situation(runs_on, [acts_for], { policy, first_party }))).toEqual(grants)
        })
      }
    }
    const user = acts_for === 'user'
    const implicit = user && runs_on !== 'ci' ? ['implicit'] : []
    it(`${runs_on} for ${acts_for} under auth0: implicit is added where a user can be redirected`, () => {
      expect(allowedGrants(situation(runs_on, [acts_for], { policy: 'auth0' }))).toEqual([...grants, ...implicit])
    })
    it(`${runs_on} for ${acts_for} under auth0, first party: the password grant is added for a user`, () => {
      expect(allowedGrants(situation(runs_on, [acts_for], { policy: 'auth0', first_party: true }))).toEqual([
        ...grants,
        ...implicit,
        ...(user ? ['password'] : []),
      ])
    })
  }

  it('joins the rows of a client that acts for both', () => {
    expect(allowedGrants(situation('cli', ['user', 'self']))).toEqual([
      'authorization_code',
      device,
      'refresh_token',
      'client_credentials',
    ])
  })

  it('gives nothing to a client that acts for nobody', () => {
    expect(allowedGrants(situation('server', []))).toEqual([])
  })
})

describe('what does not fit', () => {
  const ask = (grant_types: readonly string[], response_types: readonly string[], where: Situation) =>
    misfits({ grant_types, response_types }, where)

  it('every grant outside the table is named with its place and a reason, every grant inside passes', () => {
    for (const [runs_on, acts_for, grants] of table) {
      const found = ask(knownGrantTypes, [], situation(runs_on, [acts_for]))
      expect(found.map(misfit => misfit.value)).toEqual(knownGrantTypes.filter(grant => !grants.includes(grant)))
      for (const misfit of found) {
        expect(knownGrantTypes[misfit.index]).toBe(misfit.value)
        expect(misfit.why.length).toBeGreaterThan(20)
      }
    }
  })

  it.each([
    ['client_credentials', situation('browser', ['self']), /cannot keep a secret/],
    ['client_credentials', situation('server', ['user']), /acts_for does not say "self"/],
    ['refresh_token', situation('server', ['self']), /acts_for does not say "user"/],
    ['implicit', situation('browser', ['user']), /RFC 9700 §2\.1\.2/],
    ['implicit', situation('browser', ['user'], { policy: 'spotify' }), /RFC 9700 §2\.1\.2/],
    ['password', situation('server', ['user']), /RFC 9700 §2\.4/],
    ['password', situation('server', ['user'], { policy: 'auth0' }), /first-party/],
    ['authorization_code', situation('ci', ['user']), /must not impersonate/],
    [device, situation('server', ['user']), /use authorization_code/],
  ])('%s is refused with its reason (%#)', (grant, where, why) => {
    expect(ask([grant], [], where)[0]?.why).toMatch(why)
  })

  it('a response type that carries a token from /authorize needs implicit too', () => {
    const types = ['code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token']
    expect(ask([], types, situation('browser', ['user'])).map(misfit => misfit.value)).toEqual(types.slice(1))
    expect(ask([], types, situation('browser', ['user'], { policy: 'auth0' }))).toEqual([])
  })

  it.each([
    ['code', ['authorization_code']],
    ['token', ['implicit']],
    ['code id_token', ['authorization_code', 'implicit']],
  ])('OIDC Registration §2: %s belongs to %s', (type, grants) => {
    expect(grantsOfResponseType(type)).toEqual(grants)
  })
})
