import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { lockDirectory } from './lock.ts'
import { findPlace, taken } from './place.ts'

/** What a command of the socket answers with. */
export interface Answer {
  /** One line; false when the reader is so far behind that it was left out. */
  send(value: object): boolean
  /** Aborted when the reader is gone or the server stops. */
  readonly gone: AbortSignal
}

/** Each takes the members of its request, which nobody has checked, and answers in lines until it returns. */
export type Commands = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>, answer: Answer) => Promise<void>>
>

export interface Control {
  readonly path: string
  close(): Promise<void>
}

const longestRequest = 8192
const mostUnread = 4_000_000
const patience = 10_000

/**
 * Listens for the commands of whoever may use the data directory (0600): one JSON line asks, JSON lines answer, and
 * the connection ends. It locks the directory against a second server, unless its caller has.
 * @throws ControlTaken when one is there already.
 */
export async function openControl(
  dataDir: string,
  commands: Commands,
  { locked = false }: { readonly locked?: boolean } = {},
): Promise<Control> {
  const unlock = locked ? () => {} : lockDirectory(dataDir)
  if (!unlock) throw taken(dataDir)
  try {
    const control = await listen(dataDir, commands)
    return {
      path: control.path,
      close: () => control.close().finally(unlock),
    }
  } catch (error) {
    unlock()
    throw error
  }
}

async function listen(dataDir: string, commands: Commands): Promise<Control> {
  const place = await findPlace(dataDir)
  const stopping = new AbortController()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, commands, stopping.signal)
  })
  server.maxConnections = 32
  await listenPrivately(server, place.path)
  place.settle()
  return {
    path: place.path,
    async close() {
      stopping.abort()
      for (const socket of sockets) socket.end()
      const patient = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, 500)
      await new Promise(resolve => server.close(resolve))
      clearTimeout(patient)
      place.leave()
    },
  }
}

/** Nobody else can connect, not even between its creation and a chmod. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
  })
  const restore = narrowUmask()
  try {
    // The socket file is made before this returns.
    server.listen(path)
  } finally {
    restore()
  }
  await listening
  chmodSync(path, 0o600)
}

/** A worker thread may not set the mask of its process; chmod follows at once anyway. */
function narrowUmask(): () => void {
  try {
    const before = process.umask(0o177)
    return () => void process.umask(before)
  } catch {
    return () => {}
  }
}

function serve(socket: Socket, commands: Commands, stopping: AbortSignal): void {
  const closed = new AbortController()
  const gone = AbortSignal.any([stopping, closed.signal])
  const send = (value: object): boolean => {
    if (gone.aborted || socket.writableLength > mostUnread) return false
    socket.write(`${JSON.stringify(value)}\n`)
    return true
  }
  let text = ''
  socket.setEncoding('utf8')
  socket.setTimeout(patience, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.once('close', () => closed.abort())
  socket.on('data', (chunk: string) => {
    text += chunk
    const end = text.indexOf('\n')
    if (end < 0 && text.length <= longestRequest) return
    socket.removeAllListeners('data').resume().setTimeout(0)
    const request = end < 0 || end > longestRequest ? undefined : readRequest(text.slice(0, end))
    run(request, commands, { send, gone })
      .catch(() => send({ error: 'the server could not answer this' }))
      .finally(() => socket.end())
  })
}

async function run(
  request: Readonly<Record<string, unknown>> | undefined,
  commands: Commands,
  answer: Answer,
): Promise<void> {
  const name = request?.['ask']
  const command = typeof name === 'string' && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!request || !command) answer.send({ error: 'this server does not know this request' })
  else await command(request, answer)
}

function readRequest(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
