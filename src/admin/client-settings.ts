import * as z from 'zod'
import { readStoredAdvice, type StoredAdvice, settingsOf } from '../advisor/stored-advice.ts'
import type { ClientSettings } from '../core/client.ts'
import { defaultLifetimes } from '../core/lifetimes.ts'
import { readFederated } from './federated.ts'
import { audience, day, flag, listOf, login, oneOf, textWith, wholeNumber } from './fields.ts'
import { complete, isObject, type Members, readMembers } from './members.ts'
import { readNetworkPolicy } from './network-policy.ts'
import { describe, join, type Report } from './problem.ts'
import { originFault } from './redirect-uri.ts'

const tenYears = 10 * 365 * 86_400

/** What is ours of a client's registration. */
export const settingsMembers = {
  runs_on: oneOf('server', 'browser', 'native', 'cli', 'device', 'ci').optional(),
  acts_for: listOf(oneOf('user', 'self'), 'values').optional(),
  first_party: flag.default(false),
  policy: oneOf('best-practice', 'spotify', 'auth0').default('best-practice'),
  pkce: oneOf('required', 'when_sent').optional(),
  refresh_grace: wholeNumber(0, 300).default(30),
  refresh_rotation: flag.default(true),
  refresh_idle_ttl: wholeNumber(60, tenYears).default(defaultLifetimes.refresh_idle_ttl),
  refresh_max_ttl: wholeNumber(60, tenYears).default(defaultLifetimes.refresh_max_ttl),
  audiences: listOf(audience, 'audiences').default([]),
  federated: z.unknown().optional(),
  web_origins: listOf(textWith('an origin', originFault), 'origins').optional(),
  owners: listOf(login, 'logins').default([]),
  advice: z.unknown().default(null),
  network_policy: z.unknown(),
  retired_until: day.optional(),
}

/** What of the registration itself the defaults and rules of our settings hang on. */
interface Registered {
  readonly application_type: 'web' | 'native' | undefined
  readonly isPublic: boolean
  readonly grant_types: readonly string[]
  readonly redirect_uris: readonly string[]
}

/** Settings whose advice was checked. */
export type ReadSettings = Omit<ClientSettings, 'advice'> & { readonly advice: StoredAdvice | null }

/** A client's settings with every default filled in; nothing when any is wrong, which is then reported. */
export function readSettings(
  value: unknown,
  path: string,
  report: Report,
  registered: Registered,
): ReadSettings | undefined {
  const read = readMembers(settingsMembers, value ?? {}, path, report)
  if (read === undefined) return undefined
  const { given, has } = read
  const federated = has('federated') ? readFederated(given.federated, join(path, 'federated'), report) : undefined
  if (registered.isPublic && given.pkce === 'when_sent') {
    const expected = '"required": nothing but PKCE protects the codes of a client without a secret (RFC 9700 §2.1.1)'
    report(join(path, 'pkce'), expected, '"when_sent"')
  }
  if (registered.isPublic && given.refresh_rotation === false) {
    const expected = 'true: the refresh tokens of a client without a secret must rotate (RFC 9700 §4.14.2)'
    report(join(path, 'refresh_rotation'), expected, 'false')
  }
  const rest = complete(
    read,
    'first_party',
    'policy',
    'refresh_grace',
    'refresh_rotation',
    'refresh_idle_ttl',
    'refresh_max_ttl',
    'audiences',
    'owners',
    'advice',
  )
  if (rest === undefined) return undefined
  const advice = readAdvice(rest.advice, join(path, 'advice'), report)
  if (advice === undefined) return undefined
  const policed = given.network_policy ?? null
  const network_policy = policed === null ? null : readNetworkPolicy(policed, join(path, 'network_policy'), report)
  if (network_policy === undefined) return undefined
  const advised = advice === null ? undefined : settingsOf(advice)
  if (advised !== undefined) checkAgainstAdvice(read, advised, path, report)
  const runs_on = given.runs_on ?? advised?.runs_on ?? (registered.application_type === 'native' ? 'native' : 'server')
  const policy = advised?.policy ?? rest.policy
  const lenient = policy !== 'best-practice' && !registered.isPublic
  return {
    runs_on,
    acts_for: given.acts_for ?? advised?.acts_for ?? inferActsFor(registered.grant_types),
    first_party: rest.first_party,
    policy,
    pkce: given.pkce ?? (lenient ? 'when_sent' : 'required'),
    refresh_grace: rest.refresh_grace,
    refresh_rotation: rest.refresh_rotation,
    refresh_idle_ttl: rest.refresh_idle_ttl,
    refresh_max_ttl: rest.refresh_max_ttl,
    audiences: rest.audiences,
    ...(federated === undefined ? {} : { federated }),
    web_origins: given.web_origins ?? (runs_on === 'browser' ? originsOf(registered.redirect_uris) : []),
    owners: rest.owners,
    advice,
    ...(network_policy === null ? {} : { network_policy }),
    ...(given.retired_until === undefined ? {} : { retired_until: given.retired_until }),
  }
}

/** The advice that led to a client, in whichever members the engine would say otherwise now. */
function readAdvice(value: unknown, path: string, report: Report): StoredAdvice | null | undefined {
  if (value === null) return null
  if (!isObject(value)) {
    report(path, 'null, or the advice that led to this client', describe(value))
    return undefined
  }
  const read = readStoredAdvice(value)
  if (!isFaults(read)) return read
  for (const { member, expected, came } of read) report(join(path, member), expected, describe(came))
  return undefined
}

function isFaults(read: ReturnType<typeof readStoredAdvice>): read is Exclude<typeof read, StoredAdvice> {
  return Array.isArray(read)
}

/** What the answers say of a client, its settings do not contradict. */
function checkAgainstAdvice(
  { given, has }: Members<typeof settingsMembers>,
  advised: ReturnType<typeof settingsOf>,
  path: string,
  report: Report,
): void {
  for (const name of ['runs_on', 'acts_for', 'policy'] as const) {
    const [said, follows] = [given[name], advised[name]]
    if (!has(name) || said === undefined || String(said) === String(follows)) continue
    report(join(path, name), `${[follows].flat().join(', ')}, which its advice says`, [said].flat().join(', '))
  }
}

function inferActsFor(grant_types: readonly string[]): ClientSettings['acts_for'] {
  const user = grant_types.some(grant => grant !== 'client_credentials')
  const self = grant_types.includes('client_credentials')
  return [...(user ? (['user'] as const) : []), ...(self ? (['self'] as const) : [])]
}

/** Where pages of a client in the browser are, by the addresses that people return to. */
export function originsOf(uris: readonly string[]): readonly string[] {
  const web = uris.filter(uri => /^https?:/.test(uri) && URL.canParse(uri))
  return [...new Set(web.map(uri => new URL(uri).origin))]
}
