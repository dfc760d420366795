import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import { errorUri } from '../core/error-uri.ts'

/** Milliseconds for a connection to say its first word, and to read our last. */
const patience = { first: 10_000, last: 2_000 }
/** The first byte of every TLS connection: a handshake record (RFC 8446 §5.1). */
const handshake = 0x16

/** Answers who speaks http to a port of https with where to go, instead of hanging up on them. */
export function explainPlainHttp(server: Server, issuer: string): Server {
  const [startTls, ...more] = server.listeners('connection')
  if (startTls === undefined || more.length > 0) throw new Error('a TLS server begins with one listener')
  server.removeAllListeners('connection')
  return server.on('connection', (socket: Socket) => {
    const drop = () => socket.destroy()
    socket.setTimeout(patience.first, drop).once('error', drop)
    socket.once('data', first => {
      socket.pause()
      socket.setTimeout(0).off('timeout', drop).off('error', drop)
      if (first[0] !== handshake) return answerPlain(socket, first, issuer)
      socket.unshift(first)
      startTls.call(server, socket)
    })
  })
}

/** Says one thing and hangs up; the rest of what comes is read past, so that the answer is not lost to a reset. */
function answerPlain(socket: Socket, first: Buffer, issuer: string): void {
  const drop = () => socket.destroy()
  socket.on('error', drop).setTimeout(patience.last, drop)
  const [, method, path] = /^([A-Z]{3,10}) (\S+) HTTP\/1\.[01]\r?\n/.exec(first.toString('latin1')) ?? []
  if (method === undefined || path === undefined) return void drop()
  const moved = (method === 'GET' || method === 'HEAD') && /^\/[\x21-\x7e]*$/.test(path)
  const location = new URL(issuer).origin + (moved ? path : '/')
  const text = moved
    ? `This port speaks https: ${location}\n`
    : `This port speaks https, and the request came over http, so it was not read. Send it to ${new URL(issuer).origin}.\n` +
      'Others on the network could read it: change any password or secret that was in it.\n' +
      `More about this: ${errorUri(issuer, 'https-missing')}\n`
  const head = [
    moved ? 'HTTP/1.1 307 Temporary Redirect' : 'HTTP/1.1 400 Bad Request',
    ...(moved ? [`location: ${location}`] : []),
    'content-type: text/plain; charset=utf-8',
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : text}`)
  socket.resume()
}
