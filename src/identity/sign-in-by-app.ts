import type { Check } from '../core/check.ts'
import type { SignInByApp, Typed } from '../core/server.ts'
import type { Refusal } from './check-password.ts'
import type { SignedIn, SignIn } from './sign-in.ts'

/** What the user agent of such a session begins with; the app's name follows. */
export const byApp = 'app: '

/** Seconds from the right password to the tokens: what is issued hangs on a session that stands. */
const lives = 60

/**
 * Signs somebody in by what they typed into an app of the first party (RFC 6749 §4.3). Nobody is given the cookie of
 * their session, so it ends when it has led to tokens; these their user ends with the app.
 */
export async function signInByApp(
  { login, password, client }: Typed,
  check: Check,
  signIn: (form: SignIn, check: Check) => Promise<SignedIn | Refusal>,
): Promise<SignInByApp> {
  const app = client.client_name ?? client.client_id
  const result = await signIn({ login, password, address: check.address(), user_agent: byApp + app, lives }, check)
  if (result.kind === 'throttled') return { kind: 'throttled', retry_after: result.retry_after }
  if (result.kind === 'refused') return { kind: 'refused' }
  const { sub, created_at, amr, acr, token } = result.session
  return { kind: 'signed-in', login: { sub, auth_time: created_at, amr, acr, sid: token.id } }
}
