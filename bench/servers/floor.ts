// The floor: a bare node:http server that parses, hashes and signs in the fastest way known, and does nothing else.
// What it leaves out is what a server is for: it keeps nothing, checks no code and no token, refuses nothing properly.
import { createHash, generateKeyPairSync, hash, type KeyObject, randomBytes, sign, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Alg, access_token_ttl, audiences, secret, web } from '../world.ts'
import { rawSignature } from './der.ts'

const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`
const algOf = new Map<string, Alg | 'opaque'>(
  Object.entries(audiences).map(([alg, audience]) => [audience, alg as Alg | 'opaque']),
)
const keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
} satisfies Record<Alg, KeyObject>
const header = (alg: Alg, typ: string) => Buffer.from(JSON.stringify({ alg, typ, kid: alg })).toString('base64url')
const headers = {
  'at+jwt': { ES256: header('ES256', 'at+jwt'), EdDSA: header('EdDSA', 'at+jwt'), RS256: header('RS256', 'at+jwt') },
  JWT: { ES256: header('ES256', 'JWT'), EdDSA: header('EdDSA', 'JWT'), RS256: header('RS256', 'JWT') },
}
const secretHash = createHash('sha256').update(secret).digest()
const discovery = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
})

createServer((request, response) => {
  const url = request.url ?? ''
  if (url.startsWith('/authorize')) return authorize(url, request, response)
  if (url.startsWith('/.well-known')) return send(response, discovery)
  let body = ''
  request.setEncoding('latin1')
  request.on('data', chunk => {
    body += chunk
  })
  request.on('end', () => token(new URLSearchParams(body), request, response))
}).listen(port, '127.0.0.1')

function authorize(url: string, { headers }: IncomingMessage, response: ServerResponse): void {
  const params = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  hash('sha256', headers.cookie ?? '', 'buffer')
  const code = randomBytes(32).toString('base64url')
  hash('sha256', code, 'buffer')
  const answer = new URLSearchParams({ code, state: params.get('state') ?? '', iss: issuer })
  response.writeHead(302, { location: `${web.redirect_uri}?${answer}`, 'content-length': '0' }).end()
}

function token(params: URLSearchParams, { headers }: IncomingMessage, response: ServerResponse): void {
  const [client_id = '', presented = ''] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
    .toString('latin1')
    .split(':')
  if (!timingSafeEqual(hash('sha256', presented, 'buffer'), secretHash)) {
    response.writeHead(401, { 'content-length': '0' }).end()
    return
  }
  const grant_type = params.get('grant_type')
  if (grant_type === 'client_credentials') {
    const alg = algOf.get(params.get('resource') ?? '') ?? 'ES256'
    answer(response, client_id, params.get('scope') ?? '', alg)
    return
  }
  if (grant_type === 'authorization_code') hash('sha256', params.get('code_verifier') ?? '', 'buffer')
  hash('sha256', params.get('code') ?? params.get('refresh_token') ?? '', 'buffer')
  answerUser(response, client_id)
}

function answer(response: ServerResponse, client_id: string, scope: string, alg: Alg | 'opaque'): void {
  const access_token = alg === 'opaque' ? opaque() : accessToken(client_id, client_id, scope, alg)
  send(response, JSON.stringify({ access_token, token_type: 'Bearer', expires_in: access_token_ttl, scope }))
}

/** Access token, ID token and refresh token: two signatures. */
function answerUser(response: ServerResponse, client_id: string): void {
  const access_token = accessToken('alice', client_id, web.scope, 'ES256')
  const iat = Math.floor(Date.now() / 1000)
  const id_token = signJwt('ES256', 'JWT', {
    iss: issuer,
    sub: 'alice',
    aud: client_id,
    exp: iat + 3600,
    iat,
    auth_time: iat,
    at_hash: hash('sha256', access_token, 'buffer').toString('base64url', 0, 16),
  })
  const tokens = { access_token, id_token, refresh_token: opaque() }
  send(response, JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: access_token_ttl, scope: web.scope }))
}

function accessToken(sub: string, client_id: string, scope: string, alg: Alg): string {
  const iat = Math.floor(Date.now() / 1000)
  const jti = randomBytes(16).toString('base64url')
  const aud = audiences[alg]
  return signJwt(alg, 'at+jwt', { iss: issuer, sub, aud, client_id, exp: iat + access_token_ttl, iat, jti, scope })
}

function signJwt(alg: Alg, typ: 'at+jwt' | 'JWT', claims: object): string {
  const input = `${headers[typ][alg]}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  const signature = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input, 'latin1'), keys[alg])
  return `${input}.${(alg === 'ES256' ? rawSignature(signature) : signature).toString('base64url')}`
}

/** A random token and the hash by which a store would know it. */
function opaque(): string {
  const value = randomBytes(32).toString('base64url')
  hash('sha256', value, 'buffer')
  return value
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
  })
  response.end(body)
}
