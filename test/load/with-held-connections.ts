import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { offer } from './open-loop.ts'
import { megabytes, print, unanswered } from './print.ts'
import { clientCredentials, requestsTo } from './requests.ts'
import type { LoadedServer } from './server.ts'

const held = 5_000
/** Bytes a connection may cost. */
const each = 32 * 2 ** 10

/** Connections by the thousand that say nothing, or stop in a head or in a body: the others are served all the same. */
export async function withHeldConnections(server: LoadedServer, carried: number): Promise<string[]> {
  const { port, issuer } = server
  const before = server.rss()
  const whole = clientCredentials(requestsTo(issuer))
  const sockets = await Promise.all(
    Array.from({ length: held }, (_, at) => hold(port, ['', whole.slice(0, 40), whole.slice(0, -1)][at % 3] ?? '')),
  )
  const tally = await offer({ port, rate: carried / 4, seconds: 20, next: () => whole })
  print(`beside ${held} held connections`, tally)
  const { sockets: open } = await server.holding()
  const grown = server.rss() - before
  console.log(`  ${open} are open still; memory grew by ${megabytes(grown)}`)
  for (const socket of sockets) socket.destroy()
  return [
    ...unanswered('beside held connections', tally),
    ...(grown > held * each ? ['they cost too much memory'] : []),
  ]
}

async function hold(port: number, said: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  socket.resume()
  if (said !== '') socket.write(said)
  return socket
}
