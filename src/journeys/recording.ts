import type { Family } from '../core/authorization.ts'
import type { Detail } from '../core/errors.ts'
import type { Change, Journey } from '../core/ports.ts'
import type { ReasonId } from '../core/reasons.ts'
import type { RetiredUse } from '../core/retired.ts'
import type { Effect } from './step.ts'

/** One refusal of a request, as the operator may read it. */
export interface Refusal {
  readonly reason: ReasonId
  readonly sentence: string
  readonly detail: Detail
}

/** What was let through, though a stricter setting would refuse it for this reason. */
export interface Notice extends Refusal {
  readonly letThrough: true
}

/** The journey of one request, with what only HTTP sees. */
export interface RequestJourney extends Journey {
  /** What was refused, for the log line and the error page. */
  readonly refusals: readonly Refusal[]
  /** What was let through and is to be known of, for the log line. */
  readonly notices: readonly Notice[]
  /** The retired flow that was used, for the log line. */
  readonly retired: RetiredUse | undefined
  /** A row that is not the protocol's, once it is written. */
  wrote(kind: string, id: string): void
  /** A browser session ended, and with it a part of every journey it was in. */
  ended(sid: string): void
  /** What went back: the members of a JSON answer, or the fields of a form for this address. */
  answered(body: object, to?: string): void
}

/** While nothing is recorded: refusals for the log, and nothing else; a check that passes costs an empty call. */
export class Unrecorded implements RequestJourney {
  readonly id: string
  refusals: readonly Refusal[] = none
  notices: readonly Notice[] = none
  retired: RetiredUse | undefined
  constructor(id: string) {
    this.id = id
  }
  passed(): void {}
  names(): void {}
  refused(reason: ReasonId, sentence: string, detail: Detail): void {
    this.refusals = [...this.refusals, { reason, sentence, detail }]
  }
  noticed(reason: ReasonId, sentence: string, detail: Detail): void {
    this.notices = withNotice(this.notices, { reason, sentence, detail, letThrough: true })
  }
  joins(): void {}
  stored({ retired }: Change): void {
    this.retired = retired
  }
  revoked(): void {}
  continues(): void {}
  wrote(): void {}
  ended(): void {}
  answered(): void {}
}

const none: readonly never[] = []

/** One of a kind is enough: a request may be asked the same at several steps. */
function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return notices.some(it => it.reason === notice.reason) ? notices : [...notices, notice]
}

/** Notes what happens as it is, in order; it is made readable only if it is kept. */
export class Recording implements RequestJourney {
  readonly id: string
  refusals: readonly Refusal[] = none
  notices: readonly Notice[] = none
  retired: RetiredUse | undefined
  /** By the wall clock and by the stopwatch. */
  readonly at: number
  readonly started: number
  readonly checks: (ReasonId | Refusal | Notice)[] = []
  effects: readonly Effect[] = []
  /** The client that is known to exist by the name that came. */
  client_id: string | undefined
  family: Family | undefined
  journey_id: string
  sid: string | undefined
  answer: object | undefined
  answeredTo: string | undefined

  constructor(id: string, at: number, started: number) {
    this.id = id
    this.at = at
    this.started = started
    this.journey_id = id
  }
  passed(reason: ReasonId): void {
    this.checks.push(reason)
  }
  refused(reason: ReasonId, sentence: string, detail: Detail): void {
    const refusal = { reason, sentence, detail }
    this.refusals = [...this.refusals, refusal]
    this.checks.push(refusal)
  }
  noticed(reason: ReasonId, sentence: string, detail: Detail): void {
    const known = this.notices
    this.notices = withNotice(known, { reason, sentence, detail, letThrough: true })
    if (this.notices !== known) this.checks.push(...this.notices.slice(-1))
  }
  names(client_id: string): void {
    this.client_id = client_id
  }
  joins(family: Family): void {
    this.family = family
    this.journey_id = family.journey_id
  }
  stored(change: Change): void {
    if (change.begins) this.joins(change.begins)
    this.retired = change.retired
    this.effects = [...this.effects, ...effectsOf(change)]
  }
  revoked(kind: string, id: string): void {
    this.effects = [...this.effects, { done: 'revoked', kind, id }]
  }
  continues(journey_id: string): void {
    this.journey_id = journey_id
  }
  wrote(kind: string, id: string): void {
    this.effects = [...this.effects, { done: 'stored', kind, id }]
  }
  ended(sid: string): void {
    this.sid = sid
    this.revoked('session', sid)
  }
  answered(body: object, to?: string): void {
    this.answer = body
    this.answeredTo = to
  }
}

/** Kinds and ids only: no hash, no claim, no token of a change is kept. */
function effectsOf({ spends, parked, begins, consent, code, refresh_token, access_token }: Change): Effect[] {
  const effects: Effect[] = []
  if (spends?.kind === 'code' || spends?.kind === 'device_code')
    effects.push({ done: 'spent', kind: spends.kind, id: spends.token.id })
  else if (spends) effects.push({ done: fates[spends.kind], kind: 'refresh_token', id: spends.token.id })
  const stored = (kind: string, id: string | undefined) =>
    id !== undefined && effects.push({ done: 'stored', kind, id })
  stored('parked_request', parked?.id)
  stored('family', begins?.id)
  stored('consent', consent?.scope.join(' '))
  stored('code', code?.token.id)
  stored('refresh_token', refresh_token?.token.id)
  stored('access_token', access_token?.token.id)
  return effects
}

const fates = {
  refresh_token: 'spent',
  kept_refresh_token: 'kept',
  superseded_refresh_token: 'repeated',
} as const
