import { publicReasons, type ReasonId, reasons } from '../core/reasons.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import type { Context } from './context.ts'
import { currentLogin } from './current-login.ts'
import type { Exchange } from './exchange.ts'
import { isAdmin } from './is-admin.ts'

/** Who looks at a failure: somebody, an owner of the client it happened to, or an administrator. */
export type Viewer = 'anybody' | 'owner' | 'admin'

/** Who looks, as their session says; with --dev everybody may see what administrators see. */
export async function viewerOf(exchange: Exchange, context: Context, client_id: string | undefined): Promise<Viewer> {
  if (context.dev) return 'admin'
  const signedIn = await currentLogin(exchange, context)
  if (!signedIn) return 'anybody'
  const { login } = signedIn.user
  if (isAdmin(signedIn.user)) return 'admin'
  const client = client_id === undefined ? undefined : await context.server.store.client(client_id)
  const owns = client?.grantwise.owners.some(owner => normaliseLogin(owner) === login) ?? false
  return owns ? 'owner' : 'anybody'
}

/**
 * Whether the exact cause and its facts may be shown. An owner is no administrator: causes that are about a person or
 * another's application stay as they look to a stranger.
 */
export function mayKnow(viewer: Viewer, reason: ReasonId): boolean {
  if (viewer !== 'owner') return viewer === 'admin'
  const shared = reasons[reason].public
  return shared === undefined || publicReasons[shared].exactFor === 'owner'
}
