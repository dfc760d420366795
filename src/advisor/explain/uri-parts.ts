/** The parts of a URI as they are spelled (RFC 3986 Appendix B); joined in order they are the URI again. */
export interface UriParts {
  readonly uri: string
  /** With its colon. */
  readonly scheme: string
  /** Every slash between the scheme and what follows, and what follows. */
  readonly slashes: string
  readonly rest: string
  /** `//` where there is an authority. */
  readonly authorityMark: string
  /** With its "@". */
  readonly userinfo: string
  readonly host: string
  /** With its colon. */
  readonly port: string
  readonly path: string
  /** With its question mark. */
  readonly query: string
  /** With its "#". */
  readonly fragment: string
}

const shape = /^([a-z][a-z0-9+.-]*:)?((\/\/)([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/is
const authorityShape = /^(.*@)?(\[[^\]]*\]|[^:]*)(:.*)?$/s

/** Takes a URI apart; nothing is decoded, and what is no URI is all path. */
export function uriParts(uri: string): UriParts {
  const [, scheme = '', , authorityMark = '', authority = '', path = '', query = '', fragment = ''] =
    shape.exec(uri) ?? []
  const [, userinfo = '', host = '', port = ''] = authorityShape.exec(authority) ?? []
  const rest = uri.slice(scheme.length).replace(/^\/+/, '')
  const slashes = uri.slice(scheme.length, uri.length - rest.length)
  return { uri, scheme, slashes, rest, authorityMark, userinfo, host, port, path, query, fragment }
}
