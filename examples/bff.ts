/**
 * A backend for a frontend (BFF, RFC 10017 §6.1): the small server of a single-page app. It signs people in, keeps
 * their tokens, and calls the API for the page, which holds a cookie that no script can read. docs/bff.md explains it.
 *
 *   CLIENT_ID=… CLIENT_SECRET=… npx node examples/bff.ts
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oidc from 'openid-client'

const { ISSUER = 'http://127.0.0.1:4000', CLIENT_ID = '', CLIENT_SECRET = '', PORT = '5006' } = process.env
const here = `http://127.0.0.1:${PORT}`
const redirect_uri = `${here}/callback`
/** In place of userinfo, the API that the page needs. */
const api = new URL(`${ISSUER}/userinfo`)

// An http issuer is for trying things on one machine; a real one is https, and this option goes.
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [oidc.allowInsecureRequests],
})

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers
interface Session {
  tokens: Tokens
  /** Milliseconds since 1970, of its access token. */
  ends: number
  renewing?: Promise<void> | undefined
}

/** Of this process; a real app keeps them where all of its processes look. Both are found by a random cookie. */
const beginnings = new Map<string, { readonly state: string; readonly nonce: string; readonly code_verifier: string }>()
const sessions = new Map<string, Session>()

// __Host-: of this very host, over https only (a browser takes 127.0.0.1 for that), for all of its paths.
const always = 'Path=/; Secure; HttpOnly'
// Comes back with the redirect from the authorization server, which is another site.
const beginningCookie = (id: string) => `__Host-beginning=${id}; ${always}; SameSite=Lax; Max-Age=600`
// Is sent by this app's own page only.
const sessionCookie = (id: string) => `__Host-session=${id}; ${always}; SameSite=Strict`
const gone = (name: string) => `${name}=; ${always}; Max-Age=0`

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

const routes: Readonly<Record<string, Answer>> = {
  'GET /': (_request, response) => send(response, 'text/html', page),
  'GET /page.js': (_request, response) => send(response, 'text/javascript', script),

  async 'GET /login'(_request, response) {
    const id = oidc.randomState()
    const beginning = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      code_verifier: oidc.randomPKCECodeVerifier(),
    }
    keep(beginnings, id, beginning, 600)
    const location = oidc.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid profile offline_access',
      code_challenge: await oidc.calculatePKCECodeChallenge(beginning.code_verifier),
      code_challenge_method: 'S256',
      state: beginning.state,
      nonce: beginning.nonce,
    })
    response.writeHead(302, { location: location.href, 'set-cookie': beginningCookie(id) }).end()
  },

  async 'GET /callback'(request, response) {
    const id = cookie(request, '__Host-beginning')
    const beginning = beginnings.get(id)
    beginnings.delete(id)
    if (!beginning) return refuse(response, 400, 'nobody began to sign in in this browser')
    const tokens = await oidc.authorizationCodeGrant(config, new URL(request.url ?? '/', here), {
      expectedState: beginning.state,
      expectedNonce: beginning.nonce,
      pkceCodeVerifier: beginning.code_verifier,
    })
    const session = oidc.randomState()
    keep(sessions, session, { tokens, ends: endOf(tokens) }, 86_400)
    response.writeHead(302, { location: '/', 'set-cookie': [sessionCookie(session), gone('__Host-beginning')] }).end()
  },

  async 'GET /api/me'(request, response) {
    const session = sessionOf(request, response)
    if (!session) return
    const answer = await oidc.fetchProtectedResource(config, await accessToken(session), api, 'GET')
    response.statusCode = answer.status
    send(response, 'application/json', await answer.text())
  },

  async 'POST /logout'(request, response) {
    const session = sessionOf(request, response)
    if (!session) return
    sessions.delete(cookie(request, '__Host-session'))
    const { refresh_token } = session.tokens
    if (refresh_token !== undefined) await oidc.tokenRevocation(config, refresh_token)
    const location = oidc.buildEndSessionUrl(config, {})
    response.setHeader('set-cookie', gone('__Host-session'))
    send(response, 'application/json', JSON.stringify({ location }))
  },
}

/**
 * The session of a request that this app's own page made: another site's page cannot send this header without being
 * asked first (CORS), and nobody answers it.
 */
function sessionOf(request: IncomingMessage, response: ServerResponse): Session | undefined {
  if (request.headers['x-bff'] !== '1') return refuse(response, 403, 'the header X-BFF: 1 is missing')
  return sessions.get(cookie(request, '__Host-session')) ?? refuse(response, 401, 'nobody is signed in')
}

/** Renewed a minute before it ends; once, however many requests of the page need it. */
async function accessToken(session: Session): Promise<string> {
  const { refresh_token } = session.tokens
  if (Date.now() > session.ends - 60_000 && refresh_token !== undefined) {
    session.renewing ??= renew(session, refresh_token).finally(() => {
      session.renewing = undefined
    })
    await session.renewing
  }
  return session.tokens.access_token
}

async function renew(session: Session, refresh_token: string): Promise<void> {
  const tokens = await oidc.refreshTokenGrant(config, refresh_token)
  session.tokens = Object.assign(tokens, { refresh_token: tokens.refresh_token ?? refresh_token })
  session.ends = endOf(tokens)
}

/** For so many seconds, and never more than a thousand: whoever calls can begin, and begin again. */
function keep<T>(all: Map<string, T>, id: string, value: T, seconds: number): void {
  const [oldest] = all.keys()
  if (all.size >= 1000 && oldest !== undefined) all.delete(oldest)
  all.set(id, value)
  setTimeout(() => all.delete(id), seconds * 1000).unref()
}

function endOf(tokens: Tokens): number {
  return Date.now() + (tokens.expiresIn() ?? 0) * 1000
}

function cookie({ headers }: IncomingMessage, name: string): string {
  const pairs = (headers.cookie ?? '').split('; ').map(pair => pair.split('='))
  return pairs.find(([it]) => it === name)?.[1] ?? ''
}

function refuse(response: ServerResponse, status: number, why: string): undefined {
  response.statusCode = status
  send(response, 'application/json', JSON.stringify({ error: why }))
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'")
  response.end(body)
}

const page = `<!doctype html>
<html lang="en">
<title>Notes</title>
<h1>Notes</h1>
<p id="who"></p>
<p><a href="/login">Sign in</a> <button id="out" hidden>Sign out</button></p>
<script type="module" src="/page.js"></script>`

const script = `
const ask = (path, method = 'GET') => fetch(path, { method, headers: { 'X-BFF': '1' } })
const out = document.querySelector('#out')
const answer = await ask('/api/me')
if (answer.ok) {
  const me = await answer.json()
  document.querySelector('#who').textContent = 'Signed in as ' + (me.name ?? me.sub)
  document.querySelector('a').hidden = !(out.hidden = false)
  out.onclick = async () => { location.href = (await (await ask('/logout', 'POST')).json()).location }
} else {
  document.querySelector('#who').textContent = 'Nobody is signed in'
}`

createServer(async (request, response) => {
  // What is no address at all is at none.
  const path = URL.parse(`${here}${request.url}`)?.pathname
  const answer = routes[`${request.method} ${path}`]
  if (!answer) return refuse(response, 404, 'there is nothing here')
  try {
    await answer(request, response)
  } catch (error) {
    refuse(response, 400, error instanceof Error ? error.message : String(error))
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log(`The app is at ${here}`))
