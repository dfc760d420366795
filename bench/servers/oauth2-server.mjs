// @node-oauth/oauth2-server on a bare node:http server, with everything in maps. It issues random tokens unless its
// model makes others; this one makes JWTs where the request's `resource` asks for one, as Grantwise does.
import { generateKeyPairSync, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import { SignJWT } from 'jose'

const port = Number(process.argv[2])
const { access_token_ttl, audiences, job, web } = JSON.parse(process.argv[3])
const issuer = `http://127.0.0.1:${port}`
const algOf = Object.fromEntries(Object.entries(audiences).map(([alg, audience]) => [audience, alg]))
const keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}
const secretHash = hash('sha256', job.client_secret, 'buffer')
const clients = new Map([
  [job.client_id, { id: job.client_id, grants: ['client_credentials'] }],
  [
    web.client_id,
    { id: web.client_id, grants: ['authorization_code', 'refresh_token'], redirectUris: [web.redirect_uri] },
  ],
])
const refreshTokens = new Map()
const codes = new Map()
const alice = { id: 'alice' }

const model = {
  getClient: async (id, presented) => {
    const client = clients.get(id)
    if (!client) return undefined
    // At the authorization endpoint there is no secret.
    if (presented === null) return client
    return timingSafeEqual(hash('sha256', presented, 'buffer'), secretHash) ? client : undefined
  },
  getUserFromClient: async client => ({ id: client.id }),
  validateScope: async (_user, _client, scope) => scope ?? [],
  saveToken: async (token, client, user) => {
    const saved = { ...token, client, user }
    if (saved.refreshToken) refreshTokens.set(digest(saved.refreshToken), saved)
    return saved
  },
  getAuthorizationCode: async code => codes.get(digest(code)),
  saveAuthorizationCode: async (code, client, user) => {
    const saved = { ...code, client, user }
    codes.set(digest(code.authorizationCode), saved)
    return saved
  },
  revokeAuthorizationCode: async code => codes.delete(digest(code.authorizationCode ?? code.code)),
  getRefreshToken: async token => refreshTokens.get(digest(token)),
  revokeToken: async ({ refreshToken }) => refreshTokens.delete(digest(refreshToken)),
  generateAuthorizationCode: async () => randomBytes(32).toString('base64url'),
  generateRefreshToken: async () => randomBytes(32).toString('base64url'),
}

const server = new OAuth2Server({
  model,
  accessTokenLifetime: access_token_ttl,
  refreshTokenLifetime: 14 * 24 * 3600,
  alwaysIssueNewRefreshToken: true,
})

createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, issuer)
  let text = ''
  for await (const chunk of incoming.setEncoding('latin1')) text += chunk
  const body = Object.fromEntries(new URLSearchParams(text))
  const request = new OAuth2Server.Request({
    method: incoming.method,
    headers: incoming.headers,
    query: Object.fromEntries(url.searchParams),
    body,
  })
  const response = new OAuth2Server.Response()
  try {
    if (url.pathname === '/authorize') {
      await server.authorize(request, response, { authenticateHandler: { handle: async () => alice } })
    } else await server.token(request, response, { model: { ...model, generateAccessToken: accessTokenFor(body) } })
  } catch (error) {
    response.status = error.code ?? 500
    response.body = { error: error.name, error_description: error.message }
  }
  const answer = JSON.stringify(response.body ?? {})
  outgoing.writeHead(response.status, {
    ...response.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer),
  })
  outgoing.end(answer)
}).listen(port, '127.0.0.1')

function accessTokenFor({ resource = audiences.ES256 }) {
  const alg = algOf[resource]
  if (alg === 'opaque') return async () => randomBytes(32).toString('base64url')
  return (client, user, scope) =>
    new SignJWT({ client_id: client.id, scope: scope?.join(' ') })
      .setProtectedHeader({ alg, typ: 'at+jwt', kid: alg })
      .setIssuer(issuer)
      .setSubject(user.id)
      .setAudience(resource)
      .setIssuedAt()
      .setExpirationTime(`${access_token_ttl}s`)
      .setJti(randomBytes(16).toString('base64url'))
      .sign(keys[alg])
}

function digest(token) {
  return hash('sha256', token, 'base64url')
}
