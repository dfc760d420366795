import type { Detail } from '../core/errors.ts'
import type { Parameter } from './step.ts'

/** The only parameters whose values are shown: they name things, and none of them proves anything. */
const shown = new Set([
  'account',
  'active',
  'acr_values',
  'audience',
  'aud',
  'cancel',
  'client_assertion_type',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'consent',
  'display',
  'error',
  'error_description',
  'error_uri',
  'exp',
  'expires_in',
  'grant_type',
  'iat',
  'interval',
  'iss',
  'logout',
  'max_age',
  'page',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'token_type',
  'token_type_hint',
  'ui_locales',
  'verification_uri',
])

/** Shown by the id they carry. */
const tokens = new Set(['access_token', 'code', 'device_code', 'id_token', 'id_token_hint', 'refresh_token', 'token'])

/** Parameters of ours and of the RFCs whose names are no surprise, though their values stay hidden. */
const known = new Set([
  ...shown,
  ...tokens,
  'claims',
  'client_assertion',
  'client_secret',
  'code_verifier',
  'login',
  'login_hint',
  'nonce',
  'user_code',
])
for (const name of ['parked', 'password', 'request', 'request_uri', 'registration', 'state', 'sub', 'username'])
  known.add(name)

/** Values that the server chose or found; any other that is shown is a stranger's. */
const ours = new Set([
  ...['active', 'aud', 'client_id', 'code_challenge', 'error', 'error_description', 'error_uri', 'exp', 'expires_in'],
  ...['iat', 'interval', 'iss', 'token_type', 'verification_uri'],
])

/** What buttons say: one word of ours. */
const buttons = new Set(['account', 'cancel', 'consent', 'logout', 'page'])

const longest = 500
const most = 40

/** RFC 7636 §4.2: by S256 it says nothing of the verifier; by any other method it may be the verifier. */
function isS256(pairs: readonly (readonly [string, unknown])[], challenge: string): boolean {
  const named = pairs.some(([name, value]) => name === 'code_challenge_method' && value === 'S256')
  return named && /^[A-Za-z0-9_-]{43}$/.test(challenge)
}

/** Parameters as they may be shown: by an allow-list, so that one nobody thought of appears as its length. */
export function redactAll(
  pairs: readonly (readonly [string, unknown])[],
  mayBeSecret: (name: string, value: string) => boolean = () => false,
): Parameter[] {
  const all: Parameter[] = []
  for (const [name, value] of pairs) {
    if (all.length === most) break
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : String(JSON.stringify(value))
    const hidden = (name === 'code_challenge' && !isS256(pairs, text)) || mayBeSecret(name, text)
    all.push(hidden ? { name, length: text.length } : redact(name, text))
  }
  return all
}

function redact(name: string, value: string): Parameter {
  const safe = { name: nameOf(name, value) }
  // Even its length would help to guess one.
  if (/passw/i.test(name)) return safe
  if (tokens.has(name)) return { ...safe, ...publicPart(value) }
  if (!shown.has(name) || (buttons.has(name) && !/^[\w-]{1,20}$/.test(value))) return { ...safe, length: value.length }
  return { ...safe, value: scrub(ours.has(name) ? value : hideLongWords(value)) }
}

/** A name that is long, odd, or alone may be a value that somebody sent in its place. */
function nameOf(name: string, value: string): string {
  if (known.has(name)) return name
  return value !== '' && /^[A-Za-z][\w:-]{0,30}$/.test(name) ? name : `(a name of ${name.length} characters)`
}

const opaque = /^([0-9a-v]{20})\.[A-Za-z0-9_-]{43}$/

/** What of a token may be shown: its id if it has one, else its length. */
function publicPart(token: string): Omit<Parameter, 'name'> {
  const id = opaque.exec(token)?.[1]
  if (id !== undefined) return { id }
  const [header, payload, signature, more] = token.length > 8192 ? [] : token.split('.')
  if (!header || !payload || !signature || more !== undefined) return { length: token.length }
  const kid = identifier(decodeJson(header)?.['kid'])
  const jti = identifier(decodeJson(payload)?.['jti'])
  return { ...(jti ? { id: beforeDot(jti) } : {}), ...(kid ? { kid } : {}), length: token.length }
}

