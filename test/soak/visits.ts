import { loginOf } from '../load/document.ts'
import { Pool } from '../load/pool.ts'
import { clientCredentials, type Requests, requestsTo } from '../load/requests.ts'
import { fieldOf, type Outcome } from '../load/wire.ts'
import { authorizeUrl, type Browser, openBrowser, signIn, verifier } from '../support/browser.ts'
import { basic } from '../support/token.ts'

/** What came of all visits: how many ran, and answers that were not as they should be, by what was asked. */
export interface Visited {
  visits: number
  requests: number
  /** 503 with Retry-After: the visit ends there. */
  refused: number
  readonly wrong: Map<string, number>
}

/** Ordinary traffic of every kind: machines, people with a session, failures, sign-ins. */
export interface Visits {
  readonly visited: Visited
  /** The next visit, whatever became of those before. */
  visit(): Promise<void>
  /** One person signs in again, in the browser they had. */
  signIn(): Promise<void>
  close(): void
}

const redirect_uri = 'http://127.0.0.1:5005/callback'
const browserCount = 16

class Refused extends Error {}

export async function openVisits(issuer: string): Promise<Visits> {
  const requests = requestsTo(issuer)
  const pool = new Pool(Number(new URL(issuer).port), 64)
  const visited: Visited = { visits: 0, requests: 0, refused: 0, wrong: new Map() }
  const browsers = Array.from({ length: browserCount }, () => openBrowser())
  // They sign in again and again, each instead of the time before.
  const atHome = Array.from({ length: 4 }, () => openBrowser())
  const authorizePath = authorizeUrl('', {
    client_id: 'first-party',
    redirect_uri,
    scope: 'openid profile offline_access profile:read',
  })

  async function ask(what: string, request: string, expected: number): Promise<Outcome> {
    const outcome = await pool.ask(request)
    visited.requests++
    if (outcome.status === 503 && fieldOf(outcome.head, 'retry-after') !== undefined) throw new Refused()
    if (outcome.status !== expected) {
      note(`${what}: ${outcome.status} ${outcome.body.slice(0, 200)}`)
      throw new Refused()
    }
    return outcome
  }

  async function signInAs(browser: Browser, login: string): Promise<void> {
    const page = await browser.get(`${issuer}${authorizePath}&prompt=login`)
    const { location, status } = page.status === 200 ? await signIn(browser, page, login) : page
    if (status === 503) visited.refused++
    else if (!location?.searchParams.has('code')) note(`sign-in: ${status}`)
  }

  function note(what: string): void {
    visited.wrong.set(what, (visited.wrong.get(what) ?? 0) + 1)
  }

  for (const [at, browser] of browsers.entries()) await signInAs(browser, loginOf(at))
  let turn = 0
  return {
    visited,
    async visit() {
      const at = turn++
      const one = kinds[at % kinds.length] ?? machine
      const cookie = [...(browsers[at % browserCount]?.cookies ?? [])].map(pair => pair.join('=')).join('; ')
      try {
        await one({ ask, requests, authorizePath, cookie })
        visited.visits++
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        visited.refused++
      }
    },
    async signIn() {
      const browser = atHome.pop()
      if (browser === undefined) return
      await signInAs(browser, loginOf(browserCount))
      atHome.push(browser)
    },
    close: () => pool.close(),
  }
}

interface Visitor {
  readonly ask: (what: string, request: string, expected: number) => Promise<Outcome>
  readonly requests: Requests
  readonly authorizePath: string
  readonly cookie: string
}

type Kind = (visitor: Visitor) => Promise<void>

const machine: Kind = async ({ ask, requests }) => {
  for (let at = 0; at < 5; at++) await ask('client credentials', clientCredentials(requests), 200)
}

async function authorize({ ask, requests, authorizePath, cookie }: Visitor): Promise<string> {
  const { head } = await ask('authorize', requests.get(authorizePath, { cookie }), 302)
  return new URL(fieldOf(head, 'location') ?? '').searchParams.get('code') ?? ''
}

const redeem = ({ requests }: Visitor, code: string) =>
  requests.post(
    '/token',
    { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier },
    basic('first-party'),
  )

const user: Kind = async visitor => {
  const { ask, requests } = visitor
  const refresh = (refresh_token: string) =>
    requests.post('/token', { grant_type: 'refresh_token', refresh_token }, basic('first-party'))
  const bought = JSON.parse((await ask('code', redeem(visitor, await authorize(visitor)), 200)).body)
  const bearer = { authorization: `Bearer ${bought.access_token}` }
  await ask('userinfo', requests.get('/userinfo', bearer), 200)
  await ask('introspect', requests.post('/introspect', { token: bought.access_token }, basic('api-server')), 200)
  const renewed = JSON.parse((await ask('refresh', refresh(bought.refresh_token), 200)).body)
  await ask('refresh again', refresh(renewed.refresh_token), 200)
}

const failing: Kind = async visitor => {
  const { ask, requests } = visitor
  const wrong = basic('job', 'not-the-secret-of-this-client-at-all')
  await ask('wrong secret', requests.post('/token', { grant_type: 'client_credentials' }, wrong), 401)
  await ask('bad bearer', requests.get('/userinfo', { authorization: 'Bearer nothing' }), 401)
  await ask('nowhere', requests.get('/nothing/here'), 404)
  await ask('no redirect_uri', requests.get('/authorize?client_id=first-party', { accept: 'text/html' }), 400)
  const code = await authorize(visitor)
  await ask('code', redeem(visitor, code), 200)
  await ask('code again', redeem(visitor, code), 400)
}

const signedOut: Kind = async ({ ask, requests, authorizePath }) => {
  await ask('sign-in page', requests.get(authorizePath), 200)
  await ask('jwks', requests.get('/.well-known/jwks.json'), 200)
}

const kinds: readonly Kind[] = [machine, user, machine, user, signedOut, user, machine, failing]
