import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import * as client from 'openid-client'
import { secret } from './world.ts'

/** What came back to the app's callback, and what its library made of it. */
export interface AppAnswer {
  readonly method: string
  readonly code: string | undefined
  readonly error: string | undefined
  readonly error_description: string | undefined
  /** Of the ID Token, when the code was redeemed. */
  readonly claims: client.IDToken | undefined
  /** What it got for the code, and keeps to itself. */
  readonly access_token: string | undefined
}

/** A small web application on a port of its own: pages, a session, and openid-client. */
export interface ClientApp {
  readonly origin: string
  /** Its registration, for an apply file. */
  readonly registration: Readonly<Record<string, unknown>>
  /** Every answer so far, in order. */
  readonly answers: readonly AppAnswer[]
  /** Serves this text at a path, besides its own pages. */
  serve(path: string, type: string, body: string): void
  close(): Promise<void>
}

/** `issuer` is asked when somebody signs in, so that the app can be there before its server. */
export async function startClientApp(issuer: () => string, client_id = 'photo-prints'): Promise<ClientApp> {
  const answers: AppAnswer[] = []
  const pending = new Map<string, client.AuthorizationCodeGrantChecks>()
  const extra = new Map<string, readonly [string, string]>()
  let signedIn: { readonly id_token: string; readonly name: string } | undefined
  let origin = ''

  const discover = () =>
    client.discovery(new URL(issuer()), client_id, secret, undefined, { execute: [client.allowInsecureRequests] })

  /** Sends the browser to sign in, with whatever else its own query says. */
  async function login(query: URLSearchParams): Promise<string> {
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    }
    // By state, not by cookie: a form posted from another site brings no cookie with it.
    pending.set(checks.expectedState, checks)
    const url = client.buildAuthorizationUrl(await discover(), {
      redirect_uri: `${origin}/callback`,
      scope: 'openid profile email offline_access profile:read catalog:read',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...Object.fromEntries(query),
    })
    return url.href
  }

  async function callback(request: IncomingMessage, url: URL): Promise<string> {
    const method = request.method ?? ''
    const body = method === 'POST' ? await text(request) : undefined
    const params = body === undefined ? url.searchParams : new URLSearchParams(body)
    const got = (name: string) => params.get(name) ?? undefined
    const answer = { method, code: got('code'), error: got('error'), error_description: got('error_description') }
    const checks = pending.get(got('state') ?? '')
    pending.delete(got('state') ?? '')
    try {
      const current = body === undefined ? url : new Request(url, { method, body: new URLSearchParams(body) })
      if (!checks) throw new Error('this answer is to no request of ours, or came twice')
      const tokens = await client.authorizationCodeGrant(await discover(), current, checks)
      const claims = tokens.claims()
      signedIn = { id_token: tokens.id_token ?? '', name: String(claims?.['name']) }
      answers.push({ ...answer, claims, access_token: tokens.access_token })
      return '/'
    } catch (error) {
      answers.push({ ...answer, claims: undefined, access_token: undefined })
      const why = answer.error ?? (error instanceof Error ? error.message : String(error))
      return `/failed?${new URLSearchParams({ why })}`
    }
  }

  /** Asks the server to sign out, saying more or less about itself. */
  async function logout(query: URLSearchParams): Promise<string> {
    const hint = query.get('hint') === 'no' ? {} : { id_token_hint: signedIn?.id_token ?? '' }
    const back = query.get('return') === 'no' ? {} : { post_logout_redirect_uri: `${origin}/`, state: 'left' }
    return client.buildEndSessionUrl(await discover(), { ...hint, ...back }).href
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', origin)
    const goTo = (location: string) => response.writeHead(303, { location }).end()
    const [type, body] = extra.get(url.pathname) ?? []
    if (body !== undefined) return response.writeHead(200, { 'content-type': String(type) }).end(body)
    switch (url.pathname) {
      case '/':
        if (url.searchParams.get('state') === 'left') signedIn = undefined
        return show(response, signedIn ? `Signed in as ${signedIn.name}` : 'Nobody is signed in')
      case '/login':
        return goTo(await login(url.searchParams))
      case '/login-by-post':
        return show(response, 'Sign in', postOf(await login(url.searchParams)))
      case '/callback':
        return goTo(await callback(request, url))
      case '/failed':
        return show(response, `Sign-in failed: ${url.searchParams.get('why')}`)
      case '/logout':
        return goTo(await logout(url.searchParams))
      default:
        return response.writeHead(404).end()
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    registration: {
      client_id,
      client_secret: secret,
      client_name: 'Photo Prints',
      client_uri: origin,
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid profile email offline_access profile:read catalog:read',
      grantwise: { runs_on: 'server', acts_for: ['user'], audiences: ['https://api.example.com'] },
    },
    answers,
    serve: (path, type, body) => extra.set(path, [type, body]),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** The same request as a form. */
function postOf(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  const fields = [...searchParams].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  return `<form method="post" action="${origin}${pathname}">${fields.join('')}<button>Sign in</button></form>`
}

function show(response: ServerResponse, text: string, more = ''): void {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(
      `<!doctype html><html lang="en"><title>Photo Prints</title><link rel="icon" href="data:,"><h1>${text}</h1>${more}`,
    )
}
