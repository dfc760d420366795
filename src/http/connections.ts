import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from './limits.ts'
import { openFilesLimit } from './open-files.ts'
import { createUnread, type UnreadLimits } from './unread.ts'

/** Files that are not connections: the database and its log, locks, what workers open. */
const otherFiles = 64
/** Of all connections, how many make room at once. */
const share = 0.1

export interface Connection {
  readonly socket: Socket
  /** What requests come over: the same, or the TLS in it. */
  http: HttpSocket
  /** When it was opened, or last asked for something with nothing left to answer: the number of that event. */
  used: number
  /** Answers to requests that came while an earlier one was being answered: they wait for it, or are its successors. */
  readonly behind: Set<ServerResponse>
  /** Set while an answer is found unread: since which look, and by what it was last asked then. */
  unread: { readonly used: number; readonly since: number } | undefined
}

const connectionOf = Symbol('connection')
type HttpSocket = Socket & {
  [connectionOf]?: Connection | undefined
  /** Node's own note of what is being answered. Listening to each answer would cost more than all else here. */
  readonly _httpMessage?: ServerResponse | null
}

export type ConnectionLimits = UnreadLimits & Pick<Limits, 'connections' | 'connectionsCheckingInterval'>

/** Bounds how many connections a server has, and with them its memory and files. */
export interface Connections {
  /** Notes which connections are in use. */
  before(answer: RequestListener): RequestListener
  bound<S extends Server>(server: S): S
}

/**
 * Shortly before there are `limit` of them (or as many as there may be files), those unused the longest are closed:
 * connections that are merely held open, or that send or read slowly, keep nobody out, however many. Whose request has
 * arrived gets its answer, while they read it.
 */
export function createConnections(limits: ConnectionLimits, stopwatch: () => number): Connections {
  const most = Math.max(1, Math.min(limits.connections, openFilesLimit() - otherFiles))
  const crowded = Math.floor(most * (1 - share / 2))
  const open = new Map<string, Connection>()
  const lateReaders = createUnread(limits, stopwatch)
  let events = 0

  function makeRoom(): void {
    const unused = [...open].filter(([, { http, unread }]) => unread !== undefined || !http._httpMessage?.req.complete)
    unused.sort(([, one], [, other]) => one.used - other.used)
    for (const [name, { socket }] of unused.slice(0, Math.ceil(most * share))) {
      open.delete(name)
      socket.destroy()
    }
  }

  /** By a reset: what the kernel still holds for them goes too. */
  function cutOffLateReaders(): void {
    for (const { socket } of lateReaders(open.values())) socket.resetAndDestroy()
  }

  return {
    before: answer => (request, response) => {
      const http = request.socket as HttpSocket
      const connection = http[connectionOf]
      if (connection !== undefined) {
        const alone = http._httpMessage === response
        if (alone) connection.used = events++
        else keepBehind(response, connection)
      }
      answer(request, response)
    },

    bound(server) {
      server.maxConnections = most
      const looks = setInterval(cutOffLateReaders, limits.connectionsCheckingInterval).unref()
      return server
        .once('close', () => clearInterval(looks))
        .on('connection', (socket: HttpSocket) => {
          if (open.size >= crowded) makeRoom()
          const name = nameOf(socket)
          const connection: Connection = { socket, http: socket, used: events++, behind: new Set(), unread: undefined }
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

/** Few ask again before they are answered: to these answers it costs nothing to listen. */
function keepBehind(response: ServerResponse, { behind }: Connection): void {
  behind.add(response)
  response.once('close', () => behind.delete(response))
}

/** What a connection and the TLS in it have in common. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
