import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { controlPath } from './place.ts'

/** No server listens on this data directory. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning'
}

/** Asks the server of a data directory; yields each line of its answer. @throws NotRunning */
export async function* askControl(
  dataDir: string,
  request: object,
  signal?: AbortSignal,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const socket = connect(controlPath(dataDir))
  try {
    await once(socket, 'connect')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG'].includes(code)) throw error
    throw new NotRunning(
      `No server runs on ${dataDir}. Start it with npm start, or name its directory with --data-dir.`,
    )
  }
  // What follows a lost connection is the end of its lines.
  socket.on('error', () => {})
  signal?.addEventListener('abort', () => socket.destroy())
  socket.write(`${JSON.stringify(request)}\n`)
  const lines = createInterface({ input: socket })
  socket.once('close', () => lines.close())
  try {
    for await (const line of lines) yield JSON.parse(line) as Record<string, unknown>
  } finally {
    socket.destroy()
  }
}
