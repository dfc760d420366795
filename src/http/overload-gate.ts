import type { RequestListener } from 'node:http'
import type { Limits } from './limits.ts'
import { createOverload, type Lane, openLane } from './overload.ts'
import { createOverloadAnswer } from './overload-answer.ts'
import { createBodyRoom } from './overload-bodies.ts'
import type { Site } from './pages/site.ts'

/** Milliseconds between two lines that say how much was refused. */
const reportEvery = 10_000

/** Stands before everything else: what this process cannot carry is answered here, unread. */
export interface OverloadGate {
  /** The lane of these addresses, of which those that are `always` answered have the open one. */
  lane(urls: ReadonlySet<string>, always?: boolean): Lane
  before(answer: RequestListener): RequestListener
}

/** `report` hears of the first request that is refused, and then now and again how many were. */
export function createOverloadGate(
  limits: Limits,
  stopwatch: () => number,
  site: Site,
  report: (refused: number) => void,
): OverloadGate {
  const newLane = createOverload(limits, stopwatch)
  const lanes = new Map<string, Lane>()
  // What nothing is at, and addresses with a variable part.
  const elsewhere = newLane()
  const refuse = createOverloadAnswer(site)
  const roomFor = createBodyRoom(limits.largeBodies)
  const count = createCount(report)

  return {
    lane(urls, always = false) {
      if ([...urls].some(url => /[:*]/.test(url))) return elsewhere
      const lane = always ? openLane : newLane()
      for (const url of urls) lanes.set(url, lane)
      return lane
    },

    before: answer => (request, response) => {
      const { url = '' } = request
      const mark = url.indexOf('?')
      const lane = lanes.get(mark < 0 ? url : url.slice(0, mark)) ?? elsewhere
      if (lane.admits() && roomFor(request, response)) return answer(request, response)
      count()
      refuse(request, response)
    },
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
