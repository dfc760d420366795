import { type UriParts, uriParts } from './uri-parts.ts'

/** What two redirect URIs differ in, each by its name. */
export type DifferenceName =
  | 'white space'
  | 'encoding'
  | 'trailing slash'
  | 'case'
  | 'slashes after the scheme'
  | 'scheme'
  | 'localhost against 127.0.0.1'
  | 'port'
  | 'path'
  | 'query'
  | 'fragment'
  | 'user name'
  | 'host'

/** A run of characters, and whether the other URI has others in their place. */
export interface Piece {
  readonly text: string
  readonly differs: boolean
}

/** How the redirect URI that was sent differs from one that is registered. */
export interface Difference {
  readonly registered: string
  /** What differs, in the order of the URI; nothing when they are the same. */
  readonly names: readonly DifferenceName[]
  /** Each difference in a sentence: what was sent, what is registered. */
  readonly sentences: readonly string[]
  /** Both, cut where they part. */
  readonly sentPieces: readonly Piece[]
  readonly registeredPieces: readonly Piece[]
}

/** What the comparison leaves out. */
export interface Allowance {
  /** RFC 8252 §7.3: on a loopback host the port is the app's to choose. */
  readonly anyLoopbackPort?: boolean
}

/** Compares a redirect URI with each registered one, as raw strings and part by part; the nearest first. */
export function compareRedirectUris(
  sent: string,
  registered: readonly string[],
  allowance: Allowance = {},
): readonly Difference[] {
  return registered
    .map(uri => compare(sent, uri, allowance))
    .sort((a, b) => a.distance - b.distance)
    .map(({ distance: _, ...difference }) => difference)
}

/** The first line about an address that had to be the same as another: what the nearest differs in, by name. */
export function headline(what: string, [nearest, another]: readonly Difference[]): string | undefined {
  if (nearest === undefined || nearest.names.length === 0) return undefined
  const names = nearest.names.map(name => (name.startsWith('localhost') ? `host (${name})` : name))
  const from = another === undefined || names.length < 3 ? '' : ' from the nearest that is registered'
  return `${what} differs${from} in its ${new Intl.ListFormat('en').format(names)}`
}

/** How far a mistake of each kind is from being right: a slip, another setting, another place. */
const weights: Readonly<Record<DifferenceName, number>> = {
  'white space': 1,
  encoding: 1,
  'trailing slash': 1,
  case: 1,
  'slashes after the scheme': 1,
  scheme: 2,
  'localhost against 127.0.0.1': 2,
  port: 2,
  fragment: 2,
  query: 3,
  path: 4,
  'user name': 4,
  host: 8,
}

interface Found {
  readonly name: DifferenceName
  readonly sentence: string
}

/** One part of both URIs, and what it differs in. */
interface Compared {
  readonly sent: string
  readonly registered: string
  readonly found: readonly Found[]
}

function compare(sent: string, registered: string, allowance: Allowance): Difference & { readonly distance: number } {
  const parts = compareWhole(sent, registered) ?? compareParts(uriParts(sent), uriParts(registered), allowance)
  const found = parts.flatMap(part => part.found)
  const differing = parts.filter(part => part.found.length > 0)
  const missed = differing.reduce((sum, part) => sum + middle(part.sent, part.registered), 0)
  return {
    registered,
    names: [...new Set(found.map(({ name }) => name))],
    sentences: found.map(({ sentence }) => sentence),
    sentPieces: parts.flatMap(part => pieces(part, 'sent')),
    registeredPieces: parts.flatMap(part => pieces(part, 'registered')),
    distance: found.reduce((sum, { name }) => sum + weights[name], 0) + missed / (1 + sent.length + registered.length),
  }
}

/** What befell the URI as a whole, before anybody took it apart. */
function compareWhole(sent: string, registered: string): readonly Compared[] | undefined {
  if (sent === registered) return [{ sent, registered, found: [] }]
  if (sent.trim() === registered) {
    return [
      { sent, registered, found: [{ name: 'white space', sentence: 'There is white space around what was sent.' }] },
    ]
  }
  // Encoded twice: no scheme is left that could be read.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(sent) && decode(sent) === registered) {
    const sentence = 'All of it was percent-encoded once more than it should be.'
    return [{ sent, registered, found: [{ name: 'encoding', sentence }] }]
  }
  return undefined
}

