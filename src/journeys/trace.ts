import { namedClient } from '../core/client.ts'
import { reasons } from '../core/reasons.ts'
import type { Role } from '../core/roles.ts'
import type { Recording } from './recording.ts'
import { audienceOf, idOf, redactAll, scrub, scrubDetail } from './redact.ts'
import type { JourneyKind, Outcome, Parameter, Step, StepCheck } from './step.ts'

/** What HTTP knows of a request once it is answered; raw, and seen by nobody before it is redacted here. */
export interface RequestFacts {
  readonly method: string
  /** The route's path, below the issuer. */
  readonly path: string
  readonly parameters: readonly (readonly [string, string])[]
  /** The Authorization header: the client that Basic named, or a bearer token. */
  readonly authorization: { readonly client_id?: string; readonly token?: string } | undefined
  readonly status: number
  readonly location: string | undefined
}

type Pairs = readonly (readonly [string, unknown])[]

interface Ends {
  readonly from: Role
  readonly to: Role
}

const browser: Ends = { from: 'user_agent', to: 'authorization_server' }
const app: Ends = { from: 'client', to: 'authorization_server' }

/** Who talks to whom where; these requests make journeys, any other is kept when it was refused. */
const ends: Readonly<Record<string, Ends>> = {
  '/authorize': browser,
  '/sign-in': browser,
  '/select-account': browser,
  '/consent': browser,
  '/logout': browser,
  '/device_authorization': app,
  '/token': app,
  '/revoke': app,
  '/introspect': app,
  // OIDC Core §5.3: the UserInfo endpoint is a protected resource; this server is then the resource server.
  '/userinfo': { from: 'client', to: 'resource_server' },
}

/** Pages whose forms go on with an authorization request. */
const answersAuthorize = ['/authorize', '/sign-in', '/select-account', '/consent']

export function makesJourney(path: string): boolean {
  return path in ends
}

/** What kind of journey begins with this request, as far as that is known of one whose beginning is not. */
export function kindOf(facts: RequestFacts, { family }: Pick<Recording, 'family'>): JourneyKind {
  if (facts.path === '/device_authorization' || facts.path === '/device') return 'cross-device'
  return family || isFrontChannel(facts) ? 'front-channel' : 'back-channel'
}

function isFrontChannel({ path, authorization }: RequestFacts): boolean {
  const at = ends[path]
  return at ? at.from === 'user_agent' : authorization === undefined
}

/** Whether a device was only told to come again (RFC 8628 §3.5). */
export function isWaiting({ refusals }: Pick<Recording, 'refusals'>): boolean {
  const last = refusals.at(-1)
  return last !== undefined && reasons[last.reason].waits === true
}

function parameterOf({ parameters }: RequestFacts, name: string): string | undefined {
  return parameters.find(([it]) => it === name)?.[1]
}

/** The client that a request named, proven or not, if that may be written down. */
export function clientOf(facts: RequestFacts, recording: Recording): string | undefined {
  const named = recording.client_id ?? facts.authorization?.client_id ?? parameterOf(facts, 'client_id')
  return named === undefined || mayBeSecret(named, recording) ? undefined : scrub(named).slice(0, 100)
}

/** Id and secret are often swapped by mistake: as long as our secrets are, only a name that was found is shown. */
function mayBeSecret(client_id: string, { checks, family }: Recording): boolean {
  const found = checks.includes('client-unknown') || checks.includes('client-unknown-at-authorize')
  return namedClient(client_id) !== client_id && !found && client_id !== family?.client_id
}

