import { connect } from 'node:net'

/** One keep-alive HTTP/1.1 connection with one request on it at a time. */
export interface Connection {
  /** Sends a request built beforehand. Rejects when the connection ends, or the answer has no Content-Length. */
  request(bytes: Buffer): Promise<Answer>
  close(): void
}

export interface Answer {
  readonly status: number
  /** Status line and headers, as they came. */
  readonly head: string
  readonly body: string
}

interface Waiting {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/**
 * A connection to a loopback port that does as little as it can per request, so that the load costs less than what
 * it measures: no header is parsed but Content-Length.
 */
export function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received: Buffer | undefined
  let waiting: Waiting | undefined

  socket.on('data', chunk => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    const settled = waiting
    try {
      const answer = parseAnswer(received)
      if (answer === undefined) return
      received = undefined
      waiting = undefined
      settled?.resolve(answer)
    } catch (error) {
      socket.destroy(error as Error)
    }
  })
  socket.on('error', error => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error(`port ${port} closed the connection with a request on it`)))

  const connection: Connection = {
    request: bytes =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(bytes)
      }),
    close() {
      waiting = undefined
      socket.destroy()
    },
  }
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(connection)
    })
  })
}

/** One thing done on a connection of its own. */
export async function once<T>(port: number, does: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await openConnection(port)
  try {
    return await does(connection)
  } finally {
    connection.close()
  }
}

/** The answer, once all of it is there. */
function parseAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const status = Number(head.slice(9, 12))
  if (length === undefined && status !== 204) throw new Error(`an answer without Content-Length:\n${head}`)
  const total = end + 4 + Number(length ?? 0)
  if (bytes.length < total) return undefined
  return { status, head, body: bytes.toString('utf8', end + 4, total) }
}
