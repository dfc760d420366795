import { cookiesOf } from './node-server.ts'
import type { Situation } from './situation.ts'
import { text } from './text.ts'

/** How a library redeems a refresh token, as JavaScript. */
export interface Renewal {
  /** What it calls the answer; undefined where the code is no TypeScript. */
  readonly type: string | undefined
  /** Statements that make `tokens` of `refresh_token`. */
  readonly redeem: string
}

/** `keep` takes what is needed of an answer, and `renew` brings the next (RFC 6749 §6, RFC 9700 §4.14.2). */
export function renewing({ type, redeem }: Renewal): string {
  const typed = (name: string) => (type === undefined ? '' : `: ${name}`)
  return text`
// A refresh token is good once: the next one comes with the answer, and takes its place.
function keep(tokens${typed(type ?? '')}, before = '') {
  const { access_token, refresh_token = before, expires_in = 0 } = tokens
  return { access_token, refresh_token, ends: Date.now() + expires_in * 1000 }
}

async function renew(refresh_token${typed('string')}) {
${redeem}
  return keep(tokens, refresh_token)
}`
}

/** A good access token for each call, where a program or a page keeps one in `kept`. */
export const accessToken: string = text`
async function accessToken() {
  if (kept.ends <= Date.now() + 60_000) kept = await renew(kept.refresh_token)
  return kept.access_token
}`

/** What a program says once it has its tokens; where they are renewed, how. */
export function afterwards({ renews }: Situation, outcome: string, renewal: Renewal): string {
  if (!renews) return `console.log(${outcome})`
  return text`
console.log(${outcome})

${renewing(renewal)}

// Where the system has a keychain, kept.refresh_token is there until the next start.
let kept = keep(tokens)
${accessToken}
await accessToken()
console.log('Its access token is good until ' + new Date(kept.ends).toISOString())`
}

/** The same where one server has many people, each with a session. */
export const sessions: string = text`
interface Session { who: string; kept: ReturnType<typeof keep> }

// In place of your own store: a browser has the id of its session, and never a token.
const sessions = new Map<string, Session>()

async function home(session: Session, response: ServerResponse) {
  if (session.kept.ends <= Date.now() + 60_000) {
    session.kept = await renew(session.kept.refresh_token)
  }
  response.end(session.who)
}`

/** From the end of a sign-in to `home`. */
export function beginSession(situation: Situation, id: string, who: string): string {
  const { name, session, flags } = cookiesOf(situation)
  return text`
  const id = ${id}
  const who = ${who}
  sessions.set(id, { who, kept: keep(tokens) })
  const flags = '; ${flags}'
  const cookies = ['${name}=; Max-Age=0' + flags, '${session}=' + id + flags]
  response.writeHead(303, { location: '/', 'set-cookie': cookies }).end()`
}
