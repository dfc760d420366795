import { isJson, type Json } from './members.ts'
import { isClient } from './read-client.ts'

/** What was given to be looked at. */
export type Subject =
  | { readonly kind: 'issuer'; readonly url: string }
  | { readonly kind: 'discovery'; readonly metadata: Json }
  | { readonly kind: 'authorize-url'; readonly url: URL }
  | { readonly kind: 'clients'; readonly described: readonly Json[] }
  | { readonly kind: 'token'; readonly header: Json; readonly claims: Json }

/** Nothing that there are rules for; the message says what there are. */
export class NoSubject extends Error {
  override readonly name = 'NoSubject'
}

const expected =
  'expected the address of an issuer or of an authorization request, or the JSON of a discovery document, of a client, ' +
  'or of a token’s {"header": {…}, "claims": {…}}, or a token itself'

/** What kind of thing a text is. @throws NoSubject */
export function recognise(text: string): Subject {
  const trimmed = text.trim()
  if (/^https?:\/\//.test(trimmed) && !/\s/.test(trimmed)) return ofAddress(trimmed)
  const jwt = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(trimmed)
  if (jwt) return { kind: 'token', header: decode(jwt[1] ?? ''), claims: decode(jwt[2] ?? '') }
  return ofJson(parse(trimmed))
}

function ofAddress(address: string): Subject {
  if (!URL.canParse(address)) throw new NoSubject(`${expected}; got an address that cannot be read`)
  const url = new URL(address)
  const asks = url.searchParams.has('response_type') || url.searchParams.has('client_id')
  return asks ? { kind: 'authorize-url', url } : { kind: 'issuer', url: address }
}

function ofJson(value: unknown): Subject {
  if (Array.isArray(value) && value.length > 0 && value.every(isJson)) return { kind: 'clients', described: value }
  if (!isJson(value)) throw new NoSubject(`${expected}; got something else`)
  const { header, claims, clients } = value
  if (isJson(header) && isJson(claims)) return { kind: 'token', header, claims }
  if ('authorization_endpoint' in value || 'token_endpoint' in value) return { kind: 'discovery', metadata: value }
  if (Array.isArray(clients) && clients.every(isJson)) return { kind: 'clients', described: clients }
  if (isClient(value)) return { kind: 'clients', described: [value] }
  throw new NoSubject(`${expected}; got JSON that is none of them`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NoSubject(`${expected}; got something that is no JSON`)
  }
}

function decode(part: string): Json {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), it => it.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isJson(value)) return value
  } catch {
    // Said below.
  }
  throw new NoSubject(`${expected}; got something with two dots that is no token`)
}
