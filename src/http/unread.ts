import type { Connection } from './connections.ts'
import type { Limits } from './limits.ts'

export type UnreadLimits = Pick<Limits, 'answerTimeout' | 'unread'>

/**
 * Which connections are to be cut off, at a look now and then: an answer that is not read lies in our memory. Each is
 * given its time; where all of it together is too much, those that take the longest go before their time is over.
 */
export function createUnread(
  { answerTimeout, unread }: UnreadLimits,
  stopwatch: () => number,
): (connections: Iterable<Connection>) => readonly Connection[] {
  return connections => {
    const now = stopwatch()
    const slow: { readonly connection: Connection; readonly since: number }[] = []
    let total = 0
    for (const connection of connections) {
      const { used, unread: before } = connection
      const bytes = unreadBytes(connection)
      if (bytes === 0) connection.unread = undefined
      // Asked for something else since: what was there at the last look was read.
      else if (before?.used !== used) connection.unread = { used, since: now }
      if (connection.unread === undefined) continue
      slow.push({ connection, since: connection.unread.since })
      total += bytes
    }
    slow.sort((one, other) => one.since - other.since)
    return slow.flatMap(({ connection, since }) => {
      if (now - since < answerTimeout && total <= unread) return []
      total -= unreadBytes(connection)
      return [connection]
    })
  }
}

/** What it was given and its peer has not taken, and the answers that wait behind that: counted, since strangers choose how many and how long. */
function unreadBytes({ http, behind }: Connection): number {
  let bytes = http.writableLength
  for (const answer of behind) if (answer !== http._httpMessage) bytes += answer.writableLength
  return bytes
}
