import type { RequestListener } from 'node:http'
import type { Limits } from './limits.ts'
import { type CountedLane, createOverload, type Lane, type Listener } from './overload.ts'
import { createOverloadAnswer } from './overload-answer.ts'
import { createBodyRoom } from './overload-bodies.ts'
import type { Site } from './pages/site.ts'

/** Milliseconds between two lines that say how much was refused. */
const reportEvery = 10_000

/** Stands before everything else: what this process cannot carry is answered here, unread. */
export interface OverloadGate {
  /** The lane of these addresses; who asks those that are `always` answered does not wait in any. */
  lane(urls: ReadonlySet<string>, always?: boolean): Lane
  before(answer: RequestListener): RequestListener
  /** To be told of every connection. */
  connected(): void
}

/** `report` hears of the first request that is refused, and then now and again how many were. */
export function createOverloadGate(
  limits: Limits,
  stopwatch: () => number,
  site: Site,
  report: (refused: number) => void,
): OverloadGate {
  const overload = createOverload(limits, stopwatch)
  const lanes = new Map<string, CountedLane | 'always'>()
  // What nothing is at, and addresses with a variable part.
  const elsewhere = overload.lane()
  const hasRoom = createBodyRoom(limits.largeBodies)
  const count = createCount(report)
  const say503 = createOverloadAnswer(site)
  const refuse: Listener = (request, response) => {
    count()
    say503(request, response)
  }

  return {
    lane(urls, always = false) {
      if ([...urls].some(url => /[:*]/.test(url))) return elsewhere
      const lane = overload.lane()
      for (const url of urls) lanes.set(url, always ? 'always' : lane)
      return lane
    },

    before: answer => (request, response) => {
      const { url = '' } = request
      const mark = url.indexOf('?')
      const lane = lanes.get(mark < 0 ? url : url.slice(0, mark)) ?? elsewhere
      if (!hasRoom(request, response)) refuse(request, response)
      else if (lane === 'always') answer(request, response)
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
