import { targetAudience } from '../resource.ts'
import { grantScope } from '../scope.ts'
import type { Grant } from './grant.ts'

/** A confidential client acting for itself: no user, no session, nothing stored (RFC 6749 §4.4). */
export const clientCredentials: Grant = {
  grant_type: 'client_credentials',
  spec: 'RFC 6749 §4.4',
  acts_for: 'self',
  confidential: 'always',

  async validate({ client, params, check }, { store }) {
    const audience = targetAudience(params, client, check)
    if (audience === undefined)
      throw check.refused('resource-missing', 'name the API: resource is missing', {
        audiences: client.grantwise.audiences,
      })
    check.passed('resource-missing')
    const resourceServer = await store.resourceServer(audience)
    if (!resourceServer)
      throw check.refused('resource-unknown', 'resource must be the audience of an API of this client', { audience })
    check.passed('resource-unknown')
    const scope = grantScope(params.get('scope'), { client, resourceServer, actsFor: 'self' }, check)
    return { grant_type: this.grant_type, client_id: client.client_id, scope, audience }
  },
}
