import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  readonly method: string | undefined
  readonly url: URL
  readonly referer: string | undefined
  readonly body: string
}

/** A site of the attacker's, on a port of its own. */
export interface EvilSite {
  /** Another port of the host that the server is on: its cookies are the server's too, and SameSite stops nothing. */
  readonly sibling: string
  /** The same pages by another name, which makes it another site. */
  readonly stranger: string
  /** Serves this page at a path, with headers of its own; what was there is replaced. */
  serve(path: string, body: string, headers?: Readonly<Record<string, string | readonly string[]>>): void
  /** Everything that it was asked, as it came. */
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export async function startEvilSite(): Promise<EvilSite> {
  const pages = new Map<string, readonly [string, Readonly<Record<string, string | readonly string[]>>]>()
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const {
      method,
      headers: { referer },
    } = request
    const url = new URL(request.url ?? '/', 'http://evil')
    asked.push({ method, url, referer, body: await text(request) })
    const [body, headers] = pages.get(url.pathname) ?? ['', {}]
    const fields = Object.entries(headers).map(([name, value]) => [name, value] as [string, string | string[]])
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...Object.fromEntries(fields) }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    sibling: `http://127.0.0.1:${port}`,
    stranger: `http://localhost:${port}`,
    serve: (path, body, headers = {}) =>
      pages.set(path, [`<!doctype html><link rel="icon" href="data:,">${body}`, headers]),
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A form that posts itself as soon as its page is there. */
export function selfPosting(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const submit = '<script>HTMLFormElement.prototype.submit.call(document.forms[0])</script>'
  return `<form method="post" action="${escaped(action)}">${inputs.join('')}</form>${submit}`
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
