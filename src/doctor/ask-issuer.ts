import { isJson, type Json } from './members.ts'

/** An issuer's metadata and what was asked for it, or why there is none at each place that was looked at. */
export type Asked =
  | { readonly metadata: Json; readonly asked?: string }
  | { readonly whys: readonly { readonly place: string; readonly why: string }[] }

/**
 * Looks for the metadata of an issuer, or at the address itself where that is of a document. `fetchJson` says in its
 * error why it fetched nothing; `isExpected` tells such an error from any other.
 */
export async function askIssuer(
  address: string,
  fetchJson: (url: string) => Promise<unknown>,
  isExpected: (error: unknown) => error is Error,
): Promise<Asked> {
  const whys: { place: string; why: string }[] = []
  for (const place of placesOf(address)) {
    try {
      const metadata = await fetchJson(place)
      if (isJson(metadata)) return { metadata, ...(place === address ? {} : { asked: address }) }
      whys.push({ place, why: 'there is JSON, but no object' })
    } catch (error) {
      if (!isExpected(error)) throw error
      whys.push({ place, why: error.message })
    }
  }
  return { whys }
}

/** Where an issuer's metadata may be (OIDC Discovery §4, RFC 8414 §3.1). */
function placesOf(address: string): readonly string[] {
  if (address.includes('/.well-known/')) return [address]
  const { origin, pathname } = new URL(address)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}
