// oidc-provider as its documentation says for such clients: ES256, JWT access tokens by resource indicators, rotation,
// the memory adapter it comes with, a first-party client whose grant is found without asking (its recipe
// "skipping consent screens for 1st-party client applications").
import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'

// Its advice to whoever embeds it: none of it changes what is measured.
console.info = () => {}
console.warn = () => {}

const port = Number(process.argv[2])
const { access_token_ttl, apiServer, audiences, job, web } = JSON.parse(process.argv[3])
const scopes = 'catalog:read profile:read'
const userScope = 'openid email offline_access'
const jwk = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  alg,
  kid: alg,
  use: 'sig',
})
const algOf = Object.fromEntries(Object.entries(audiences).map(([alg, audience]) => [audience, alg]))

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: {
    keys: [
      jwk('ec', { namedCurve: 'P-256' }, 'ES256'),
      jwk('ed25519', undefined, 'EdDSA'),
      jwk('rsa', { modulusLength: 2048 }, 'RS256'),
    ],
  },
  cookies: { keys: [job.client_secret] },
  clients: [
    client(job, { grant_types: ['client_credentials'] }),
    client(apiServer, { grant_types: ['client_credentials'] }),
    client(web, {
      redirect_uris: [web.redirect_uri],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
    }),
  ],
  clientDefaults: { token_endpoint_auth_method: 'client_secret_basic' },
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256', 'EdDSA'] },
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  routes: {
    authorization: '/authorize',
    token: '/token',
    userinfo: '/userinfo',
    introspection: '/introspect',
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, audience) => {
        const alg = algOf[audience]
        return alg === 'opaque'
          ? { audience, scope: scopes, accessTokenTTL: access_token_ttl, accessTokenFormat: 'opaque' }
          : {
              audience,
              scope: scopes,
              accessTokenTTL: access_token_ttl,
              accessTokenFormat: 'jwt',
              jwt: { sign: { alg, kid: alg } },
            }
      },
    },
  },
  pkce: { required: () => true },
  ttl: {
    AccessToken: access_token_ttl,
    ClientCredentials: access_token_ttl,
    AuthorizationCode: 60,
    IdToken: 3600,
    RefreshToken: 14 * 24 * 3600,
    Session: 14 * 24 * 3600,
    Grant: 14 * 24 * 3600,
    Interaction: 3600,
  },
  // offline_access is dropped without a consent page; here everybody who may refresh gets a refresh token.
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: () => false,
  rotateRefreshToken: true,
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.com`, email_verified: true }),
  }),
  loadExistingGrant: async ctx => {
    const { client, session } = ctx.oidc
    const grantId = session.grantIdFor(client.clientId)
    if (grantId) return provider.Grant.find(grantId)
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope(userScope)
    for (const audience of Object.values(audiences)) grant.addResourceScope(audience, scopes)
    await grant.save()
    return grant
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
})

function client({ client_id, client_secret }, metadata) {
  return { client_id, client_secret, redirect_uris: [], response_types: [], ...metadata }
}

// Whoever comes to sign in is somebody else.
let visitors = 0
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: `user-${visitors++}` } })
  ctx.respond = false
})

provider.listen(port, '127.0.0.1')
