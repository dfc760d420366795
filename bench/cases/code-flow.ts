import { createHash, randomBytes } from 'node:crypto'
import { signIn } from '../browser.ts'
import { type Answer, type Connection, once } from '../load/connection.ts'
import { basic, getRequest, openForm } from '../load/request.ts'
import type { Server } from '../servers/server.ts'
import { audiences, loginOf, web } from '../world.ts'
import type { Case } from './case.ts'
import { expectStatus, expectToken, memberOf } from './expect.ts'

export const codeFlow: Case = {
  name: 'code_flow',
  what:
    'GET /authorize with the cookie of a live session (PKCE S256, `openid offline_access` and an API scope), a redirect with a ' +
    'code; POST /token with the code, verifier and secret: ID token and access token in ES256, refresh token',
  servers: ['floor', 'grantwise', 'oidc-provider', 'oauth2-server'],
  async prepare(server, connections) {
    const flows = await prepareFlows(server, connections)
    const [first] = flows
    const answer = first && (await once(server.port, first))
    if (answer) expectToken(answer, 'access_token', 'ES256')
    // It knows no OpenID Connect.
    if (answer && server.name !== 'oauth2-server') expectToken(answer, 'id_token', 'ES256')
    return flows.map(flow => async connection => {
      await flow(connection)
    })
  },
}

/** What a flow asks for; without a `resource`, a token for userinfo alone. */
interface Asked {
  readonly scope: string
  readonly resource?: string
}

const forApi: Asked = { scope: web.scope, resource: audiences.ES256 }
const verifier = randomBytes(32).toString('base64url')

/** One whole flow, from the authorization request to the token response that it answers with. */
type Flow = (connection: Connection) => Promise<Answer>

/** For each connection a flow with a session of its own. */
export async function prepareFlows(
  server: Server,
  connections: number,
  asked: Asked = forApi,
): Promise<readonly Flow[]> {
  return (await sessions(server, openAuthorizePath(asked), connections)).map(openFlow(server.port, asked))
}

/** The flow of whoever has a session, by its cookie. */
export function openFlow(port: number, asked: Asked = forApi): (cookie: string) => Flow {
  const path = openAuthorizePath(asked)
  const { redirect_uri } = web
  const fields = { grant_type: 'authorization_code', redirect_uri, code_verifier: verifier, code: '' }
  const redeem = openForm(port, '/token', fields, basic(web))
  return cookie => {
    const authorize = getRequest(port, path, { cookie })
    return async connection => {
      const { head } = expectStatus(await connection.request(authorize), 302, 303)
      const code = /[?&]code=([^&\s]+)/.exec(head)?.[1]
      if (code === undefined) throw new Error(`no code in:\n${head}`)
      const answer = expectStatus(await connection.request(redeem(code)), 200)
      memberOf(answer, 'refresh_token')
      return answer
    }
  }
}

/** An authorization request of the web app, as path and query. */
export function openAuthorizePath(asked: Asked = forApi): string {
  const { client_id, redirect_uri } = web
  const params = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    ...asked,
    state: 'state-of-the-benchmark',
    nonce: 'nonce-of-the-benchmark',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `/authorize?${params}`
}

const kept = new WeakMap<Server, readonly string[]>()

/** The cookies of live sessions, one a connection. */
async function sessions(server: Server, path: string, connections: number): Promise<readonly string[]> {
  if (server.name === 'floor' || server.name === 'oauth2-server') return Array(connections).fill('session=none')
  // A sign-in costs Grantwise a password hash, so its sessions serve every round. The grants of oidc-provider's memory
  // adapter grow with each code and slow it down, so it gets new ones.
  const known = kept.get(server)
  if (known && known.length >= connections && server.name === 'grantwise') return known.slice(0, connections)
  const cookies = await Promise.all(
    Array.from({ length: connections }, (_, index) => signIn(server.port, path, loginOf(index))),
  )
  kept.set(server, cookies)
  return cookies
}
