import { isIP } from 'node:net'
import { isLoopbackHost } from '../admin/redirect-uri.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'

/** A browser on the same machine, with no proxy in between that might speak for somebody else. */
export function isAtThisMachine({ request }: Exchange, { server }: Pick<Context, 'server'>): boolean {
  const { headers, socket } = request.raw
  const forwarded = Object.keys(headers).some(
    name => name === 'forwarded' || name === 'via' || /^x-(forwarded|real)/.test(name),
  )
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    isLoopback(request.ip) &&
    isLoopbackHost(new URL(server.issuer).hostname) &&
    headers.origin === undefined &&
    !forwarded
  )
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d)/i, '')
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}
