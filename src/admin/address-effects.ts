import { registeredRedirectUri, takesAnyLoopbackPort } from '../core/redirect-uri.ts'
import type { ClientEntry } from './client-entry.ts'
import { breaks, changes, type Effect } from './effect.ts'

/** What other addresses do, in words. A port of this computer makes no other address for what takes any (RFC 8252 §7.3). */
export function addressEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [left, come] = [
    gone(before.redirect_uris, after.redirect_uris),
    gone(after.redirect_uris, before.redirect_uris),
  ]
  const anyPort = takesAnyLoopbackPort(after)
  const still = left.flatMap(uri => registeredRedirectUri(uri, after) ?? [])
  return [
    ...left.map(uri => {
      const registered = registeredRedirectUri(uri, after)
      return registered === undefined
        ? breaks('redirect_uris', `People can no longer come back to ${uri}.`)
        : changes('redirect_uris', `People still come back to ${uri}: any port of ${registered} is taken.`)
    }),
    ...come.flatMap(uri => {
      const known = registeredRedirectUri(uri, before) !== undefined
      if (known && still.includes(uri)) return []
      const says = known ? `People come back to ${uri} as before` : `People may come back to ${uri}`
      return [changes('redirect_uris', `${says}${anyPort && isLoopback(uri) ? ', by any port' : ''}.`)]
    }),
    ...gone(before.grantwise.web_origins, after.grantwise.web_origins).map(it =>
      breaks('grantwise.web_origins', `Pages at ${it} can no longer ask this server from the browser.`),
    ),
    ...gone(after.grantwise.web_origins, before.grantwise.web_origins).map(it =>
      changes('grantwise.web_origins', `Pages at ${it} may ask this server from the browser.`),
    ),
  ]
}

/** What follows for its loopback addresses from where it runs: programs that choose no port take any. */
export function portEffects(before: ClientEntry, after: ClientEntry): readonly Effect[] {
  const [took, takes] = [takesAnyLoopbackPort(before), takesAnyLoopbackPort(after)]
  const kept = after.redirect_uris
    .filter(uri => isLoopback(uri) && registeredRedirectUri(uri, before) !== undefined)
    .join(', ')
  if (kept === '' || took === takes) return []
  return took
    ? [breaks('grantwise.runs_on', `People come back to ${kept} by exactly this port: any other is refused.`)]
    : [changes('grantwise.runs_on', `People may come back to ${kept} by any port.`)]
}

const gone = (before: readonly string[], after: readonly string[]) => before.filter(it => !after.includes(it))

/** What is registered with http leads to this computer. */
function isLoopback(uri: string): boolean {
  return uri.startsWith('http:')
}
