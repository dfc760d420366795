import { js } from './quote.ts'
import { listenerOf, type Situation } from './situation.ts'
import { text } from './text.ts'

/** The cookie that remembers who began to sign in: of this very host where it can be (RFC 6265bis §4.1.3.2). */
export function beginningCookie({ redirect_uri }: Situation): { readonly name: string; readonly flags: string } {
  return redirect_uri.startsWith('https:')
    ? { name: '__Host-begun', flags: 'Path=/; Secure; HttpOnly; SameSite=Lax' }
    : { name: 'begun', flags: 'Path=/; HttpOnly; SameSite=Lax' }
}

/** Node's own server: `begin` sends somebody to sign in, `comeBack` takes the answer. */
export function nodeServer(situation: Situation): string {
  return text`
createServer(async (request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  try {
    const url = new URL(request.url ?? '/', redirect_uri)
    const back = url.pathname === new URL(redirect_uri).pathname
    if (back && url.searchParams.has('state')) await comeBack(request, response, url)
    else if (url.pathname === '/') await begin(response)
    else response.writeHead(404).end()
  } catch (caught) {
    const { error, message } = caught as { error?: string; message: string }
    response.writeHead(400).end(error ?? message)
  }
}).${listen(situation)}`
}

export function listen(situation: Situation): string {
  const { host, port } = listenerOf(situation)
  const at = `Open http://${host.includes(':') ? `[${host}]` : host}:${port}/`
  return `listen(${port}, ${js(host)}, () => console.log(${js(at)}))`
}

/** Waits on this computer for the one answer that has this state, as `url`. */
export function loopbackListener(situation: Situation): {
  readonly begin: string
  readonly answer: (state: string) => string
} {
  const { host, port } = listenerOf(situation)
  return {
    begin: text`
const listener = createServer().listen(${situation.any_port ? 0 : port}, ${js(host)})
await once(listener, 'listening')
${redirectUri(situation)}`,
    answer: state => text`
const url = await new Promise<URL>(resolve => {
  listener.on('request', (request, response) => {
    const url = URL.parse(request.url ?? '/', redirect_uri)
    // Any page may call here: only the answer to this request has its state.
    const ours = url?.searchParams.get('state') === ${state}
    response.writeHead(ours ? 200 : 404, { connection: 'close' })
    response.end(ours ? 'Go on in the terminal.' : 'There is nothing here.')
    if (ours) resolve(url)
  })
})
listener.close()`,
  }
}

/** The registered one, at the port that was free. */
function redirectUri({ redirect_uri, any_port }: Situation): string {
  if (!any_port) return `const redirect_uri = ${js(redirect_uri)}`
  const { before, after } = aroundPort(redirect_uri)
  return `const redirect_uri = ${js(before)} + (listener.address() as AddressInfo).port + ${js(after)}`
}

/** A loopback address, without its port. */
export function aroundPort(redirect_uri: string): { readonly before: string; readonly after: string } {
  const [, host = '', after = ''] = /^(http:\/\/(?:\[[^\]]*\]|[^:/?]*))(?::\d+)?(.*)$/.exec(redirect_uri) ?? []
  return { before: `${host}:`, after }
}

/** As it stands outside of every function. */
export function unindented(lines: string): string {
  return lines.replaceAll(/^ {2}/gm, '')
}
