import { request } from 'node:http'
import { connect } from 'node:net'
import type { Send } from './browser.ts'

/** A request as it goes over the wire: any method, any Host, headers more than once. */
export interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** The request target, where it is not the path of the URL. */
  readonly path?: string
}

/** Sends what `fetch` would refuse or mend, over a connection of its own. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body = '', path }: RawRequest = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url)
    const length = body.length === 0 ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = request(
      {
        hostname,
        port,
        path: path ?? pathname + search,
        method,
        agent: false,
        headers: { ...length, ...(headers as Record<string, string | string[]>) },
      },
      incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const { statusCode = 0, rawHeaders } = incoming
          const pairs = rawHeaders.flatMap((name, at): [string, string][] =>
            at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
          )
          const empty = [204, 304].includes(statusCode)
          resolve(new Response(empty ? null : Buffer.concat(chunks), { status: statusCode, headers: pairs }))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Carries a browser's requests for any issuer to the server at this address, as a proxy in front of it would. */
export function through(address: string, added: Readonly<Record<string, string>> = {}): Send {
  return (url, { method = 'GET', headers, body }) => {
    const { host, pathname, search } = new URL(url)
    return send(new URL(pathname + search, address).href, {
      method,
      headers: { ...(headers as Record<string, string>), host, ...added },
      body: typeof body === 'string' ? body : '',
    })
  }
}

/** Says these bytes to the socket of a server, whatever they are, and waits for all that it says. */
export function speak(url: string, text: string | Uint8Array): Promise<string> {
  return new Promise(resolve => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.end(text))
    let heard = ''
    socket.on('data', chunk => {
      heard += chunk
    })
    // A reset is an end like any other.
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
}
