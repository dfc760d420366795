/** Where a rule comes from: a standard, or a row of a guide. */
export interface Source {
  /** As the rules name it, without its section: `R9700`, `S-11`. */
  readonly id: string
  readonly title: string
  /** Of a standard its section; of a guide, what the row is about. */
  readonly section?: string
  readonly url?: string
}

const ietf = 'https://www.rfc-editor.org/rfc'
const drafts = 'https://datatracker.ietf.org/doc'

const standards: Readonly<Record<string, Pick<Source, 'title' | 'url'>>> = {
  R9700: {
    title: 'RFC 9700 / BCP 240, Best Current Practice for OAuth 2.0 Security, January 2025',
    url: `${ietf}/rfc9700`,
  },
  R10017: {
    title: 'RFC 10017 / BCP 212, OAuth 2.0 for Browser-Based Applications, August 2026',
    url: `${ietf}/rfc10017`,
  },
  R10027: {
    title: 'RFC 10027 / BCP 247, Cross-Device Flows: Security Best Current Practice, August 2026',
    url: `${ietf}/rfc10027`,
  },
  R8252: { title: 'RFC 8252, OAuth 2.0 for Native Apps', url: `${ietf}/rfc8252` },
  R8628: { title: 'RFC 8628, OAuth 2.0 Device Authorization Grant', url: `${ietf}/rfc8628` },
  R7523: { title: 'RFC 7523, JWT Profile for OAuth 2.0 Client Authentication', url: `${ietf}/rfc7523` },
  R7523bis: {
    title: 'rfc7523bis (draft), Updates to Audience Values for OAuth 2.0, in the RFC Editor’s queue since May 2026',
    url: `${drafts}/draft-ietf-oauth-rfc7523bis/`,
  },
  O21: { title: 'OAuth 2.1 (draft), -16 of 3 September 2026', url: `${drafts}/draft-ietf-oauth-v2-1/` },
}

const spotify = 'Spotify, “Which OAuth flow should I use?”'
const auth0 = 'Auth0, “Which OAuth 2.0 flow should I use?”'
const flowsToday = 'Spotify’s accounts service as its documentation describes it in 2026'

/** The pages that the guides are on now; what they say today may differ. */
const pages: Readonly<Record<string, string>> = {
  [spotify]: 'https://developer.spotify.com/documentation/web-api/concepts/authorization',
  [auth0]: 'https://auth0.com/docs/api-auth/which-oauth-flow-to-use',
}

/** Rows of the two guides, by what they say. */
const rows: Readonly<Record<string, readonly [title: string, section: string]>> = {
  'S-3': [spotify, 'a long-running app on a server takes the code flow'],
  'S-4': [spotify, 'the user grants permission only once'],
  'S-5': [spotify, 'where the secret can be stored safely'],
  'S-7': [spotify, 'PKCE where storing a secret is not safe'],
  'S-9': [spotify, 'PKCE protects an intercepted code'],
  'S-11': [spotify, 'client credentials for command lines and daemons'],
  'S-13': [spotify, 'only endpoints without user information'],
  'S-26..28': [spotify, 'the table’s row for client credentials'],
  'S-27': [spotify, 'client credentials need a secret key on a server'],
  'A-11': [auth0, 'is the client the resource owner?'],
  'A-13': [auth0, 'a cron job that imports into a database'],
  'A-14': [auth0, 'the machine holds client id and secret'],
  'A-16..18': [auth0, 'a web app on a server, where the token does not pass the browser'],
  'A-20': [auth0, 'is the client absolutely trusted with user credentials?'],
  'A-22': [auth0, 'absolute trust is imperative'],
  'A-26..36': [auth0, 'a single-page app takes implicit and renews silently'],
  'A-37': [auth0, 'a native app takes the code with PKCE'],
  'A-37..42': [auth0, 'a native app: verifier, challenge and exchange'],
  '§3a': [flowsToday, 'what developers can use, and for how long'],
  '§2a': ['Auth0’s pages of August 2026', 'what they have added since the guide'],
}

/** A source by the code that rules use: `S-11`, `R9700§2.1.1`. */
export function sourceOf(code: string): Source {
  const row = rows[code]
  if (row !== undefined) {
    const [title, section] = row
    const url = pages[title]
    return { id: code, title, section, ...(url === undefined ? {} : { url }) }
  }
  const [id = '', section] = code.split('§')
  const standard = standards[id]
  if (standard === undefined) throw new TypeError(`no source is called ${code}`)
  if (section === undefined) return { id, ...standard }
  const { title, url } = standard
  return { id, title, section: `§${section}`, url: url?.startsWith(ietf) ? `${url}#section-${section}` : `${url}` }
}
