import { isLoopbackHost, redirectUriFault } from './redirect-uri.ts'

/**
 * What somebody most likely meant by a redirect URI that cannot be registered; nothing where that would be a guess.
 * Only what a browser would do to it anyway is changed, or what has one right form.
 */
export function mendRedirectUri(uri: string): string | undefined {
  let mended = uri
  for (const mend of mends) mended = mend(mended)
  return mended !== uri && redirectUriFault(mended) === undefined ? mended : undefined
}

/** In the order in which each leaves work for the next. */
const mends: readonly ((uri: string) => string)[] = [
  uri => uri.trim(),
  withScheme,
  uri => uri.replace(/^[a-z][a-z0-9+.-]*:/i, scheme => scheme.toLowerCase()),
  // Nothing of it ever reaches a server.
  uri => uri.replace(/#.*$/s, ''),
  uri => uri.replace(/^(https?:\/\/)[^/?\\]*@/, '$1'),
  withHostAsSent,
  withoutDotSegments,
  uri => uri.replace(/[^\x21-\x7e]|[\\"<>^`{|}]/gu, encodeCharacter),
  onlyLoopbackByHttp,
]

/** An address as people say it: a host, perhaps a port, perhaps a path. */
function withScheme(uri: string): string {
  const host = /^(\[[0-9a-f:.]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d+)?(?:[/?#]|$)/i.exec(uri)?.[1]
  if (host === undefined || !(host.includes('.') || isLoopbackHost(host.toLowerCase()))) return uri
  return `${isLoopbackHost(host.toLowerCase()) ? 'http' : 'https'}://${uri}`
}

/** Browsers rewrite the host before they send it; the path is left as it is. */
function withHostAsSent(uri: string): string {
  const [, scheme = '', authority = '', rest = ''] = /^(https?:\/\/)([^/?#\\]+)((?:[/?#].*)?)$/s.exec(uri) ?? []
  if (authority === '' || !URL.canParse(scheme + authority)) return uri
  const port = /:\d+$/.exec(authority)?.[0] ?? ''
  return scheme + new URL(scheme + authority).hostname + port + rest
}

function withoutDotSegments(uri: string): string {
  const [, start = '', path = '', query = ''] = /^(https?:\/\/[^/?]+)(\/[^?]*)(.*)$/s.exec(uri) ?? []
  const dots = path.split('/').some(segment => /^(\.|%2e){1,2}$/i.test(segment))
  if (!dots || !URL.canParse(start + path)) return uri
  return start + new URL(start + path).pathname + query
}

function onlyLoopbackByHttp(uri: string): string {
  const host = /^http:\/\/(\[[^\]]*\]|[^/:?]*)/.exec(uri)?.[1]
  return host === undefined || isLoopbackHost(host) ? uri : uri.replace('http:', 'https:')
}

function encodeCharacter(character: string): string {
  return character.isWellFormed() ? encodeURIComponent(character) : character
}
