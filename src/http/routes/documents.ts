import { paths } from '../../core/endpoints/paths.ts'
import { allowOrigin } from '../cors.ts'
import type { Answer, Route } from '../route.ts'

const metadata: Answer = async ({ request, reply }, { server, metadata }) => {
  await allowOrigin(request, reply, 'anybody', server)
  return reply.type('application/json').header('cache-control', 'public, max-age=300').send(metadata)
}

/** OIDC Discovery §4: below the issuer's path. */
export const openidConfigurationRoute: Route = {
  path: paths.openid_configuration,
  errors: 'oauth',
  cors: 'anybody',
  GET: metadata,
}

/** RFC 8414 §3.1: the issuer's path comes after the well-known part; below the issuer too, as many libraries ask. */
export const oauthAuthorizationServerRoute: Route = {
  path: paths.oauth_authorization_server,
  at: issuerPath => (issuerPath === '' ? [] : [paths.oauth_authorization_server + issuerPath]),
  errors: 'oauth',
  cors: 'anybody',
  GET: metadata,
}

/** Every key that verifies a token of this server, the next one included, so that readers have it before it signs. */
export const jwksRoute: Route = {
  path: paths.jwks,
  errors: 'oauth',
  cors: 'anybody',
  async GET({ request, reply }, context) {
    const { server } = context
    await allowOrigin(request, reply, 'anybody', server)
    await context.ready()
    return reply
      .type('application/jwk-set+json')
      .header('cache-control', `public, max-age=${server.keys.maxAge}`)
      .send(JSON.stringify(server.keys.jwks()))
  },
}
