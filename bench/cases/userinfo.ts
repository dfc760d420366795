import { once } from '../load/connection.ts'
import { getRequest } from '../load/request.ts'
import type { Case } from './case.ts'
import { prepareFlows } from './code-flow.ts'
import { expectStatus, memberOf } from './expect.ts'

export const userinfo: Case = {
  name: 'userinfo',
  what: "GET /userinfo with an access token from a code flow for `openid email`, by Bearer: the user's claims as JSON",
  servers: ['grantwise', 'oidc-provider'],
  async prepare(server, connections) {
    const flows = await prepareFlows(server, connections, { scope: 'openid email offline_access' })
    return Promise.all(
      flows.map(async flow => {
        const token = memberOf(await once(server.port, flow), 'access_token')
        const request = getRequest(server.port, '/userinfo', { authorization: `Bearer ${token}` })
        return async connection => {
          memberOf(expectStatus(await connection.request(request), 200), 'email')
        }
      }),
    )
  },
}
