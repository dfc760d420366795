import { type ApiCall, apiCallSteps, tokenOf } from './api-call.ts'
import { Recording, type RequestJourney, Unrecorded } from './recording.ts'
import { type About, createRing, type Limits } from './ring.ts'
import type { JourneySummary, JourneyView, Step } from './step.ts'
import {
  aboutOf,
  clientOf,
  isWaiting,
  kindOf,
  makesJourney,
  outcomeOf,
  ownTokenOf,
  type RequestFacts,
  stepsOf,
} from './trace.ts'

/** Which journeys are kept: none, all, or this share of them (and every refusal). */
export type Sampling = 'off' | 'all' | number

export interface JourneysOptions {
  readonly sampling: Sampling
  readonly issuer: string
  /** Milliseconds since 1970, for people to read. */
  readonly now: () => number
  /** Milliseconds of a clock that never steps. */
  readonly stopwatch: () => number
  /** The login of an account, if it still has one. */
  readonly loginOf: (sub: string) => Promise<string | undefined>
  readonly limits?: Limits
}

/** A step as it happens, and whose journey it is part of. */
export interface Happening {
  readonly journey: JourneySummary
  readonly step: Step
}

/** A request found by the reference number of its error page. */
export interface Found {
  readonly journey: JourneyView
  readonly step: Step
}

export interface Page {
  readonly journeys: readonly JourneySummary[]
  /** Ask for what comes `after` this; absent on the last page. */
  readonly next?: string
}

/** What happened between the five roles, as far as it is remembered. */
export interface Journeys {
  readonly sampling: Sampling
  /** A journey for one request that has just come in. */
  open(id: string): RequestJourney
  /** Keeps what was recorded of a request, now that it is answered; `facts` is asked only if it is to be kept. */
  close(journey: RequestJourney, reply: Pick<RequestFacts, 'path' | 'status'>, facts: () => RequestFacts): void
  /** A call that an API within this process answered. */
  apiCalled(call: ApiCall): void
  /** The newest first. */
  list(page?: { readonly after?: string | undefined; readonly limit?: number }): Promise<Page>
  journey(id: string): Promise<JourneyView | undefined>
  /** Refusals are kept however few journeys are, so that a reference number leads somewhere. */
  find(reference: string): Promise<Found | undefined>
  /** Calls back for each step that is kept, until the answer is called. */
  follow(listener: (happening: Happening) => void): () => void
}

const limits: Limits = { journeys: 1000, steps: 200, bytes: 8_000_000 }
/** Refusals that are kept for their reference numbers alone; junk from a stranger pushes out other junk only. */
const refusalLimits: Limits = { journeys: 1000, steps: 40, bytes: 4_000_000 }

