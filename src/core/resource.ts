import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { Params } from './params.ts'
import type { ResourceServerStore } from './ports.ts'
import type { ResourceServer } from './resource-server.ts'

/**
 * The one API that is asked for, by `resource` (RFC 8707 §2) or `audience`; when neither is sent and the client has
 * exactly one, that one. Nothing means: a token for `/userinfo` only.
 * @throws `invalid_target`
 */
export function targetAudience(params: Params, client: Client, check: Check): string | undefined {
  const audience = namedAudience(params, check)
  const { audiences } = client.grantwise
  if (audience === undefined) return audiences.length === 1 ? audiences[0] : undefined
  if (!audiences.includes(audience)) {
    throw check.refused('resource-unknown', 'this client has no API with that audience', { audience, audiences })
  }
  check.passed('resource-unknown')
  return audience
}

/**
 * The API that was authorized, as it is now; nothing when the token is for `/userinfo` only.
 * @throws `invalid_target` when the token request names another audience (RFC 8707 §2.2), or when the API, or this
 * client's use of it, has been taken away since.
 */
export async function authorizedResource(
  authorized: string | undefined,
  { client, params, check }: { readonly client: Client; readonly params: Params; readonly check: Check },
  store: ResourceServerStore,
): Promise<ResourceServer | undefined> {
  const audience = namedAudience(params, check)
  if (audience !== undefined && audience !== authorized) {
    throw check.refused('resource-differs', 'this audience was not authorized', { audience, authorized })
  }
  check.passed('resource-differs')
  if (authorized === undefined) return undefined
  const resourceServer = await resourceOf(client, authorized, store)
  if (!resourceServer) {
    throw check.refused('resource-unknown', 'this client has no API with that audience any more', {
      audience: authorized,
      audiences: client.grantwise.audiences,
    })
  }
  check.passed('resource-unknown')
  return resourceServer
}

/** The API with this audience, while there is one and this client may use it. */
export async function resourceOf(
  { grantwise }: Client,
  audience: string,
  store: ResourceServerStore,
): Promise<ResourceServer | undefined> {
  return grantwise.audiences.includes(audience) ? store.resourceServer(audience) : undefined
}

function namedAudience(params: Params, check: Check): string | undefined {
  const [resource, another] = params.resource
  const audience = params.get('audience')
  if (another !== undefined || (resource !== undefined && audience !== undefined && resource !== audience)) {
    throw check.refused('resource-ambiguous', 'name one audience; a token is for one API', {
      sent: [...params.resource, ...(audience === undefined ? [] : [audience])],
    })
  }
  check.passed('resource-ambiguous')
  // RFC 8707 §2: an absolute URI without a fragment. `audience`, older, may be any string.
  if (resource !== undefined && (!URL.canParse(resource) || resource.includes('#'))) {
    throw check.refused('resource-malformed', 'resource must be an absolute URI without a fragment', { sent: resource })
  }
  check.passed('resource-malformed')
  return resource ?? audience
}
