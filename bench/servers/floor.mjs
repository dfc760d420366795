// The floor: a bare node:http server that parses, hashes and signs in the fastest way known, and does nothing else.
// What it leaves out is what a server is for: it keeps nothing, checks no code and no token, refuses nothing properly.
import { argon2Sync, generateKeyPairSync, hash, randomBytes, sign, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { parse } from 'node:querystring'

const port = Number(process.argv[2])
const { access_token_ttl, audiences, job, web } = JSON.parse(process.argv[3])
const issuer = `http://127.0.0.1:${port}`
const algOf = new Map(Object.entries(audiences).map(([alg, audience]) => [audience, alg]))
const keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}
const header = (alg, typ) => Buffer.from(JSON.stringify({ alg, typ, kid: alg })).toString('base64url')
const headers = {
  'at+jwt': { ES256: header('ES256', 'at+jwt'), EdDSA: header('EdDSA', 'at+jwt'), RS256: header('RS256', 'at+jwt') },
  JWT: { ES256: header('ES256', 'JWT') },
}
const secretHash = hash('sha256', job.client_secret, 'buffer')
const nonce = randomBytes(16)
const discovery = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
})

createServer((request, response) => {
  if (request.url.startsWith('/authorize')) return authorize(request, response)
  if (request.method === 'GET') return send(response, discovery)
  let body = ''
  request.on('data', chunk => {
    body += chunk.toString('latin1')
  })
  request.on('end', () => {
    const params = parse(body)
    if (request.url === '/sign-in') signIn(params, response)
    else token(params, request, response)
  })
}).listen(port, '127.0.0.1')

function authorize({ url, headers }, response) {
  const params = parse(url.slice(url.indexOf('?') + 1))
  hash('sha256', headers.cookie, 'buffer')
  const answer = new URLSearchParams({ code: opaque(), state: params.state, iss: issuer })
  response.writeHead(302, { location: `${web.redirect_uri}?${answer}`, 'content-length': '0' }).end()
}

/** OWASP's parameters, as Grantwise has them. */
function signIn(params, response) {
  const message = params.password
  argon2Sync('argon2id', { message, nonce, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 })
  send(response, '{}')
}

function token(params, { headers }, response) {
  const credentials = Buffer.from((headers.authorization ?? '').slice(6), 'base64').toString('latin1')
  const colon = credentials.indexOf(':')
  if (!timingSafeEqual(hash('sha256', credentials.slice(colon + 1), 'buffer'), secretHash)) {
    response.writeHead(401, { 'content-length': '0' }).end()
    return
  }
  const client_id = credentials.slice(0, colon)
  const grant_type = params.grant_type
  if (grant_type === 'client_credentials') {
    const scope = params.scope
    const alg = algOf.get(params.resource)
    const access_token = alg === 'opaque' ? opaque() : accessToken(client_id, client_id, scope, alg)
    sendTokens(response, { access_token }, scope)
    return
  }
  if (grant_type === 'authorization_code') hash('sha256', params.code_verifier, 'buffer')
  hash('sha256', params.code ?? params.refresh_token, 'buffer')
  const access_token = accessToken('alice', client_id, web.scope, 'ES256')
  const id_token = idToken('alice', client_id, access_token)
  sendTokens(response, { access_token, id_token, refresh_token: opaque() }, web.scope)
}

function accessToken(sub, client_id, scope, alg) {
  const iat = Math.floor(Date.now() / 1000)
  const jti = randomBytes(16).toString('base64url')
  const aud = audiences[alg]
  return signJwt(alg, 'at+jwt', { iss: issuer, sub, aud, client_id, exp: iat + access_token_ttl, iat, jti, scope })
}

function idToken(sub, aud, access_token) {
  const iat = Math.floor(Date.now() / 1000)
  const at_hash = hash('sha256', access_token, 'buffer').toString('base64url', 0, 16)
  return signJwt('ES256', 'JWT', { iss: issuer, sub, aud, exp: iat + 3600, iat, auth_time: iat, at_hash })
}

function signJwt(alg, typ, claims) {
  const input = `${headers[typ][alg]}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  const signature = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input, 'latin1'), keys[alg])
  return `${input}.${(alg === 'ES256' ? rawSignature(signature) : signature).toString('base64url')}`
}

/** RFC 7518 §3.4: r and s of P-256, 32 bytes each, out of the DER that OpenSSL writes; much faster than asking it for them. */
function rawSignature(der) {
  const raw = Buffer.alloc(64)
  const rLength = der[3]
  copyInteger(der, 4, rLength, raw, 0)
  copyInteger(der, 6 + rLength, der[5 + rLength], raw, 32)
  return raw
}

/** A DER integer may be shorter than 32 bytes, or have a zero before it. */
function copyInteger(der, start, length, raw, at) {
  der.copy(raw, at + Math.max(0, 32 - length), start + Math.max(0, length - 32), start + length)
}

/** A random token and the hash by which a store would know it. */
function opaque() {
  const value = randomBytes(32).toString('base64url')
  hash('sha256', value, 'buffer')
  return value
}

function sendTokens(response, tokens, scope) {
  send(response, JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: access_token_ttl, scope }))
}

function send(response, body) {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
  })
  response.end(body)
}
