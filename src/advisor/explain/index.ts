import { type ErrorId, publicReasons, type Reason, reasons } from '../../core/reasons.ts'
import { accounts } from './accounts.ts'
import { administration } from './administration.ts'
import { advice } from './advice.ts'
import { asked } from './asked.ts'
import { client } from './client.ts'
import { device } from './device.ts'
import { ended } from './ended.ts'
import { grants } from './grants.ts'
import { http } from './http.ts'
import { logout } from './logout.ts'
import { network } from './network.ts'
import { pages } from './pages.ts'
import { people } from './people.ts'
import { pkce } from './pkce.ts'
import { redirect } from './redirect.ts'
import { request } from './request.ts'
import { scope } from './scope.ts'
import { tokens } from './tokens.ts'
import type { Words } from './words.ts'

/** Words for every reason; one without them does not compile. */
const words: Readonly<Record<ErrorId, Words>> = {
  ...request,
  ...client,
  ...redirect,
  ...asked,
  ...scope,
  ...pkce,
  ...grants,
  ...network,
  ...device,
  ...people,
  ...accounts,
  ...administration,
  ...pages,
  ...tokens,
  ...ended,
  ...logout,
  ...advice,
  ...http,
}

/** Reasons that are about the same thing, for a list that can be read. */
export interface ErrorGroup {
  readonly title: string
  readonly ids: readonly ErrorId[]
}

/** Every reason once, in the order of a request. */
export const errorGroups: readonly ErrorGroup[] = [
  group('Reading the request', request),
  group('Which app asks', client),
  group('Where the answer goes', redirect),
  group('What is asked', asked),
  group('Permissions and APIs', scope),
  group('PKCE', pkce),
  group('Codes and refresh tokens', grants),
  group('Networks', network),
  group('Devices', device),
  group('Signing in and agreeing', people),
  group('Accounts', accounts),
  group('Administration', administration),
  group('Pages', pages),
  group('Access tokens', tokens),
  group('Why something ended', ended),
  group('Signing out', logout),
  group('The advisor', advice),
  group('HTTP and this server', http),
]

function group(title: string, members: Readonly<Partial<Record<ErrorId, Words>>>): ErrorGroup {
  return { title, ids: Object.keys(members).filter(isErrorId) }
}

/** Whether there is a reason, or one that stands for several, by this name. */
export function isErrorId(text: string): text is ErrorId {
  return Object.hasOwn(reasons, text) || Object.hasOwn(publicReasons, text)
}

/** A reason in words, with the rule it comes from. */
export interface Explanation extends Words {
  readonly id: ErrorId
  /** The code on the wire. */
  readonly error: string
  readonly rule: string
}

/** What happened, who must act, how to mend it, and the rule. */
export function explain(id: ErrorId): Explanation {
  const { error, rule }: Pick<Reason, 'error' | 'rule'> = Object.hasOwn(reasons, id)
    ? reasons[id as keyof typeof reasons]
    : publicReasons[id as keyof typeof publicReasons]
  return { id, error, rule, ...words[id] }
}
