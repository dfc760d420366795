import type { IncomingMessage } from 'node:http'

/** Whether a header field came more than once: of some, Node keeps the first and hides the rest. `name` in lower case. */
export function isRepeated({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): boolean {
  let times = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? ''
    if (sent.length === name.length && sent.toLowerCase() === name) times++
  }
  return times > 1
}
