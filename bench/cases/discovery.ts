import { getRequest } from '../load/request.ts'
import type { Case } from './case.ts'
import { expectStatus } from './expect.ts'

export const discovery: Case = {
  name: 'discovery',
  what: 'GET /.well-known/openid-configuration',
  servers: ['floor', 'grantwise', 'oidc-provider'],
  async prepare({ port }, connections) {
    const request = getRequest(port, '/.well-known/openid-configuration')
    return Array.from({ length: connections }, () => async connection => {
      expectStatus(await connection.request(request), 200)
    })
  },
}
