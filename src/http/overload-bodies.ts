import type { IncomingMessage, ServerResponse } from 'node:http'

/** Bytes up to which a body is small: a form with a parked request in it is. */
const small = 16_384

/** Whether a body may come: a small one always, a large one while fewer than `limit` are under way. Slow ones by the thousand fill no memory. */
export function createBodyRoom(limit: number): (request: IncomingMessage, response: ServerResponse) => boolean {
  let underWay = 0
  function done(): void {
    underWay--
  }
  return ({ headers }, response) => {
    const length = headers['content-length']
    if (length === undefined ? headers['transfer-encoding'] === undefined : Number(length) <= small) return true
    if (underWay >= limit) return false
    underWay++
    response.once('close', done)
    return true
  }
}
