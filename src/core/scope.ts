import type { Check } from './check.ts'
import type { ActsFor, Client } from './client.ts'
import type { ResourceServer } from './resource-server.ts'

/** Scopes about the user that this server answers for itself (OIDC Core §5.4, §11). */
export const standardScopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** RFC 6749 §3.3: printable ASCII but for space, quote and backslash, separated by single spaces. */
const scopeShape = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/

/** The distinct scopes of a parameter, in the order sent. @throws `invalid_scope` (RFC 6749 §3.3). */
function parseScope(text: string, check: Check): readonly string[] {
  if (!scopeShape.test(text))
    throw check.refused('scope-malformed', 'scope must be a list of names with one space between', { sent: text })
  check.passed('scope-malformed')
  return [...new Set(text.split(' '))]
}

/** Who asks for what. */
export interface ScopeContext {
  readonly client: Client
  /** The API the token will be for, if any. */
  readonly resourceServer: ResourceServer | undefined
  readonly actsFor: ActsFor
  /** Set where no code comes of it, and so nothing that could be renewed (RFC 6749 §4.2.2). */
  readonly inFront?: boolean
}

/**
 * What may be granted of what is asked. A scope that the client may not have, or that cannot apply, is dropped, and
 * the answer says so (RFC 6749 §3.3); asking for none means the client's scopes of that API.
 * @throws `invalid_scope` when nothing is left.
 */
export function grantScope(requested: string | undefined, context: ScopeContext, check: Check): readonly string[] {
  const asked = requested === undefined ? defaultScope(context) : parseScope(requested, check)
  const granted = fitting(asked, context)
  // An API that names no scopes is given as a whole, but to clients acting for themselves only: a user agrees to scopes.
  const { resourceServer, actsFor } = context
  const whole = actsFor === 'self' && resourceServer !== undefined && Object.keys(resourceServer.scopes).length === 0
  if (granted.length === 0 && !(whole && requested === undefined)) {
    throw check.refused('scope-empty', 'none of these scopes may be granted to this client', {
      asked,
      registered: words(context.client.scope),
      audience: resourceServer?.audience,
      offered: resourceServer && Object.keys(resourceServer.scopes),
      acts_for: actsFor,
    })
  }
  check.passed('scope-empty')
  return renewsAlways(context) && !granted.includes('offline_access') ? [...granted, 'offline_access'] : granted
}

/** By Spotify's guide every code brings a refresh token; whoever is asked for consent is told so. */
function renewsAlways(context: ScopeContext): boolean {
  return context.client.grantwise.policy === 'spotify' && mayHave('offline_access', context)
}

/**
 * What a refresh may carry: what was granted, or less (RFC 6749 §6), and only while the client may still have it.
 * @throws `invalid_scope` when more is asked or nothing is left.
 */
export function narrowScope(
  requested: string | undefined,
  granted: readonly string[],
  context: ScopeContext,
  check: Check,
): readonly string[] {
  const asked = requested === undefined ? granted : parseScope(requested, check)
  const wider = asked.filter(scope => !granted.includes(scope))
  if (wider.length > 0)
    throw check.refused('scope-wider', 'the user did not grant all of these scopes', { asked, granted })
  check.passed('scope-wider')
  const left = asked.filter(scope => mayHave(scope, context))
  if (left.length === 0 && asked.length > 0) {
    throw check.refused('scope-empty', 'this client may no longer have any of these scopes', {
      asked,
      registered: words(context.client.scope),
      audience: context.resourceServer?.audience,
      offered: context.resourceServer && Object.keys(context.resourceServer.scopes),
      acts_for: context.actsFor,
    })
  }
  check.passed('scope-empty')
  return left
}

function words(scope: string): readonly string[] {
  return scope.split(' ').filter(word => word !== '')
}

/** Those of them that this client may have: a stranger may ask for thousands, and few are the client's at all. */
function fitting(asked: readonly string[], context: ScopeContext): readonly string[] {
  const possible = new Set([...words(context.client.scope), 'offline_access'])
  return asked.filter(scope => possible.has(scope) && mayHave(scope, context))
}

function defaultScope({ client, resourceServer }: ScopeContext): readonly string[] {
  return words(client.scope).filter(scope => resourceServer && Object.hasOwn(resourceServer.scopes, scope))
}

/** Whether this client may have this scope here, as things stand now. */
export function mayHave(scope: string, { client, resourceServer, actsFor, inFront = false }: ScopeContext): boolean {
  const implied = scope === 'offline_access' && client.grantwise.policy === 'spotify'
  if (!implied && !client.scope.split(' ').includes(scope)) return false
  if (scope === 'offline_access') {
    const renewable = client.grant_types.includes('refresh_token') && (resourceServer?.allow_offline_access ?? true)
    return actsFor === 'user' && renewable && !inFront
  }
  if (standardScopes.includes(scope)) return actsFor === 'user'
  if (!resourceServer || !Object.hasOwn(resourceServer.scopes, scope)) return false
  return actsFor === 'user' || resourceServer.scopes[scope]?.requires_user === false
}
