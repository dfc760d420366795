import type { RequestListener } from 'node:http'
import type { Limits } from './limits.ts'
import { type CountedLane, createOverload, type Lane, type Listener } from './overload.ts'
import { createOverloadAnswer } from './overload-answer.ts'
import { createBodyRoom } from './overload-bodies.ts'
import type { Site } from './pages/site.ts'
import type { Route } from './route.ts'

/** Seconds: a turn is over long before, and a full queue of passwords by then. */
const retryAfter = 1
const retrySignInAfter = 2

/** Milliseconds between two lines that say how much was refused. */
const reportEvery = 10_000

/** Stands before everything else: what this process cannot carry is answered here, unread. */
export interface OverloadGate {
  /** The lane of these addresses. */
  lane(urls: ReadonlySet<string>, needs?: Pick<Route, 'always' | 'hashes' | 'cors'>): Lane
  before(answer: RequestListener): RequestListener
  /** To be told of every connection. */
  connected(): void
}

export interface OverloadGateOptions {
  readonly limits: Limits
  readonly stopwatch: () => number
  readonly site: Site
  /** Of an answer that is made here. */
  readonly requestId: () => string
  /** Whether no more passwords may wait to be checked. */
  readonly passwordsFull: () => boolean
  /** Hears of the first request that is refused, and then now and again how many were. */
  readonly report: (refused: number) => void
}

interface Place {
  readonly lane: CountedLane
  readonly always: boolean
  readonly hashes: boolean
  readonly refuse: Listener
  readonly refuseSignIn: Listener
}

export function createOverloadGate({
  limits,
  stopwatch,
  site,
  requestId,
  passwordsFull,
  report,
}: OverloadGateOptions): OverloadGate {
  const overload = createOverload(limits, stopwatch)
  const places = new Map<string, Place>()
  const hasRoom = createBodyRoom(limits.largeBodies)
  const count = createCount(report)
  const say503 = createOverloadAnswer(site, requestId)
  const refusing =
    (retry_after: number, cors: boolean): Listener =>
    (request, response) => {
      count()
      say503(request, response, { retry_after, cors })
    }
  const place = ({ always, hashes, cors }: Pick<Route, 'always' | 'hashes' | 'cors'>): Place => ({
    lane: overload.lane(),
    always: always === true,
    hashes: hashes === true,
    refuse: refusing(retryAfter, cors !== undefined),
    refuseSignIn: refusing(retrySignInAfter, cors !== undefined),
  })
  // What nothing is at, and addresses with a variable part.
  const elsewhere = place({})

  return {
    lane(urls, needs = {}) {
      if ([...urls].some(url => /[:*]/.test(url))) return elsewhere.lane
      const here = place(needs)
      for (const url of urls) places.set(url, here)
      return here.lane
    },

    before: answer => (request, response) => {
      const { url = '', method } = request
      const mark = url.indexOf('?')
      const { lane, always, hashes, refuse, refuseSignIn } =
        places.get(mark < 0 ? url : url.slice(0, mark)) ?? elsewhere
      if (!hasRoom(request, response)) refuse(request, response)
      else if (hashes && method === 'POST' && passwordsFull()) refuseSignIn(request, response)
      else if (always) answer(request, response)
      else overload.offer({ request, response, lane, answer, refuse })
    },

    connected: overload.connected,
  }
}

function createCount(report: (refused: number) => void): () => void {
  let refused = 0
  let timer: NodeJS.Timeout | undefined
  function tell(): void {
    timer = undefined
    if (refused === 0) return
    report(refused)
    refused = 0
    timer = setTimeout(tell, reportEvery).unref()
  }
  return () => {
    refused++
    if (timer === undefined) tell()
  }
}
