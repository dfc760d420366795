import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from './limits.ts'

/** The requests of one path, as far as the limits are concerned. */
export interface Lane {
  /** The answering of one begins, once its body is there: who sends slowly holds nothing. */
  began(): void
  ended(): void
}

export interface CountedLane extends Lane {
  waiting: number
  answering: number
}

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** A request that has come, and what can be done with it. */
export interface Offer {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly lane: CountedLane
  readonly answer: Listener
  readonly refuse: Listener
}

/** Takes on as many requests as can be answered in time. */
export interface Overload {
  lane(): CountedLane
  /** Answers it now, in its turn, or not at all. */
  offer(offer: Offer): void
  /** A connection came: there may be more behind it. */
  connected(): void
}

interface Waiting extends Offer {
  readonly since: number
  next: Waiting | undefined
}

/** So few may wait however long it takes: a pause is no overload. */
const few = 64
/** What every lane may have waiting, and of what is being answered, when others have it all: no flood starves another path. */
const own = { waiting: 8, answering: 0.1 }
/** Milliseconds of work in a turn while connections come in or somebody was refused, and for how long after that. */
const hurry = { slice: 2, after: 1_000 }

/**
 * Keeps turns of the event loop short. What has come beyond a slice of work waits here, in the order in which it came;
 * once the first in that line has waited too long, who comes is refused, for a small part of the price of an answer.
 */
export function createOverload(
  limits: Pick<Limits, 'wait' | 'waiting' | 'slice' | 'inFlight'>,
  stopwatch: () => number,
): Overload {
  let first: Waiting | undefined
  let last: Waiting | undefined
  let waiting = 0
  let answering = 0
  let turning = false
  let began = 0
  let slice = limits.slice
  let accepted = false
  let refusedAt = Number.NEGATIVE_INFINITY

  function isBusy(lane: CountedLane): boolean {
    return answering >= limits.inFlight && lane.answering >= limits.inFlight * own.answering
  }

  /** Whoever waits since then has waited too long, and there are others. */
  function isLate(since: number, lane: CountedLane, patience: number, now: number): boolean {
    return now - since > patience && waiting >= few && lane.waiting >= own.waiting
  }

  function push(offer: Offer, since: number): void {
    const one: Waiting = { ...offer, since, next: undefined }
    if (last) last.next = one
    else first = one
    last = one
    waiting++
    one.lane.waiting++
  }

  function shift(): Waiting | undefined {
    const one = first
    if (one === undefined) return undefined
    first = one.next
    if (first === undefined) last = undefined
    waiting--
    one.lane.waiting--
    return one
  }

  /** Comes after everything that was ready when the turn began. */
  function work(): void {
    began = stopwatch()
    // Node accepts one connection a turn. Otherwise the longer it is, the more writes share a commit.
    const hurried = accepted || began - refusedAt < hurry.after
    slice = hurried ? Math.min(hurry.slice, limits.slice) : limits.slice
    accepted = false
    step()
  }

  /** One at a time, so that what each has yet to do is done, and measured, in between. */
  function step(): void {
    const one = shift()
    const now = stopwatch()
    if (one) settle(one, now)
    if (waiting === 0) turning = false
    else if (now - began < slice) process.nextTick(step)
    else setImmediate(work)
  }

  function settle({ request, response, lane, answer, refuse, since }: Waiting, now: number): void {
    // Who has hung up wants no answer.
    if (request.socket.destroyed) return
    if (isBusy(lane) || isLate(since, lane, 2 * limits.wait, now)) refuse(request, response)
    else answer(request, response)
  }

  return {
    lane() {
      const lane: CountedLane = {
        waiting: 0,
        answering: 0,
        began() {
          answering++
          lane.answering++
        },
        ended() {
          answering--
          lane.answering--
        },
      }
      return lane
    },

    offer(offer) {
      const { request, response, lane, answer, refuse } = offer
      const now = stopwatch()
      if (!turning) {
        turning = true
        began = now
        setImmediate(work)
      }
      const full = waiting >= limits.waiting || (first !== undefined && isLate(first.since, lane, limits.wait, now))
      if (full || isBusy(lane)) {
        refusedAt = now
        refuse(request, response)
      } else if (waiting === 0 && now - began < slice) answer(request, response)
      else push(offer, now)
    },

    connected() {
      accepted = true
    },
  }
}
