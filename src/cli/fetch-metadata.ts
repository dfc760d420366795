import { StartRefused } from '../config.ts'
import { isJson, type Json } from '../doctor/members.ts'

/** A server's metadata, through the guard of everything that is fetched. @throws StartRefused */
export async function fetchMetadata(
  address: string,
  allow: readonly string[],
): Promise<{ readonly metadata: Json; readonly asked?: string }> {
  const [{ createFetchGuarded, OutgoingRefused }, { createFetchJson }] = await Promise.all([
    import('../outgoing/fetch-guarded.ts'),
    import('../outgoing/fetch-json.ts'),
  ])
  const fetchJson = createFetchJson(createFetchGuarded({ allow }))
  const whys: string[] = []
  for (const place of placesOf(address)) {
    try {
      const metadata = await fetchJson(place)
      if (isJson(metadata)) return { metadata, ...(place === address ? {} : { asked: address }) }
      whys.push(`${place}: there is JSON, but no object`)
    } catch (error) {
      if (!(error instanceof OutgoingRefused)) throw error
      whys.push(`${place}: ${error.message}`)
    }
  }
  const hint = 'A document that you have can be given by itself: curl … | grantwise doctor -'
  throw new StartRefused(['No metadata could be fetched.', ...whys, hint].join('\n'))
}

/** Where an issuer's metadata may be (OIDC Discovery §4, RFC 8414 §3.1); the address itself if it is such a place. */
function placesOf(address: string): readonly string[] {
  if (address.includes('/.well-known/')) return [address]
  const { origin, pathname } = new URL(address)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}