/** What goes back to the client by way of the browser. */
function delivered({ path, status, location }: RequestFacts, { answer, answeredTo }: Recording): Delivered | undefined {
  if (!answersAuthorize.includes(path)) return undefined
  if (answeredTo !== undefined) return { to: answeredTo, fields: Object.entries(answer ?? {}) }
  if ((status !== 302 && status !== 303) || location === undefined || !URL.canParse(location)) return undefined
  const { search, hash } = new URL(location)
  return { to: location.replace(/[?#].*$/, ''), fields: [...new URLSearchParams(hash ? hash.slice(1) : search)] }
}

interface Delivered {
  readonly to: string
  readonly fields: Pairs
}

/** Where the journey stands after this request; nothing when it decided nothing. */
export function outcomeOf(facts: RequestFacts, recording: Recording): Outcome | undefined {
  const sent = delivered(facts, recording)
  const reason = recording.refusals.at(-1)?.reason
  if (isWaiting(recording)) return { kind: 'waiting', ...(reason === undefined ? {} : { reason }) }
  if (facts.path === '/device') return outcomeAtDevicePage(recording)
  if (facts.path === '/device_authorization' && facts.status < 400) return { kind: 'waiting' }
  if (facts.status >= 400 || sent?.fields.some(([name]) => name === 'error')) {
    return { kind: 'refused', ...(reason === undefined ? {} : { reason }) }
  }
  if (sent || facts.path === '/token') return { kind: 'granted' }
  if (facts.path === '/revoke') return recording.effects.length > 0 ? { kind: 'ended' } : undefined
  if (facts.path === '/logout') return recording.sid === undefined ? undefined : { kind: 'ended' }
  return answersAuthorize.includes(facts.path) ? { kind: 'waiting' } : undefined
}

/** Where people answer a device: they are told in a page, whatever became of it. */
function outcomeAtDevicePage({ effects, refusals }: Recording): Outcome {
  const reason = refusals.at(-1)?.reason
  if (reason !== undefined) return { kind: 'refused', reason }
  return effects.some(({ kind }) => kind === 'family') ? { kind: 'granted' } : { kind: 'waiting' }
}

/**
 * The messages of one request, in order: what must have come before it, itself with its checks, its reply, and what
 * must follow. `first`: nothing of its journey is known yet. `client_id` is whose journey it is.
 */
export function stepsOf(
  facts: RequestFacts,
  recording: Recording,
  took: number,
  { first, client_id, issuer }: { readonly first: boolean; readonly client_id?: string; readonly issuer: string },
): readonly Step[] {
  const { at } = recording
  const infer = (from: Role, to: Role, what: string, when = at): Step => ({ at: when, from, to, what, inferred: true })
  const ended = at + Math.round(took)
  const steps: Step[] = []

  const before = unseenBefore(facts, first)
  if (before) steps.push(infer(...before))
  // RFC 7662 §2: who asks about another's token is the API that it was shown to.
  const asksForApi = facts.path === '/introspect' && client_id !== undefined && clientOf(facts, recording) !== client_id
  const { from, to } = asksForApi ? { ...app, from: 'resource_server' as const } : endsOf(facts)
  steps.push({
    at,
    from,
    to,
    what: `${facts.method} ${facts.path}`,
    inferred: false,
    reference: recording.id,
    parameters: requestParameters(facts, recording),
    checks: checksOf(recording),
    ...(recording.effects.length > 0 ? { effects: recording.effects } : {}),
    ...(recording.retired === undefined ? {} : { retired: recording.retired }),
    took: Math.round(took * 100) / 100,
  })

  const sent = delivered(facts, recording)
  const parameters = answeredParameters(sent?.fields ?? Object.entries(answerOf(facts, recording)), facts)
  const what = sent ? `${facts.status} to ${scrub(sent.to)}` : String(facts.status)
  steps.push({ at: ended, from: to, to: from, what, inferred: false, ...nonEmpty(parameters) })

  if (sent) {
    const carries = sent.fields.some(([name]) => name === 'error') ? 'carries the error to the app' : carriesAnswer
    steps.push({ ...infer('user_agent', 'client', carries, ended), ...nonEmpty(parameters) })
  }
  if (facts.path === '/device_authorization' && facts.status < 400)
    steps.push(infer('client', 'resource_owner', 'shows the code and where to type it', ended))
  const api = facts.path === '/token' && facts.status === 200 ? apiOf(recording, issuer) : undefined
  if (api !== undefined) steps.push(infer('client', 'resource_server', `calls ${scrub(api)} with its token`, ended))
  return steps
}

const carriesAnswer = 'carries the answer to the app'

function nonEmpty(parameters: readonly Parameter[]): { parameters?: readonly Parameter[] } {
  return parameters.length > 0 ? { parameters } : {}
}

function endsOf(facts: RequestFacts): Ends {
  return ends[facts.path] ?? (isFrontChannel(facts) ? browser : app)
}

/** What a person or an app must have done for this request to come. */
function unseenBefore(facts: RequestFacts, first: boolean): [Role, Role, string] | undefined {
  const pressed = (name: string) => parameterOf(facts, name)
  const person = (what: string): [Role, Role, string] => ['resource_owner', 'user_agent', what]
  switch (facts.path) {
    case '/authorize':
      return first ? ['client', 'user_agent', 'sends the browser to sign in'] : undefined
    case '/sign-in':
      return person(pressed('cancel') === undefined ? 'types login and password' : 'cancels')
    case '/select-account':
      return person(pressed('cancel') === undefined ? 'chooses an account' : 'cancels')
    case '/consent':
      if (pressed('account') === 'other') return person('wants to be somebody else')
      return person(pressed('consent') === 'allow' ? 'allows what was shown' : 'declines')
    case '/device':
      if (facts.method !== 'POST') return undefined
      if (pressed('account') === 'other') return person('wants to be somebody else')
      if (pressed('consent') === undefined) return person('types the code that the device shows')
      return person(pressed('consent') === 'allow' ? 'lets the device in' : 'declines')
    case '/logout':
      if (pressed('parked') !== undefined) return person('answers whether to sign out')
      return (pressed('client_id') ?? pressed('id_token_hint'))
        ? ['client', 'user_agent', 'sends the browser to sign out']
        : undefined
    default:
      return undefined
  }
}

function requestParameters({ parameters, authorization }: RequestFacts, recording: Recording): readonly Parameter[] {
  const { client_id, token } = authorization ?? {}
  const sent = [
    ...(client_id === undefined ? [] : [['client_id', client_id] as const]),
    ...(token === undefined ? [] : [['access_token', token] as const]),
    ...parameters,
  ]
  return redactAll(sent, (name, value) => name === 'client_id' && mayBeSecret(value, recording))
}

/** What went back. What userinfo tells of a person, under names that an operator may choose freely, is named only. */
function answeredParameters(fields: Pairs, { path, status }: RequestFacts): readonly Parameter[] {
  const parameters = redactAll(fields)
  return path === '/userinfo' && status < 400 ? parameters.map(({ name }) => ({ name })) : parameters
}

/** Each check once, in the order made. */
function checksOf({ checks }: Recording): readonly StepCheck[] {
  return [...new Set(checks)].map(check =>
    typeof check === 'string'
      ? { reason: check, passed: true }
      : {
          reason: check.reason,
          passed: 'letThrough' in check,
          sentence: scrub(check.sentence),
          detail: scrubDetail(check.detail),
        },
  )
}

/** What the reply said; where it was an error, what was refused. */
function answerOf({ status, location, path }: RequestFacts, recording: Recording): object {
  if (recording.answer) return recording.answer
  const refusal = status >= 400 ? recording.refusals.at(-1) : undefined
  if (refusal) return { error_description: refusal.sentence }
  return path === '/logout' && location !== undefined
    ? { post_logout_redirect_uri: location.replace(/[?#].*$/, '') }
    : {}
}

/** The API elsewhere that a new access token is for; a call to it comes past nobody here. */
function apiOf({ family, answer }: Recording, issuer: string): string | undefined {
  const token = memberOf(answer, 'access_token')
  const audiences = family ? [family.audience] : token === undefined ? [] : audienceOf(token)
  return audiences.find(it => it !== undefined && !it.startsWith(issuer))
}

function memberOf(answer: object | undefined, name: string): string | undefined {
  const value = (answer as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}

/** The token that a client was given for itself: later calls with it are found by its id. */
export function ownTokenOf({ family, answer, effects }: Recording): string | undefined {
  if (family) return undefined
  const token = memberOf(answer, 'access_token')
  return effects.find(it => it.kind === 'access_token' && it.done === 'stored')?.id ?? (token && idOf(token))
}

/** What a request without a family is about, as far as the server itself has proven it. */
export function aboutOf({ answer, effects }: Recording): string | undefined {
  return effects.find(it => it.done === 'revoked' && it.kind !== 'session')?.id ?? memberOf(answer, 'jti')
}
