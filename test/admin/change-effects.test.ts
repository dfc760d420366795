import { describe, expect, test } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { effectsOf } from '../../src/admin/change-effects.ts'
import { describeChangedClient } from '../../src/admin/changed-client.ts'
import { type ClientEntry, entryOf } from '../../src/admin/client-entry.ts'
import { difference } from '../../src/admin/difference.ts'
import { advise } from '../../src/advisor/advise.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { type Registration, registrationOf } from '../../src/advisor/registration.ts'
import type { Client } from '../../src/core/client.ts'
import { registeredRedirectUri } from '../../src/core/redirect-uri.ts'
import { inputs, usual } from '../advisor/samples.ts'
import { withRetired } from '../support/retired-clients.ts'
import { world } from '../support/world.ts'

const { clients: described, resource_servers } = withRetired(world)
const file = readApplyFile({ clients: described, resource_servers })
const clients = file.clients.flatMap(({ value }) => (value ? [{ ...value.client, secrets: [] }] : []))
const apis = file.resource_servers.flatMap(({ value }) => value ?? [])

const nobody = { all: 0, renewable: 0, of: {}, more: false }
const typed = {
  redirect_uris: ['http://127.0.0.1:5001/callback'],
  federated: { issuer: 'https://ci.example.com', subject: 'job' },
}

const registrations = inputs.flatMap((answers, index) =>
  index % 7 > 0
    ? []
    : policyIds.flatMap(policy => registered({ ...answers }, policy, index % 2 ? { F1: 'yes', F5: 'yes' } : {}) ?? []),
)

function registered(
  answers: Record<string, string>,
  policy: (typeof policyIds)[number],
  followups: Record<string, string> = {},
): Registration | undefined {
  const result = advise({ answers, followups }).advice?.[policy]
  return result && registrationOf(result)
}

const following = (before: Client, registration: Registration): ClientEntry =>
  describeChangedClient(before, registration, typed, apis)

/** What nobody notices: which answers lead to the same flow, and what is left over of a flow that is gone. */
function unnoticed(member: string, before: ClientEntry, after: ClientEntry): boolean {
  const flow = ({ grantwise }: ClientEntry) => grantwise.advice?.['flow']
  const renews = after.grant_types.includes('refresh_token')
  switch (member) {
    case 'grantwise.advice':
      return flow(before) === flow(after)
    case 'grantwise.pkce':
      return !after.response_types.includes('code') || !before.response_types.includes('code')
    case 'grantwise.refresh_rotation':
    case 'grantwise.refresh_idle_ttl':
    case 'grantwise.refresh_max_ttl':
      return !renews
    case 'scope':
      return [...before.scope.split(' ')].sort().join() === [...after.scope.split(' ')].sort().join()
    default:
      return false
  }
}

test('whatever differs between two registrations is named by an effect, but for what nobody notices', () => {
  const firsts = clients.flatMap(client => registrations.map(it => [entryOf(client), following(client, it)] as const))
  const advised = [...new Map(firsts.map(([, entry]) => [JSON.stringify(entry), entry])).values()].slice(0, 60)
  const seconds = advised.flatMap(entry =>
    registrations.map(it => [entry, following({ ...entry, secrets: [] }, it)] as const),
  )
  const seen = new Set<string>()
  const silent = [...firsts, ...seconds].flatMap(([before, after]) => {
    const named = effectsOf(before, after, { live: nobody, apis }).flatMap(it => it.of)
    const differing = difference(before, after)
    for (const member of differing) seen.add(member)
    return differing.filter(member => !named.includes(member) && !unnoticed(member, before, after))
  })
  expect([...new Set(silent)]).toEqual([])
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'grantwise.runs_on',
      'grantwise.acts_for',
      'grantwise.policy',
      'grantwise.refresh_max_ttl',
      'grantwise.refresh_idle_ttl',
      'grantwise.federated',
      'grantwise.web_origins',
      'token_endpoint_auth_method',
    ]),
  )
})

describe('in words', () => {
  const [web] = clients
  type Advised = Parameters<typeof registered>
  const said = (from: Advised, to: Advised) => {
    const [first, second] = [registered(...from), registered(...to)]
    if (!web || !first || !second) throw new Error('nothing to compare')
    const before = following(web, first)
    return effectsOf(before, following({ ...before, secrets: [] }, second), { live: nobody, apis })
  }
  const breaking = (effects: ReturnType<typeof said>) =>
    effects.filter(({ kind }) => kind === 'breaks').map(({ says }) => says)

  test('a command that becomes a page comes back by the registered port only', () => {
    const effects = said(
      [{ ...usual, runs_on: 'cli', secret_safe: 'no' }, 'best-practice'],
      [{ ...usual, runs_on: 'browser', secret_safe: 'no' }, 'best-practice'],
    )
    expect(breaking(effects)).toEqual([
      'People come back to http://127.0.0.1:5001/callback by exactly this port: any other is refused.',
    ])
  })

  test('without Spotify’s policy, a code brings a refresh token only where it is asked for', () => {
    const effects = said([{ ...usual }, 'spotify'], [{ ...usual }, 'best-practice'])
    expect(breaking(effects)).toContain('It has to ask for offline_access: codes bring no refresh token without it.')
  })

  test('lifetimes that are cut', () => {
    const registration = registered({ ...usual, runs_on: 'native', secret_safe: 'no' }, 'best-practice', { F1: 'yes' })
    if (!web || !registration) throw new Error('nothing to compare')
    const before = entryOf({ ...web, grantwise: { ...web.grantwise, refresh_max_ttl: 7_776_000 } })
    const after = following({ ...before, secrets: [] }, registration)
    expect(breaking(effectsOf(before, after, { live: nobody, apis }))).toContain(
      'People must sign in again this long after they allowed it, however often it renewed its tokens: 30 days, before 90 days.',
    )
  })

  test('sign-ins that were not all counted are not said to be none', () => {
    const registration = registered({ ...usual }, 'best-practice', { F1: 'no' })
    if (!web || !registration) throw new Error('nothing to compare')
    const ends = (more: boolean) =>
      breaking(effectsOf(entryOf(web), following(web, registration), { live: { ...nobody, more }, apis })).join(' ')
    expect(ends(false)).toContain('No sign-in that is alive now has one.')
    expect(ends(true)).toContain('at least 0 sign-ins that are alive now must sign in again')
  })
})

