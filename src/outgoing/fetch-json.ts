import { type FetchGuarded, OutgoingRefused } from './fetch-guarded.ts'

/** The JSON at an address, through the guard. @throws OutgoingRefused */
export function createFetchJson(fetchGuarded: FetchGuarded): (url: string) => Promise<unknown> {
  return async url => {
    const { status, headers, text } = await fetchGuarded(url)
    if (status >= 300 && status < 400)
      throw new OutgoingRefused(`the address redirects (${status}), which is not followed`)
    if (status !== 200) throw new OutgoingRefused(`the address answers ${status}`)
    if (/html/i.test(headers['content-type'] ?? ''))
      throw new OutgoingRefused('there is a page at the address, no JSON')
    try {
      return JSON.parse(text)
    } catch {
      throw new OutgoingRefused('what is at the address is no JSON')
    }
  }
}
