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

export function openBrowser(): Browser {
  const cookies = new Map<string, string>()
  async function load(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
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

/** Signs in and consents, as far as asked, until the browser is sent back; the parameters it goes back with. */
export async function authorize(browser: Browser, url: string, login = 'alice'): Promise<URLSearchParams> {
  let page = await browser.get(url)
  if (page.html.includes('id="password"')) page = await signIn(browser, page, login)
  if (page.html.includes('name="consent"')) page = await browser.submit(page, '/consent', { consent: 'allow' })
  if (!page.location) throw new Error(`not sent back: ${page.status} ${page.title}`)
  return new URLSearchParams(page.location.search || page.location.hash.slice(1))
}
