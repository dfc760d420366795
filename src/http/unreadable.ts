import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { errorUri } from '../core/error-uri.ts'
import type { ReasonId } from '../core/reasons.ts'

/** What Node refuses before there is a request: the status and the reason of each of its errors. */
const refusals: Readonly<Record<string, readonly [string, ReasonId, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'headers-too-large',
    'the header fields are larger than 16 kB, or there are a thousand',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-unreadable', 'the request came too slowly'],
}

const unreadable = ['400 Bad Request', 'request-unreadable', 'this is no HTTP request'] as const

/** Answers on the bare socket what could not be read as a request, in the form of RFC 6749 §5.2, and hangs up. */
export function refuseUnreadable(
  issuer: string,
  reference: () => string,
  refused: (reason: ReasonId) => void,
): (this: { readonly log: FastifyBaseLogger }, error: Error & { readonly code: string }, socket: Socket) => void {
  return function answer({ code }, socket) {
    if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const [status, reason, error_description] = refusals[code] ?? unreadable
    refused(reason)
    this.log.info({ reference: reference(), reason, detail: { code } }, 'refused')
    const body = JSON.stringify({ error: 'invalid_request', error_description, error_uri: errorUri(issuer, reason) })
    const head = [
      `HTTP/1.1 ${status}`,
      'content-type: application/json',
      'cache-control: no-store',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  }
}
