import { createHash } from 'node:crypto'
import { password } from './world.ts'

/** A browser without scripts, as far as HTTP can see one: cookies, forms, redirects that are not followed. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(url: string, headers?: Record<string, string>): Promise<Page>
  /** Posts the page's form that has this field or button, with its hidden fields, as a click would. */
  submit(page: Page, action: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>
  post(url: string, fields: Record<string, string> | string, headers?: Record<string, string>): Promise<Page>
}

export interface Page {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where it redirects to, if it does. */
  readonly location: URL | undefined
  /** The parked request in its forms. */
  readonly parked: string | undefined
  readonly title: string | undefined
}

/** How its requests travel: `fetch`, unless a proxy or another host name is to be played. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

export function openBrowser(send: Send = fetch): Browser {
  const cookies = new Map<string, string>()
  async function load(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) }
    const response = await send(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const html = await response.text()
    const location = response.headers.get('location')
    return {
      url,
      status: response.status,
      headers: response.headers,
      html,
      location: location === null ? undefined : new URL(location, url),
      parked: /name="parked" value="([^"]+)"/.exec(html)?.[1],
      title: /<title>([^<]*)<\/title>/.exec(html)?.[1],
    }
  }
  const post: Browser['post'] = (url, fields, headers = {}) =>
    load(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    })
  return {
    cookies,
    get: (url, headers = {}) => load(url, { headers }),
    post,
    submit: (page, action, fields, headers) =>
      post(new URL(action, page.url).href, { parked: page.parked ?? '', ...fields }, headers),
  }
}

export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
/** RFC 7636 Appendix B. */
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export function s256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** The parameters of an ordinary request of the client `web`; `undefined` leaves one out. */
export function authorizeUrl(issuer: string, changes: Record<string, string | undefined> = {}): string {
  const params = {
    client_id: 'web',
    redirect_uri: 'http://127.0.0.1:5001/callback',
    response_type: 'code',
    scope: 'openid profile email offline_access profile:read',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  const sent = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `${issuer}/authorize?${new URLSearchParams(sent)}`
}

/** Signs in on the page that a request led to. */
export function signIn(browser: Browser, page: Page, login = 'alice', word: string = password): Promise<Page> {
  return browser.submit(page, '/sign-in', { login, password: word })
}

/** Signs in to one more account, in a browser where somebody is signed in; where that leads to. */
export async function addAccount(browser: Browser, issuer: string, login: string): Promise<Page> {
  const choose = await browser.get(authorizeUrl(issuer, { prompt: 'select_account' }))
  return signIn(browser, await browser.submit(choose, '/select-account', { account: 'other' }), login)
}

/** Signs in and consents, as far as asked, until a page asks for nothing more. */
async function answerPages(browser: Browser, url: string, login: string): Promise<Page> {
  let page = await browser.get(url)
  if (page.html.includes('id="password"')) page = await signIn(browser, page, login)
  if (page.html.includes('name="consent"')) page = await browser.submit(page, '/consent', { consent: 'allow' })
  return page
}

/** Signs in and consents, as far as asked, until the browser is sent back; where to. */
export async function sentBack(browser: Browser, url: string, login = 'alice'): Promise<URL> {
  const page = await answerPages(browser, url, login)
  if (!page.location) throw new Error(`not sent back: ${page.status} ${page.title}`)
  return page.location
}

/** The same, with the parameters it goes back with. */
export async function authorize(browser: Browser, url: string, login = 'alice'): Promise<URLSearchParams> {
  const { search, hash } = await sentBack(browser, url, login)
  return new URLSearchParams(search || hash.slice(1))
}

/** The same, for an answer that goes back in a form: the request that the form's button makes. */
export async function postedBack(browser: Browser, url: string, login = 'alice'): Promise<Request> {
  const { html, status, title } = await answerPages(browser, url, login)
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1]
  if (action === undefined) throw new Error(`no form to post: ${status} ${title}`)
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  const body = new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, value]))
  return new Request(action, { method: 'POST', body })
}
