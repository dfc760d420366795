import { password } from './world.ts'

/** Follows a request through sign-in to the client's callback; answers with the cookies of the session it began. */
export async function signIn(port: number, authorizePath: string, login: string): Promise<string> {
  const cookies = new Map<string, string>()
  let page = await load(new URL(authorizePath, `http://127.0.0.1:${port}`), {}, cookies)
  for (let step = 0; step < 6; step++) {
    const location = page.headers.get('location')
    if (location !== null) {
      const next = new URL(location, page.url || `http://127.0.0.1:${port}`)
      if (next.port !== String(port)) return header(cookies)
      page = await load(next, {}, cookies)
      continue
    }
    const html = await page.text()
    const parked = /name="parked" value="([^"]+)"/.exec(html)?.[1]
    if (parked === undefined) throw new Error(`no sign-in form: ${page.status}\n${html.slice(0, 2000)}`)
    const body = new URLSearchParams({ parked, login, password })
    page = await load(new URL('/sign-in', `http://127.0.0.1:${port}`), { method: 'POST', body }, cookies)
  }
  throw new Error('sign-in leads nowhere')
}

async function load(url: URL, init: RequestInit, cookies: Map<string, string>): Promise<Response> {
  const response = await fetch(url, { ...init, headers: { cookie: header(cookies) }, redirect: 'manual' })
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const equals = pair.indexOf('=')
    cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
  return response
}

function header(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}
