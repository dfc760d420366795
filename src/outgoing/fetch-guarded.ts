import { lookup } from 'node:dns/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { reachable } from './addresses.ts'

/** What may be asked for, and how it is found. */
export interface OutgoingOptions {
  /** Networks that may be reached although they are not public. */
  readonly allow: readonly string[]
  /** Every address of a host; by the system unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** Certificate authorities (PEM) in place of the system's. */
  readonly ca?: string
}

/** What came back, whatever its status; a redirect is not followed. */
export interface OutgoingAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Why nothing was fetched, in words that may be shown to the operator and to the owner of what named the address. */
export class OutgoingRefused extends Error {
  override readonly name = 'OutgoingRefused'
}

export type FetchGuarded = (url: string) => Promise<OutgoingAnswer>

/** Milliseconds in all, from the look-up of the name to the last byte. */
const longest = 3000
/** Bytes of a body. */
const largest = 65_536
const atOnce = 16
/** That wait for one of those to be over, each a few seconds at most. */
const mostWaiting = 32

/**
 * The one way out: GET by https to a public address that was looked at before it was connected to, without redirects,
 * credentials or proxies, small and short (OWASP SSRF prevention; RFC 8725 §3.10).
 * @throws OutgoingRefused
 */
export function createFetchGuarded({ allow, resolve = systemAddresses, ca }: OutgoingOptions): FetchGuarded {
  const mayReach = reachable(allow)
  let underWay = 0
  const waiting: (() => void)[] = []

  /** Hosts that hang keep no others out for long. */
  async function begin(): Promise<void> {
    if (underWay < atOnce) underWay += 1
    else if (waiting.length >= mostWaiting) throw new OutgoingRefused('too much is being fetched at once')
    else await new Promise<void>(resolve => waiting.push(resolve))
  }

  /** Whoever waits the longest takes the place. */
  function end(): void {
    const next = waiting.shift()
    if (next) next()
    else underWay -= 1
  }

  async function fetch(url: string, signal: AbortSignal): Promise<OutgoingAnswer> {
    const target = readTarget(url)
    const host = target.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(host) === 0 ? await unlessAborted(resolve(host), signal) : [host]
    const [address] = addresses
    if (address === undefined) throw new OutgoingRefused(`${host} has no address`)
    // All of them: a name that is public and private at once is a trick.
    if (!addresses.every(mayReach)) {
      throw new OutgoingRefused(`${host} is not at a public address, and not in a network that outgoing_allow names`)
    }
    return ask(target, address, { signal, ...(ca === undefined ? {} : { ca }) })
  }

  return async url => {
    await begin()
    const signal = AbortSignal.timeout(longest)
    try {
      return await fetch(url, signal)
    } catch (error) {
      throw refusal(error, signal)
    } finally {
      end()
    }
  }
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

function readTarget(url: string): URL {
  const target = URL.parse(url)
  if (target?.protocol !== 'https:') throw new OutgoingRefused('the address is not https')
  if (target.username !== '' || target.password !== '') throw new OutgoingRefused('the address names a user')
  const port = Number(target.port || 443)
  // Below are the ports of other protocols, whose servers might make something of what we say.
  if (port !== 443 && port < 1024) throw new OutgoingRefused(`port ${port} is not one for https`)
  return target
}

function ask(
  { hostname, port, pathname, search }: URL,
  address: string,
  options: { readonly signal: AbortSignal; readonly ca?: string },
): Promise<OutgoingAnswer> {
  // Imported, the module would load all of undici.
  const { request } = process.getBuiltinModule('node:https')
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...options,
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: port || 443,
        path: pathname + search,
        // Its own connection, to the address that was looked at, whatever the name says by now.
        agent: false,
        lookup: (_host, { all }, found) => {
          const family = isIP(address)
          if (all) found(null, [{ address, family }])
          else found(null, address, family)
        },
        maxHeaderSize: 16_384,
        headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'Grantwise' },
      },
      incoming => {
        readBody(incoming).then(
          text => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
          error => {
            outgoing.destroy()
            reject(error)
          },
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const encoding = incoming.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new OutgoingRefused('the answer is compressed, which was not asked for')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largest) throw new OutgoingRefused(`the answer is larger than ${largest} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** A failure in words; of what the system says only its code, since the rest may tell of a network nobody shall see. */
function refusal(error: unknown, signal: AbortSignal): OutgoingRefused {
  if (error instanceof OutgoingRefused) return error
  if (signal.aborted) return new OutgoingRefused(`there was no answer within ${longest / 1000} seconds`)
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return new OutgoingRefused(`the address could not be reached${code}`)
}
