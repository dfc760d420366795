import type { JourneyKind, JourneySummary, JourneyView, Outcome, Step } from './step.ts'

/** What a ring holds at most; the journey that was quiet longest goes first. */
export interface Limits {
  readonly journeys: number
  readonly steps: number
  /** Of all its steps, as they are kept: JSON in ASCII, a byte a character. */
  readonly bytes: number
}

/** What is known of a journey besides its steps. */
export interface About {
  readonly kind: JourneyKind
  readonly partial: boolean
  readonly client_id: string | undefined
  readonly sub: string | undefined
  /** The family, or the one token of a client that acts for itself. */
  readonly family: string | undefined
  readonly sid: string | undefined
  readonly outcome: Outcome
  readonly token_requests: number
}

interface Entry {
  readonly id: string
  readonly started_at: number
  last_at: number
  about: About
  /** Each as JSON: flat strings of known size, holding on to nothing of the requests they came from. */
  readonly steps: string[]
  readonly references: string[]
  bytes: number
  forgotten: number
}

export interface Ring {
  readonly size: number
  readonly bytes: number
  about(id: string): About | undefined
  add(id: string, about: About, steps: readonly Step[]): void
  view(id: string): JourneyView | undefined
  summary(id: string): JourneySummary | undefined
  summaries(): JourneySummary[]
  /** The journey that answered the request with this reference number. */
  of(reference: string): string | undefined
  /** The journeys whose family or browser session this is. */
  withFamily(family: string): string | undefined
  withSession(sid: string): readonly string[]
}

/** What a journey takes besides its steps. */
const overhead = 1000

export function createRing(limits: Limits): Ring {
  const entries = new Map<string, Entry>()
  const byReference = new Map<string, string>()
  let bytes = 0

  function forget(entry: Entry): void {
    entries.delete(entry.id)
    bytes -= entry.bytes
    for (const reference of entry.references) byReference.delete(reference)
  }

  /** A journey that goes on and on keeps how it began and what happened last. */
  function forgetMiddle(entry: Entry): void {
    while (entry.steps.length > limits.steps) {
      const [dropped = ''] = entry.steps.splice(Math.floor(limits.steps / 2), 1)
      entry.bytes -= dropped.length
      bytes -= dropped.length
      entry.forgotten++
    }
    for (const reference of entry.references.splice(limits.steps)) byReference.delete(reference)
  }

  return {
    get size() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
    about: id => entries.get(id)?.about,
    add(id, about, steps) {
      const before = entries.get(id)
      const at = steps[0]?.at ?? 0
      const entry = before ?? {
        id: flat(id),
        started_at: at,
        last_at: at,
        about,
        steps: [],
        references: [],
        bytes: overhead,
        forgotten: 0,
      }
      if (before) entries.delete(id)
      else bytes += overhead
      entries.set(entry.id, entry)
      entry.about = JSON.parse(JSON.stringify(about)) as About
      entry.last_at = steps.at(-1)?.at ?? entry.last_at
      for (const step of steps) {
        const json = ascii(JSON.stringify(step))
        entry.steps.push(json)
        entry.bytes += json.length
        bytes += json.length
        if (step.reference === undefined || byReference.has(step.reference)) continue
        const reference = flat(step.reference)
        entry.references.unshift(reference)
        byReference.set(reference, entry.id)
      }
      forgetMiddle(entry)
      for (const oldest of entries.values()) {
        if (entries.size <= limits.journeys && bytes <= limits.bytes) break
        forget(oldest)
      }
    },
    view(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      const steps = entry.steps.map(it => JSON.parse(it) as Step)
      return { ...summarise(entry), steps, forgotten: entry.forgotten }
    },
    summary(id) {
      const entry = entries.get(id)
      return entry && summarise(entry)
    },
    summaries: () => [...entries.values()].map(summarise),
    of: reference => byReference.get(reference),
    withFamily: family => [...entries.values()].find(({ about }) => about.family === family)?.id,
    withSession: sid => [...entries.values()].filter(({ about }) => about.sid === sid).map(({ id }) => id),
  }
}

function summarise({ id, started_at, last_at, about, steps }: Entry): JourneySummary {
  const { kind, partial, client_id, sub, outcome, token_requests } = about
  return {
    id,
    kind,
    started_at,
    last_at,
    ...(client_id === undefined ? {} : { client_id }),
    ...(sub === undefined ? {} : { sub }),
    outcome,
    steps: steps.length,
    token_requests,
    partial,
  }
}

/** A copy that does not hold on to the text it was cut from. */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

function ascii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, it => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
