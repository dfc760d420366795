import type { Detail } from '../../core/errors.ts'
import type { ReasonId } from '../../core/reasons.ts'
import { type Facts, factsOf } from './facts.ts'
import { compareRedirectUris, type Difference, headline } from './redirect-uris.ts'

/** What came against what would have done. */
export type Comparison =
  /** An address against each that it could have been, the nearest first. */
  | {
      readonly kind: 'addresses'
      readonly what: string
      readonly sent: string
      readonly differences: readonly Difference[]
      /** What to say where there is none to compare with. */
      readonly none: string
    }
  /** Everything that was asked for, and why it may not be had. */
  | {
      readonly kind: 'list'
      readonly what: string
      readonly asked: readonly Asked[]
      readonly allowedBy: string
      readonly allowed: readonly string[]
    }
  /** One value against those that would have done. */
  | {
      readonly kind: 'values'
      readonly what: string
      readonly sent: string
      readonly expected: readonly string[]
      readonly note?: string
    }
  /** When it was, against when it had to be; in seconds since 1970. */
  | { readonly kind: 'times'; readonly what: string; readonly limit: Moment; readonly came: Moment }

/** One thing that was asked for. */
export interface Asked {
  readonly text: string
  /** Absent when there was nothing against it. */
  readonly refused?: string
}

export interface Moment {
  readonly label: string
  readonly at: number
}

/** What a page shows of a refusal to those who may see its details. */
export interface Compared {
  /** The first line: names the difference where one can be named. */
  readonly headline: string | undefined
  readonly comparisons: readonly Comparison[]
  /** Facts that no comparison has shown. */
  readonly rest: readonly (readonly [name: string, value: string])[]
}

type Draw = (facts: Facts) => readonly Comparison[]

/** Draws the facts of a refusal as comparisons. */
export function compareDetail(reason: ReasonId, detail: Detail): Compared {
  const facts = factsOf(detail)
  const comparisons = drawings[reason]?.(facts) ?? []
  return { headline: firstLine(comparisons), comparisons, rest: facts.rest() }
}

function firstLine(comparisons: readonly Comparison[]): string | undefined {
  const addresses = comparisons.find(it => it.kind === 'addresses')
  return addresses && headline(addresses.what, addresses.differences)
}

