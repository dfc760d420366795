import { once } from '../load/connection.ts'
import type { Work } from '../load/full-load.ts'
import { basic, openForm } from '../load/request.ts'
import { web } from '../world.ts'
import type { Case } from './case.ts'
import { prepareFlows } from './code-flow.ts'
import { expectStatus, memberOf } from './expect.ts'

export const refresh: Case = {
  name: 'refresh',
  what:
    'POST /token, `refresh_token` with rotation, secret by Basic: a new refresh token, ID token and access token in ' +
    'ES256; each connection redeems what its last answer brought',
  servers: ['floor', 'grantwise', 'oidc-provider', 'oauth2-server'],
  async prepare(server, connections) {
    const fields = { grant_type: 'refresh_token', refresh_token: '' }
    const refreshWith = openForm(server.port, '/token', fields, basic(web))
    const flows = await prepareFlows(server, connections)
    return Promise.all(
      flows.map(async (flow): Promise<Work> => {
        let token = memberOf(await once(server.port, flow), 'refresh_token')
        return async connection => {
          const answer = expectStatus(await connection.request(refreshWith(token)), 200)
          const successor = memberOf(answer, 'refresh_token')
          if (successor === token) throw new Error('the refresh token was not rotated')
          token = successor
        }
      }),
    )
  },
}
