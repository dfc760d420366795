import { js } from './quote.ts'
import { listenerOf, type Situation } from './situation.ts'
import { text } from './text.ts'

interface Cookies {
  /** Remembers who began to sign in. */
  readonly name: string
  /** Has the id of a session. */
  readonly session: string
  readonly flags: string
}

/** Cookies of this very host where they can be (RFC 6265bis §4.1.3.2). */
export function cookiesOf({ redirect_uri }: Situation): Cookies {
  return redirect_uri.startsWith('https:')
    ? { name: '__Host-begun', session: '__Host-session', flags: 'Path=/; Secure; HttpOnly; SameSite=Lax' }
    : { name: 'begun', session: 'session', flags: 'Path=/; HttpOnly; SameSite=Lax' }
}

/** What ends a sign-in where nothing is renewed: the page that somebody comes back to. */
export function endSignIn(situation: Situation, who: string): string {
  const { name, flags } = cookiesOf(situation)
  return text`
  // Here your own session begins: keep the tokens in it, on the server.
  response.setHeader('set-cookie', '${name}=; Max-Age=0; ${flags}')
  response.end(${who})`
}

/** Node's own server: `begin` sends somebody to sign in, `comeBack` takes the answer. */
export function nodeServer(situation: Situation): string {
  return text`
createServer(async (request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  try {
    const url = new URL(request.url ?? '/', redirect_uri)
    const back = url.pathname === new URL(redirect_uri).pathname
${situation.renews && `    const [, id = ''] = /(?:^|; )${cookiesOf(situation).session}=([^;]+)/.exec(request.headers.cookie ?? '') ?? []`}
${situation.renews && '    const session = sessions.get(id)'}
    if (back && url.searchParams.has('state')) await comeBack(request, response, url)
${situation.renews && "    else if (url.pathname === '/' && session) {"}
${situation.renews && '      // Who is not renewed any more signs in again.'}
${situation.renews && '      await home(session, response).catch(() => begin(response))'}
    ${situation.renews ? '} ' : ''}else if (url.pathname === '/') await begin(response)
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
