import { once } from '../load/connection.ts'
import { basic, formRequest } from '../load/request.ts'
import { apiServer } from '../world.ts'
import type { Case } from './case.ts'
import { clientCredentialsRequest } from './client-credentials.ts'
import { expectStatus, memberOf } from './expect.ts'

export const introspection: Case = {
  name: 'introspection',
  what: 'POST /introspect with an opaque access token, by the client of its API, secret by Basic: `active` and its claims',
  servers: ['grantwise', 'oidc-provider'],
  prepare: ({ port }, connections) =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        const issued = await once(port, connection => connection.request(clientCredentialsRequest(port, 'opaque')))
        const fields = { token: memberOf(issued, 'access_token') }
        const request = formRequest(port, '/introspect', fields, basic(apiServer))
        return async connection => {
          const { body } = expectStatus(await connection.request(request), 200)
          if (!body.includes('"active":true')) throw new Error(`expected an active token; got ${body}`)
        }
      }),
    ),
}