describe('another port of this computer', () => {
  const [web] = clients
  const entry = (runs_on: ClientEntry['grantwise']['runs_on'], redirect_uris: readonly string[]): ClientEntry => {
    if (!web) throw new Error('nothing to compare')
    return entryOf({ ...web, redirect_uris, grantwise: { ...web.grantwise, runs_on } })
  }
  const at = (port: number | '') => `http://127.0.0.1${port && `:${port}`}/callback`
  const of = (before: ClientEntry, after: ClientEntry) =>
    effectsOf(before, after, { live: nobody, apis })
      .filter(it => it.of.some(member => ['redirect_uris', 'grantwise.runs_on'].includes(member)))
      .filter(({ says }) => !says.startsWith('It is registered as running'))
      .map(({ kind, says }) => [kind, says])

  test.each(['native', 'cli'] as const)('breaks nothing of a %s client (RFC 8252 §7.3)', runs_on => {
    expect(of(entry(runs_on, [at(3000)]), entry(runs_on, [at(4000)]))).toEqual([
      ['changes', `People still come back to ${at(3000)}: any port of ${at(4000)} is taken.`],
    ])
    expect(of(entry(runs_on, [at('')]), entry(runs_on, [at(4000), at(5000)]))).toEqual([
      ['changes', `People still come back to ${at('')}: any port of ${at(4000)} is taken.`],
      ['changes', `People come back to ${at(5000)} as before, by any port.`],
    ])
  })

  test('breaks what is compared letter by letter', () => {
    for (const runs_on of ['server', 'browser', 'device'] as const) {
      expect(of(entry(runs_on, [at(3000)]), entry(runs_on, [at(4000)]))).toEqual([
        ['breaks', `People can no longer come back to ${at(3000)}.`],
        ['changes', `People may come back to ${at(4000)}.`],
      ])
    }
  })

  test('and the same host, path and scheme are another matter', () => {
    for (const uri of ['http://localhost:3000/callback', 'http://127.0.0.1:3000/other', 'http://[::1]:3000/callback']) {
      expect(of(entry('native', [at(3000)]), entry('native', [uri]))).toEqual([
        ['breaks', `People can no longer come back to ${at(3000)}.`],
        ['changes', `People may come back to ${uri}, by any port.`],
      ])
    }
    expect(of(entry('native', ['https://a.example:3000/cb']), entry('native', ['https://a.example:4000/cb']))).toEqual([
      ['breaks', 'People can no longer come back to https://a.example:3000/cb.'],
      ['changes', 'People may come back to https://a.example:4000/cb.'],
    ])
  })

  test('goes with where it runs', () => {
    expect(of(entry('native', [at(3000)]), entry('server', [at(4000)]))).toEqual([
      ['breaks', `People can no longer come back to ${at(3000)}.`],
      ['breaks', `People come back to ${at(4000)} by exactly this port: any other is refused.`],
      ['changes', `People come back to ${at(4000)} as before.`],
    ])
    expect(of(entry('server', [at(3000)]), entry('native', [at(4000)]))).toEqual([
      ['changes', `People still come back to ${at(3000)}: any port of ${at(4000)} is taken.`],
      ['changes', `People may come back to ${at(4000)}, by any port.`],
    ])
  })

  test('whatever changes: what was taken and is refused then is said to break, and nothing else is', () => {
    const lists = [[at(3000)], [at(4000)], [at('')], [at(3000), at(4000)], ['http://localhost:3000/callback']]
    const places = ['server', 'native', 'cli'] as const
    const sent = [at(3000), at(4000), at(''), at(9), 'http://localhost:3000/callback', 'http://localhost:9/callback']
    const all = places.flatMap(place => lists.map(uris => entry(place, uris)))
    for (const before of all) {
      for (const after of all) {
        const takes = (uri: string, client: ClientEntry) => registeredRedirectUri(uri, client) !== undefined
        const lost = sent.some(uri => takes(uri, before) && !takes(uri, after))
        const words = JSON.stringify([
          before.grantwise.runs_on,
          before.redirect_uris,
          after.grantwise.runs_on,
          after.redirect_uris,
        ])
        expect([words, of(before, after).some(([kind]) => kind === 'breaks')]).toEqual([words, lost])
      }
    }
  })
})