const drawings: Readonly<Partial<Record<ReasonId, Draw>>> = {
  'redirect-uri-mismatch': facts => [
    addresses('The redirect URI', facts.text('sent'), facts.list('registered'), {
      none: 'No redirect URI is registered for this app.',
      anyLoopbackPort: facts.flag('any_loopback_port'),
    }),
  ],
  'redirect-uri-differs': facts => [addresses('The redirect URI', facts.text('sent'), [facts.text('expected')])],
  'logout-redirect-mismatch': facts => [
    addresses('The post-logout redirect URI', facts.text('sent'), facts.list('registered'), {
      none: 'No post-logout redirect URI is registered for this app, or the request did not say which app it is.',
    }),
  ],
  'resource-unknown': facts => [
    addresses('The audience', facts.text('audience'), facts.list('audiences'), {
      none: 'The API that this audience named is not registered any more, or the app has no API.',
    }),
  ],
  'resource-differs': facts => [
    addresses('The audience', facts.text('audience'), facts.optional('authorized'), {
      none: 'The user agreed to no API: the token is for user info only.',
    }),
  ],
  'scope-empty': facts => [scopes(facts)],
  'scope-wider': facts => [
    list('Scope', facts.list('asked'), 'Granted by the user', facts.list('granted'), 'not granted by the user'),
  ],
  'consent-required': facts => [
    list('Scope', facts.list('asked'), 'Agreed to before', facts.list('granted'), 'not agreed to yet'),
  ],
  'token-without-openid': facts => [
    list('Scope', facts.list('required'), 'Granted to the token', facts.list('granted'), 'not granted'),
    values('Audience', facts.list('token_audience').join(' '), [facts.text('expected_audience')]),
  ],
  'response-type-unsupported': facts => [values('Response type', facts.text('sent'), facts.list('offered'))],
  'response-type-not-allowed': facts => [values('Response type', facts.text('sent'), facts.list('registered'))],
  'response-mode-unsupported': facts => [values('Response mode', facts.text('sent'), facts.list('offered'))],
  'grant-type-unsupported': facts => [values('Grant type', facts.text('sent'), facts.list('offered'))],
  'grant-type-not-allowed': facts => [values('Grant type', facts.text('grant_type'), facts.list('registered'))],
  'outside-advice': facts => [values('Flow', facts.text('request'), [facts.text('registered_for')])],
  'assertion-type-unsupported': facts => [
    values('client_assertion_type', facts.text('sent'), ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer']),
  ],
  'assertion-audience-wrong': facts => [values('Audience', facts.text('sent'), [facts.text('expected')])],
  'assertion-issuer-wrong': facts => [values('Issuer', facts.text('sent'), [facts.text('expected')])],
  'assertion-subject-wrong': facts => [values(facts.text('claim'), facts.text('sent'), [facts.text('expected')])],
  'assertion-alg-wrong': facts => [values('Algorithm', facts.text('sent'), [facts.text('registered')])],
  'assertion-expired': facts => ended(facts, 'The assertion ended', 'It came'),
  'client-auth-method-wrong': facts => [values('Authentication', facts.text('used'), [facts.text('registered')])],
  'client-public': facts => [
    values('Authentication', facts.text('registered'), [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ]),
  ],
  'client-id-differs': facts => [values('client_id in the body', facts.text('sent'), [facts.text('authenticated')])],
  'logout-client-differs': facts => [values('client_id', facts.text('sent'), [facts.text('issued_to')])],
  'id-token-hint-invalid': facts =>
    facts.optional('sent_issuer').map(sent => values('Issuer', sent, [facts.text('expected_issuer')])),
  'web-origin-unregistered': facts => [values('Origin', facts.text('sent'), facts.list('registered'))],
  'origin-foreign': facts => [values('Origin', facts.text('origin'), facts.optional('expected'))],
  'pkce-method-unsupported': facts => [values('code_challenge_method', facts.text('sent'), ['S256'])],
  'pkce-challenge-malformed': facts => [
    values('Length of the code_challenge', characters(facts.text('length')), ['43 characters']),
  ],
  'pkce-verifier-malformed': facts => [
    values('Length of the code_verifier', characters(facts.text('length')), ['43 to 128 characters']),
  ],
  'pkce-verifier-mismatch': facts => [pkceHashes(facts)],
  'request-too-large': facts => [
    values('Length of the request, sealed', characters(facts.text('length')), [
      `at most ${characters(facts.text('longest'))}`,
    ]),
  ],
  'code-expired': facts => ended(facts, 'The code ended', 'It was redeemed'),
  'device-code-expired': facts => ended(facts, 'The device code ended', 'The device came'),
  'refresh-token-expired': facts => ended(facts, 'The refresh token ended', 'It was used'),
  'token-expired': facts => ended(facts, 'The access token ended', 'It was used'),
  'page-expired': facts => ended(facts, 'The page ended', 'It was submitted'),
  'login-required': lastSignIn,
}

interface AddressOptions {
  readonly none?: string
  readonly anyLoopbackPort?: boolean
}

function addresses(
  what: string,
  sent: string,
  registered: readonly string[],
  { none = '', anyLoopbackPort = false }: AddressOptions = {},
): Comparison {
  return {
    kind: 'addresses',
    what,
    sent,
    differences: compareRedirectUris(sent, registered, { anyLoopbackPort }),
    none,
  }
}

function values(what: string, sent: string, expected: readonly string[]): Comparison {
  return { kind: 'values', what, sent, expected }
}

function list(
  what: string,
  asked: readonly string[],
  allowedBy: string,
  allowed: readonly string[],
  refused: string,
): Comparison {
  const marked = asked.map((text): Asked => (allowed.includes(text) ? { text } : { text, refused }))
  return { kind: 'list', what, asked: marked, allowedBy, allowed }
}

const ownScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** Each scope asked for, with the first thing that stands against it. */
function scopes(facts: Facts): Comparison {
  const registered = facts.list('registered')
  const offered = facts.list('offered')
  const [audience] = facts.optional('audience')
  const alone = facts.text('acts_for') === 'self'
  const refused = (scope: string): string => {
    if (!registered.includes(scope)) return 'not registered for the app'
    if (ownScopes.includes(scope)) return alone ? 'is about a user, and the app acts for itself' : 'cannot apply here'
    if (audience === undefined) return 'belongs to an API, and none was named'
    return offered.includes(scope) ? 'needs a user, and the app acts for itself' : `not a scope of ${audience}`
  }
  const asked = facts.list('asked').map((text): Asked => ({ text, refused: refused(text) }))
  return { kind: 'list', what: 'Scope', asked, allowedBy: 'Registered for the app', allowed: registered }
}

function pkceHashes(facts: Facts): Comparison {
  const sent = facts.text('hashed_verifier')
  if (!facts.flag('challenge_is_verifier')) {
    return values('SHA-256 of the code_verifier, against the code_challenge', sent, [facts.text('code_challenge')])
  }
  return {
    kind: 'values',
    what: 'code_challenge',
    sent: 'the code_verifier itself',
    expected: [sent],
    note: 'The app sent its verifier as the challenge, without hashing it.',
  }
}

function ended(facts: Facts, limit: string, came: string): readonly Comparison[] {
  const [at] = facts.number('expired_at')
  const [now] = facts.number('now')
  if (at === undefined || now === undefined) return []
  return [{ kind: 'times', what: 'Time', limit: { label: limit, at }, came: { label: came, at: now } }]
}

function lastSignIn(facts: Facts): readonly Comparison[] {
  const [signedInAt] = facts.number('signed_in_at')
  const [maxAge] = facts.number('max_age')
  const [now] = facts.number('now')
  if (signedInAt === undefined || maxAge === undefined || now === undefined) return []
  const limit = { label: `The sign-in was good for max_age, ${maxAge} seconds, until`, at: signedInAt + maxAge }
  return [{ kind: 'times', what: 'Time', limit, came: { label: 'The request came', at: now } }]
}

function characters(count: string): string {
  return count === '1' ? '1 character' : `${count} characters`
}
