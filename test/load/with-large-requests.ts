import { connect } from 'node:net'
import { megabytes } from './print.ts'
import { requestsTo } from './requests.ts'
import type { LoadedServer } from './server.ts'

const times = 1_000
/** Bytes. */
const mayGrow = 100 * 2 ** 20

/** Heads and bodies that are too large, and large ones that never end: each is refused, and none is kept. */
export async function withLargeRequests(server: LoadedServer): Promise<string[]> {
  const { get, post } = requestsTo(server.issuer)
  const before = server.rss()
  const most = { now: before }
  const watch = setInterval(() => {
    most.now = Math.max(most.now, server.rss())
  }, 50)
  const heads = await statuses(server.port, get('/', { 'x-padding': 'x'.repeat(20_000) }))
  const bodies = await statuses(server.port, post('/token', { a: 'x'.repeat(99_999) }))
  const slow = await statuses(server.port, post('/token', { a: 'x'.repeat(99_997) }).slice(0, -1))
  clearInterval(watch)
  console.log(`${times} × huge head: ${heads}; 100 kB and a byte: ${bodies}; 100 kB that never end: ${slow}`)
  console.log(`  memory ${megabytes(before)} before, at most ${megabytes(most.now)}`)
  const served = (await fetch(`${server.issuer}/readyz`)).status === 200
  return [
    ...(heads === '431' ? [] : [`a huge head: ${heads}`]),
    ...(bodies.split(' ').every(it => it === '413' || it === '503') ? [] : [`a huge body: ${bodies}`]),
    ...(slow.split(' ').every(it => it === '408' || it === '503') ? [] : [`an endless body: ${slow}`]),
    ...(most.now - before > mayGrow ? ['they cost too much memory'] : []),
    ...(served ? [] : ['the server does not answer any more']),
  ]
}

/** Which answers came to as many of this request, each over a connection of its own, all at once. */
async function statuses(port: number, request: string): Promise<string> {
  const answers = await Promise.all(Array.from({ length: times }, () => answerTo(port, request)))
  return [...new Set(answers)].sort().join(' ')
}

function answerTo(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  return new Promise(resolve => {
    socket.on('error', () => {})
    socket.once('close', () => resolve('lost'))
    socket.once('data', said => {
      resolve(said.toString('latin1').slice(9, 12))
      socket.destroy()
    })
  })
}
