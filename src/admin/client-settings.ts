import * as z from 'zod'
import type { ClientSettings } from '../core/client.ts'
import { audience, flag, listOf, login, oneOf, textWith, wholeNumber } from './fields.ts'
import { complete, readMembers } from './members.ts'
import { join, type Report } from './problem.ts'
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
  refresh_idle_ttl: wholeNumber(60, tenYears).default(1_209_600),
  refresh_max_ttl: wholeNumber(60, tenYears).default(7_776_000),
  audiences: listOf(audience, 'audiences').default([]),
  web_origins: listOf(textWith('an origin', originFault), 'origins').optional(),
  owners: listOf(login, 'logins').default([]),
  advice: z.null({ error: 'null: this version cannot hold a client to an advice yet' }).default(null),
}

/** What of the registration itself the defaults and rules of our settings hang on. */
interface Registered {
  readonly application_type: 'web' | 'native' | undefined
  readonly isPublic: boolean
  readonly grant_types: readonly string[]
  readonly redirect_uris: readonly string[]
}

/** A client's settings with every default filled in; nothing when any is wrong, which is then reported. */
export function readSettings(
  value: unknown,
  path: string,
  report: Report,
  registered: Registered,
): ClientSettings | undefined {
  const read = readMembers(settingsMembers, value ?? {}, path, report)
  if (read === undefined) return undefined
  const { given } = read
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
  const runs_on = given.runs_on ?? (registered.application_type === 'native' ? 'native' : 'server')
  const lenient = rest.policy !== 'best-practice' && !registered.isPublic
  return {
    runs_on,
    acts_for: given.acts_for ?? inferActsFor(registered.grant_types),
    first_party: rest.first_party,
    policy: rest.policy,
    pkce: given.pkce ?? (lenient ? 'when_sent' : 'required'),
    refresh_grace: rest.refresh_grace,
    refresh_rotation: rest.refresh_rotation,
    refresh_idle_ttl: rest.refresh_idle_ttl,
    refresh_max_ttl: rest.refresh_max_ttl,
    audiences: rest.audiences,
    web_origins: given.web_origins ?? (runs_on === 'browser' ? originsOf(registered.redirect_uris) : []),
    owners: rest.owners,
    advice: null,
  }
}

function inferActsFor(grant_types: readonly string[]): ClientSettings['acts_for'] {
  const user = grant_types.some(grant => grant !== 'client_credentials')
  const self = grant_types.includes('client_credentials')
  return [...(user ? (['user'] as const) : []), ...(self ? (['self'] as const) : [])]
}

function originsOf(uris: readonly string[]): readonly string[] {
  const web = uris.filter(uri => /^https?:/.test(uri) && URL.canParse(uri))
  return [...new Set(web.map(uri => new URL(uri).origin))]
}
