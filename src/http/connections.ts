import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { openFilesLimit } from './open-files.ts'

/** Files that are not connections: the database and its log, locks, what workers open. */
const otherFiles = 64
/** Of all connections, how many make room at once. */
const share = 0.1

interface Connection {
  readonly socket: Socket
  /** What requests come over: the same, or the TLS in it. */
  http: HttpSocket
  /** When it was opened, or last asked for something: the number of that event. */
  used: number
}

const connectionOf = Symbol('connection')
type HttpSocket = Socket & {
  [connectionOf]?: Connection | undefined
  /** Node's own note of what is being answered. Listening to each answer would cost more than all else here. */
  readonly _httpMessage?: ServerResponse | null
}

/** Bounds how many connections a server has, and with them its memory and files. */
export interface Connections {
  /** Notes which connections are in use. */
  before(answer: RequestListener): RequestListener
  bound<S extends Server>(server: S): S
}

/**
 * Shortly before there are `limit` of them (or as many as there may be files), those unused the longest are closed:
 * connections that are merely held open, or that send slowly, keep nobody out, however many. Whose request has arrived
 * gets its answer.
 */
export function createConnections(limit: number): Connections {
  const most = Math.max(1, Math.min(limit, openFilesLimit() - otherFiles))
  const crowded = Math.floor(most * (1 - share / 2))
  const open = new Map<string, Connection>()
  let events = 0

  function makeRoom(): void {
    const unused = [...open].filter(([, { http }]) => !http._httpMessage?.req.complete)
    unused.sort(([, one], [, other]) => one.used - other.used)
    for (const [name, { socket }] of unused.slice(0, Math.ceil(most * share))) {
      open.delete(name)
      socket.destroy()
    }
  }

  return {
    before: answer => (request, response) => {
      const connection = (request.socket as HttpSocket)[connectionOf]
      if (connection !== undefined) connection.used = events++
      answer(request, response)
    },

    bound(server) {
      server.maxConnections = most
      return server
        .on('connection', (socket: HttpSocket) => {
          if (open.size >= crowded) makeRoom()
          const name = nameOf(socket)
          const connection = { socket, http: socket, used: events++ }
          socket[connectionOf] = connection
          open.set(name, connection)
          socket.once('close', () => {
            if (open.get(name) === connection) open.delete(name)
          })
        })
        .on('secureConnection', (http: HttpSocket) => {
          const connection = open.get(nameOf(http))
          if (connection === undefined) return
          connection.http = http
          http[connectionOf] = connection
        })
    },
  }
}

/** What a connection and the TLS in it have in common. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
