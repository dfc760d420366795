import type { Config } from './config.ts'
import { clientAuthMethods } from './core/client-auth/index.ts'
import { grants } from './core/grants/index.ts'
import { responseModes } from './core/response-modes/index.ts'
import { responseTypes } from './core/response-types/index.ts'
import { offered } from './core/retired.ts'
import type { Server } from './core/server.ts'

/** What a server of this configuration can do: everything but what its operator would have to allow. */
export function offeredBy({
  allow,
}: Pick<Config, 'allow'>): Pick<Server, 'grants' | 'responseTypes' | 'responseModes' | 'clientAuthMethods'> {
  return {
    grants: offered(grants, allow),
    responseTypes: offered(responseTypes, allow),
    responseModes,
    clientAuthMethods,
  }
}

/** The grants of its token endpoint and of its authorization endpoint, as clients register them (RFC 7591 §2). */
export function offeredGrantTypes(config: Pick<Config, 'allow'>): readonly string[] {
  const { grants, responseTypes } = offeredBy(config)
  return [...new Set([...grants.map(it => it.grant_type), ...responseTypes.flatMap(it => it.grant_types)])]
}