/** The id of a token that we have just issued. */
export function idOf(token: string): string | undefined {
  return publicPart(token).id
}

/** The audience of a JWT that we have just issued. */
export function audienceOf(jwt: string): readonly string[] {
  const aud = decodeJson(jwt.split('.')[1] ?? '')?.['aud']
  return (Array.isArray(aud) ? aud : [aud]).filter(it => typeof it === 'string')
}

/** Text that can be an id and nothing else. */
export function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,100}$/.test(value) ? value : undefined
}

/** The part of a `jti` that names its family; all of one that has none. */
export function beforeDot(jti: string): string {
  const dot = jti.indexOf('.')
  return dot < 0 ? jti : jti.slice(0, dot)
}

/** Read byte by byte: what is taken from it is ASCII or nothing. */
function decodeJson(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Text without anything that has the shape of a token, wherever in it that is; a second net under the allow-list. */
export function scrub(text: string): string {
  const clean = text
    // A name and password in front of the host, before anything is cut off.
    .replaceAll(/:\/\/[^/?#\s]*@/g, '://…@')
    .slice(0, 4 * longest)
    .replaceAll(/(?<![0-9a-v])([0-9a-v]{20})(\.|%2e)[A-Za-z0-9_-]{43}/gi, '$1.…')
    .replaceAll(/[\w%.-]+/g, hideJwt)
  return clean.length > longest ? `${clean.slice(0, longest)}… (${text.length} characters)` : clean
}

/** One look at each run of characters that a JWT may have, however many begin like one: this is asked by strangers. */
function hideJwt(run: string): string {
  const start = run.toLowerCase().indexOf('eyj')
  return start >= 0 && /\.|%2e/i.test(run.slice(start)) ? `${run.slice(0, start)}(a JWT)` : run
}

/** Client secrets have 32 characters at least, verifiers and our own secrets 43: a word as long as that may be one. */
const longWord = 32
const wordsOfAddress = /[^\s/?&=#,;:@]+/g
const wordsOfText = /[^\s,:]+/g

/** What a stranger sent without the words that may be secrets, but for those that are `known`; of an address the host stays. */
function hideLongWords(text: string, known: ReadonlySet<string> = new Set()): string {
  const hide = (word: string) => (word.length < longWord || known.has(word) ? word : `(${word.length} characters)`)
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*/i.exec(text)?.[0]
  if (origin === undefined) return text.replaceAll(wordsOfText, hide)
  return origin + text.slice(origin.length).replaceAll(wordsOfAddress, hide)
}

/** Facts that a stranger chose; beside them stand what was expected, registered or granted. */
const strangers = new Set(['asked', 'audience', 'sent'])

/** Facts of a refusal, scrubbed and bounded. */
export function scrubDetail(detail: Detail): Detail {
  const facts = Object.entries(detail)
    .filter(([, value]) => value !== undefined)
    .slice(0, most)
  const known = wordsOf(facts.filter(([name]) => !strangers.has(name)).map(([, value]) => value))
  const ofStranger = (text: string) => scrub(hideLongWords(text, known))
  return Object.fromEntries(
    facts.map(([name, value]) => {
      if (name === 'parameter' && typeof value === 'string') return [name, nameOf(value, value)]
      return [name, scrubFact(value, strangers.has(name) ? ofStranger : scrub)]
    }),
  )
}

function wordsOf(facts: readonly Detail[string][]): ReadonlySet<string> {
  const texts = facts.flat().filter(it => typeof it === 'string')
  return new Set(texts.flatMap(text => [...(text.match(wordsOfAddress) ?? []), ...(text.match(wordsOfText) ?? [])]))
}

function scrubFact(value: Detail[string], clean: (text: string) => string): Detail[string] {
  if (typeof value === 'string') return clean(value)
  return Array.isArray(value) ? value.slice(0, most).map(it => clean(String(it))) : value
}