function compareParts(sent: UriParts, registered: UriParts, allowance: Allowance): readonly Compared[] {
  if (sent.scheme === '') {
    const sentence = 'What was sent is no absolute URI: it does not begin with a scheme.'
    return [{ sent: sent.uri, registered: registered.uri, found: [{ name: 'scheme', sentence }] }]
  }
  if (sent.slashes !== registered.slashes && sent.rest === registered.rest && same(sent.scheme, registered.scheme)) {
    return [
      compareScheme(sent, registered),
      {
        sent: sent.slashes,
        registered: registered.slashes,
        found: [said('slashes after the scheme', sent.slashes, registered.slashes)],
      },
      { sent: sent.rest, registered: registered.rest, found: [] },
    ]
  }
  return [
    compareScheme(sent, registered),
    plain('slashes after the scheme', sent.authorityMark, registered.authorityMark),
    plain('user name', sent.userinfo, registered.userinfo),
    compareHost(sent.host, registered.host),
    comparePort(sent, registered, allowance),
    comparePath(sent.path, registered.path),
    plain('query', sent.query, registered.query),
    plain('fragment', sent.fragment, registered.fragment),
  ]
}

function compareScheme(sent: UriParts, registered: UriParts): Compared {
  return plain('scheme', sent.scheme, registered.scheme)
}

/** One part that is the same, of other capitals, or another. */
function plain(name: DifferenceName, sent: string, registered: string): Compared {
  if (sent === registered) return { sent, registered, found: [] }
  const kind = sent !== '' && same(sent, registered) ? 'case' : name
  return { sent, registered, found: [said(kind, sent, registered)] }
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

function compareHost(sent: string, registered: string): Compared {
  const pair = [sent.toLowerCase(), registered.toLowerCase()].sort().join(' ')
  if (pair !== '127.0.0.1 localhost') return plain('host', sent, registered)
  return { sent, registered, found: [said('localhost against 127.0.0.1', sent, registered)] }
}

function comparePort(sent: UriParts, registered: UriParts, { anyLoopbackPort = false }: Allowance): Compared {
  const free = anyLoopbackPort && loopbackNames.includes(sent.host.toLowerCase())
  return free ? { sent: sent.port, registered: registered.port, found: [] } : plain('port', sent.port, registered.port)
}

/** A path may differ in its slash at the end and in spelling at once; where it leads elsewhere, only that counts. */
function comparePath(sent: string, registered: string): Compared {
  const slash = sent.endsWith('/') !== registered.endsWith('/')
  const a = slash ? sent.replace(/\/$/, '') : sent
  const b = slash ? registered.replace(/\/$/, '') : registered
  const spelling = spellingOf(a, b)
  if (spelling === undefined) return { sent, registered, found: [said('path', sent, registered)] }
  const found = spelling.map(name => said(name, sent, registered))
  return { sent, registered, found: slash ? [...found, slashSaid(sent)] : found }
}

function spellingOf(a: string, b: string): readonly ('encoding' | 'case')[] | undefined {
  if (a === b) return []
  if (decode(a) === decode(b)) return ['encoding']
  if (same(a, b)) return ['case']
  return same(decode(a), decode(b)) ? ['encoding', 'case'] : undefined
}

function slashSaid(sent: string): Found {
  const sentence = sent.endsWith('/')
    ? 'A slash at the end was sent, and none is registered.'
    : 'No slash at the end was sent, and one is registered.'
  return { name: 'trailing slash', sentence }
}

const subjects: Readonly<Partial<Record<DifferenceName, string>>> = {
  case: 'Capital and small letters',
  encoding: 'Percent-encoding',
  'localhost against 127.0.0.1': 'Host',
}

function said(name: DifferenceName, sent: string, registered: string): Found {
  const subject = subjects[name] ?? `${name[0]?.toUpperCase()}${name.slice(1)}`
  return { name, sentence: `${subject}: ${shown(sent)} was sent, ${shown(registered)} is registered.` }
}

function shown(part: string): string {
  return part === '' ? 'none' : `“${part.replace(/^:(?=\d)/, '')}”`
}

function pieces({ sent, registered, found }: Compared, side: 'sent' | 'registered'): readonly Piece[] {
  const text = side === 'sent' ? sent : registered
  if (text === '') return []
  if (found.length === 0) return [{ text, differs: false }]
  // Of two schemes nothing is the same: "http" is no part of "https".
  const whole = found.some(({ name }) => name === 'scheme' || name === 'port')
  const start = whole ? 0 : commonStart(sent, registered)
  const end = whole ? 0 : Math.min(commonEnd(sent, registered), Math.min(sent.length, registered.length) - start)
  return [
    { text: text.slice(0, start), differs: false },
    { text: text.slice(start, text.length - end), differs: true },
    { text: text.slice(text.length - end), differs: false },
  ].filter(piece => piece.text !== '')
}

/** How many characters lie between what both begin and end with. */
function middle(a: string, b: string): number {
  const start = commonStart(a, b)
  return Math.max(a.length, b.length) - start - Math.min(commonEnd(a, b), Math.min(a.length, b.length) - start)
}

function commonStart(a: string, b: string): number {
  let count = 0
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1
  return count
}

function commonEnd(a: string, b: string): number {
  let count = 0
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count]) count += 1
  return count
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
