import { type Browser, openBrowser } from '../../support/browser.ts'
import { send } from '../../support/raw.ts'
import type { Hoard } from './known.ts'

/** One answer that says that something was refused, as whoever asked could read it. */
export interface Refused {
  readonly asked: string
  readonly text: string
}

/** Asks a server and keeps every refusal it gives, on a page, in JSON or on the way back to an application. */
export interface Witness {
  readonly refusals: readonly Refused[]
  browser(): Browser
  /** Posts a form, or asks for an address when there is none. */
  ask(
    path: string,
    fields?: Readonly<Record<string, string>> | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>>; readonly text: string }>
}

export function createWitness(issuer: string, { hide }: Hoard): Witness {
  const refusals: Refused[] = []
  const times = new Map<string, number>()

  /** The first of a kind are enough to look for: each page has others. */
  function hideSome(name: string, value: string): void {
    const before = times.get(name) ?? 0
    times.set(name, before + 1)
    if (before < 8 && value.length >= 8) hide(name, value)
  }

  /** What a page gives its own browser to bring back is that browser's, and sealed: it is hidden, and looked for elsewhere. */
  function withoutOwnFields(html: string): string {
    return html.replaceAll(/<input type="hidden" name="(parked|form)" value="([^"]*)"\/?>/g, (_field, name, value) => {
      hideSome(`${name} field`, value)
      return ''
    })
  }

  /** What somebody typed where everybody sees it is shown to them again, for it to be mended: their name, a user code, and no more. */
  function withoutTyped(html: string): string {
    return html.replaceAll(/<input id="(login|name|email|user_code)"[^>]*>/g, '')
  }

  function keep(asked: string, status: number, headers: Headers, text: string): void {
    for (const cookie of headers.getSetCookie()) {
      const [, value = ''] = /=([^;]*)/.exec(cookie) ?? []
      hideSome(`cookie ${cookie.slice(0, cookie.indexOf('='))}`, value)
    }
    const visible = withoutTyped(withoutOwnFields(text))
    const told = [...headers].filter(([name]) => name !== 'set-cookie')
    const back = headers.get('location')
    const error = back !== null && new URL(back, issuer).searchParams.has('error')
    // An application gets its own state back; where it goes is all that is left of a good answer.
    const location = back?.replace(/([?&#])(state|code)=[^&]*/g, '$1')
    if (status >= 400 || error)
      refusals.push({
        asked,
        text: JSON.stringify([status, ...told.filter(([name]) => name !== 'location'), location, visible]),
      })
  }

  async function sent(url: string, init: RequestInit): Promise<Response> {
    const { method = 'GET', headers, body } = init
    const answer = await send(url, {
      method,
      headers: headers as Record<string, string>,
      body: typeof body === 'string' ? body : '',
    })
    const text = await answer.clone().text()
    keep(`${method} ${new URL(url).pathname}`, answer.status, answer.headers, text)
    return answer
  }

  return {
    refusals,
    browser: () => openBrowser(sent),
    async ask(path, fields, headers = {}) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = typeof fields === 'object' ? new URLSearchParams(fields).toString() : fields
      const answer = await sent(`${issuer}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body }),
        headers: { ...(body === undefined ? {} : form), ...headers },
      })
      const text = await answer.text()
      return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} }
    },
  }
}
