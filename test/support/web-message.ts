import { decoded } from './form.ts'

/** What a web_message page sends, and to pages of which origin. */
export interface WebMessage {
  readonly origin: string
  readonly response: Readonly<Record<string, string>>
}

/** Reads a web_message page as its script does. */
export function webMessageOf(html: string): WebMessage {
  const [, origin, response] = /data-origin="([^"]*)" data-response="([^"]*)"/.exec(html) ?? []
  if (origin === undefined || response === undefined) throw new Error(`no web message: ${html.slice(0, 200)}`)
  return { origin: decoded(origin), response: JSON.parse(decoded(response)) }
}

/** What arrived at a page, and from where. */
export interface Arrived {
  readonly origin: string
  readonly data: { readonly type: string; readonly response: Readonly<Record<string, string>> }
}
