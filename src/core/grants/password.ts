import { beginFamily } from '../begin-family.ts'
import { targetAudience } from '../resource.ts'
import type { Retired } from '../retired.ts'
import { grantScope } from '../scope.ts'
import type { Grant, GrantPowers, GrantRequest } from './grant.ts'

const retired: Retired = { rule: 'RFC 9700 §2.4', instead: 'authorization_code with PKCE' }

/** What a user typed into the client's own form (RFC 6749 §4.3); a client of anybody but the first party cannot register for it. */
export const password: Grant = {
  grant_type: 'password',
  registered_as: 'password',
  spec: 'RFC 6749 §4.3',
  allow: 'password',
  retired,
  validate: provePassword,
}

/** Auth0's name for the one realm there is: the people of this server. */
const realm = 'Username-Password-Authentication'

/** The same with the `realm` that Auth0's libraries name. */
export const passwordRealm: Grant = {
  grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
  registered_as: 'password',
  spec: 'Auth0 Authentication API',
  allow: 'password',
  retired,

  async validate(request, powers) {
    const { params, check } = request
    const named = params.require('realm')
    if (named !== realm) throw check.refused('realm-unknown', `realm must be ${realm}`)
    check.passed('realm-unknown')
    return provePassword(request, powers)
  },
}

async function provePassword({ client, params, check }: GrantRequest, powers: GrantPowers) {
  const username = params.require('username')
  const typed = params.require('password')
  const audience = targetAudience(params, client, check)
  const resourceServer = audience === undefined ? undefined : await powers.store.resourceServer(audience)
  if (audience !== undefined && !resourceServer)
    throw check.refused('resource-unknown', 'resource must be the audience of an API of this client', { audience })
  check.passed('resource-unknown')
  const scope = grantScope(params.get('scope'), { client, resourceServer, actsFor: 'user' }, check)
  // Last, so that nobody is signed in by a request that leads to nothing.
  const signedIn = await powers.signIn({ login: username, password: typed, client }, check)
  if (signedIn.kind === 'throttled') {
    const { retry_after } = signedIn
    throw check.refused('password-throttled', 'too many wrong passwords; try again later', { retry_after })
  }
  check.passed('password-throttled')
  if (signedIn.kind === 'refused') {
    throw check.refused('password-refused', 'username or password is not right')
  }
  check.passed('password-refused')
  const { client_id } = client
  const family = beginFamily(
    { client_id, scope, audience, login: signedIn.login, journey_id: check.journey.id },
    powers,
  )
  const audienced = audience === undefined ? {} : { audience }
  return { grant_type: 'password', client_id, scope, ...audienced, family, begins: true } as const
}