export function createJourneys(options: JourneysOptions): Journeys {
  const { sampling, now, stopwatch, issuer, loginOf } = options
  const sampled = createRing(options.limits ?? limits)
  const refused = createRing(options.limits ?? refusalLimits)
  const rings = [sampled, refused]
  const listeners = new Set<(happening: Happening) => void>()

  const ringOf = (id: string) => rings.find(it => it.about(id) !== undefined)

  function keep(id: string, about: About, steps: readonly Step[]): void {
    const ring = ringOf(id) ?? (isSampled(id, sampling) ? sampled : refused)
    ring.add(id, about, steps)
    const journey = ring.summary(id)
    if (journey) for (const step of steps) for (const listener of listeners) listener({ journey, step })
  }

  function record(id: string, recording: Recording, facts: RequestFacts): void {
    const before = ringOf(id)?.about(id)
    const { family } = recording
    const sub = family?.sub ?? before?.sub
    const client_id = family?.client_id ?? before?.client_id
    const about: About = {
      kind: before?.kind ?? kindOf(facts, recording),
      partial: before?.partial ?? id !== recording.id,
      client_id: client_id ?? clientOf(facts, recording),
      sub,
      family: family?.id ?? before?.family ?? ownTokenOf(recording),
      sid: family?.login.sid ?? before?.sid,
      outcome: outcomeOf(facts, recording) ?? before?.outcome ?? { kind: 'waiting' },
      token_requests: (before?.token_requests ?? 0) + (facts.path === '/token' ? 1 : 0),
    }
    const took = stopwatch() - recording.started
    const whose = client_id === undefined ? {} : { client_id }
    // A device asks every five seconds: that it is still waiting is one step, however often it asks.
    const asBefore = isWaiting(recording) && before?.outcome.reason === about.outcome.reason
    const first = before === undefined
    keep(id, about, asBefore ? [] : stepsOf(facts, recording, took, { first, issuer, ...whose }))
  }

  /** A request may be part of several journeys: signing out ends all that the session began. */
  function journeysOf(recording: Recording): readonly string[] {
    const { journey_id, id, sid } = recording
    if (sid !== undefined) {
      const begun = rings.flatMap(ring => ring.withSession(sid)).slice(0, 20)
      if (begun.length > 0) return begun
    }
    if (journey_id !== id) return [journey_id]
    const about = aboutOf(recording)
    return [(about === undefined ? undefined : journeyWith(about)) ?? journey_id]
  }

  /** By its family, or by the one token it is about. */
  const journeyWith = (token: string) => rings.map(it => it.withFamily(token)).find(it => it !== undefined)

  const named = async <T extends { readonly sub?: string }>(journey: T): Promise<T> => {
    const login = journey.sub === undefined ? undefined : await loginOf(journey.sub)
    return login === undefined ? journey : { ...journey, login }
  }

  const all = () => rings.flatMap(it => it.summaries())

  return {
    sampling,
    open: id => (sampling === 'off' ? new Unrecorded(id) : new Recording(id, now(), stopwatch())),
    close(recording, { path, status }, facts) {
      if (!(recording instanceof Recording)) return
      // An API asks about dead tokens all day: that is no refusal that anybody was shown.
      // Nor is it one to be told to come again.
      const failed = status >= 400 || (recording.refusals.length > 0 && path !== '/introspect')
      const refusal = failed && !isWaiting(recording)
      if (!refusal && !makesJourney(path) && recording.journey_id === recording.id) return
      let known: RequestFacts | undefined
      for (const id of journeysOf(recording)) {
        if (!refusal && !isSampled(id, sampling) && ringOf(id) === undefined) continue
        known ??= facts()
        record(id, recording, known)
      }
    },
    apiCalled(call) {
      if (sampling === 'off') return
      const token = tokenOf(call)
      const id = (token === undefined ? undefined : journeyWith(token)) ?? call.id
      const before = ringOf(id)?.about(id)
      const refused = call.checks.findLast(it => !it.passed)
      if (!before && !refused && !isSampled(id, sampling)) return
      const fresh: About = {
        kind: 'back-channel',
        partial: token !== undefined,
        client_id: call.client_id,
        sub: call.user,
        family: token,
        sid: undefined,
        outcome: { kind: 'granted' },
        token_requests: 0,
      }
      const outcome = refused ? { outcome: { kind: 'refused', reason: refused.check } as const } : {}
      keep(id, { ...(before ?? fresh), ...outcome }, apiCallSteps(call, now()))
    },
    async list({ after, limit = 50 } = {}) {
      const newest = all()
        .filter(({ id }) => after === undefined || id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
      const page = newest.slice(0, Math.min(Math.max(limit, 1), 200))
      const last = page.at(-1)
      const next = newest.length > page.length && last ? { next: last.id } : {}
      return { journeys: await Promise.all(page.map(named)), ...next }
    },
    async journey(id) {
      const view = ringOf(id)?.view(id)
      return view && named(view)
    },
    async find(reference) {
      const id = rings.map(it => it.of(reference)).find(it => it !== undefined)
      const view = id === undefined ? undefined : ringOf(id)?.view(id)
      const step = view?.steps.find(it => it.reference === reference)
      return view && step && { journey: await named(view), step }
    },
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** By the id alone, so that all requests of one journey are kept or none, by every process alike. */
function isSampled(id: string, sampling: Sampling): boolean {
  if (sampling === 'all' || sampling === 'off') return sampling === 'all'
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  // FNV's high bits hardly change with the last characters of an id; mixed, all do.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 < sampling
}
