import { once } from '../load/connection.ts'
import { basic, formRequest } from '../load/request.ts'
import { audiences, job } from '../world.ts'
import type { Case } from './case.ts'
import { expectStatus, expectToken, memberOf } from './expect.ts'

/** A machine's token, by the format and algorithm of the API that it is for. */
export function clientCredentials(kind: keyof typeof audiences): Case {
  return {
    name: `client_credentials_${kind.toLowerCase()}`,
    what:
      'POST /token, `client_credentials`, secret by Basic, `resource` and `scope`; ' +
      (kind === 'opaque' ? 'a random access token that the server keeps' : `an access token signed with ${kind}`),
    servers: ['floor', 'grantwise', 'oidc-provider', 'oauth2-server'],
    async prepare({ port }, connections) {
      const request = clientCredentialsRequest(port, kind)
      expectToken(await once(port, connection => connection.request(request)), 'access_token', kind)
      return Array.from({ length: connections }, () => async connection => {
        memberOf(expectStatus(await connection.request(request), 200), 'access_token')
      })
    },
  }
}

export function clientCredentialsRequest(port: number, kind: keyof typeof audiences): Buffer {
  const fields = { grant_type: 'client_credentials', resource: audiences[kind], scope: 'catalog:read' }
  return formRequest(port, '/token', fields, basic(job))
}
