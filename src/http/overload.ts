import type { Limits } from './limits.ts'

/** The requests of one path, as far as the limits are concerned. */
export interface Lane {
  /** Whether one more is taken on now. */
  admits(): boolean
  /** The answering of one begins, once its body is there: who sends slowly holds nothing. */
  began(): void
  ended(): void
}

/** Requests of one turn that are taken on however long it lasts: a pause is no overload. */
const perTurn = 64
/** What every lane may take of a turn, and of what is in flight, when others have it all: no flood starves another path. */
const own = { perTurn: 8, inFlight: 0.1 }

/** Takes on whatever comes: who asks whether the server is alive must learn it when it is busy. */
export const openLane: Lane = { admits: () => true, began() {}, ended() {} }

/**
 * Makes lanes that share the limits of this process. Requests wait in their sockets until the event loop turns to them,
 * the earliest first. So the length of a turn is how long they wait, and what is behind the limit of it is refused at
 * once, for a small part of the price of an answer.
 */
export function createOverload(
  { turn, inFlight }: Pick<Limits, 'turn' | 'inFlight'>,
  stopwatch: () => number,
): () => Lane {
  let turns = 0
  let turning = false
  let began = 0
  let admitted = 0
  let answering = 0

  function begin(now: number): void {
    turning = true
    turns++
    began = now
    admitted = 0
    // Runs after everything that was ready when this turn began.
    setImmediate(end)
  }

  function end(): void {
    turning = false
  }

  return () => {
    let ownTurn = 0
    let ownAdmitted = 0
    let ownAnswering = 0
    return {
      admits() {
        const now = stopwatch()
        if (!turning) begin(now)
        if (ownTurn !== turns) {
          ownTurn = turns
          ownAdmitted = 0
        }
        const inTime = now - began < turn || admitted < perTurn || ownAdmitted < own.perTurn
        if (!inTime || (answering >= inFlight && ownAnswering >= inFlight * own.inFlight)) return false
        admitted++
        ownAdmitted++
        return true
      },
      began() {
        answering++
        ownAnswering++
      },
      ended() {
        answering--
        ownAnswering--
      },
    }
  }
}
