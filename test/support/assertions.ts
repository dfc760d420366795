import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import { type Answer, post } from './token.ts'
import { api } from './world.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A key pair whose public half is a JWK. */
export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export async function makeKey(alg = 'ES256', kid: string = randomUUID()): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

type Claims = Readonly<Record<string, unknown>>

/** A JWT by this key; a claim or a member of its header that is undefined is left out. */
export function sign(key: SigningKey, claims: Claims, header: Claims = {}): Promise<string> {
  const protectedHeader = Object.fromEntries(
    Object.entries({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }).filter(([, value]) => value !== undefined),
  ) as JWTHeaderParameters
  return new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)))
    .setProtectedHeader(protectedHeader)
    .sign(key.privateKey)
}

/** What a client says to prove itself to a server whose clock is this. */
export function claimsOf(
  client_id: string,
  { issuer, clock }: { readonly issuer: string; readonly clock: { now(): number } },
  changes: Claims = {},
): Claims {
  const now = clock.now()
  return { iss: client_id, sub: client_id, aud: issuer, iat: now, exp: now + 60, jti: randomUUID(), ...changes }
}

export function withAssertion(client_assertion: string, more: Readonly<Record<string, string>> = {}) {
  return { client_assertion_type: jwtBearer, client_assertion, ...more }
}

/** Asks for a token for the client itself, proven by this assertion. */
export function askWith(
  issuer: string,
  assertion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return post(`${issuer}/token`, { grant_type: 'client_credentials', ...withAssertion(assertion, more) })
}

/** A client that acts for itself and signs its assertions. */
export function signingClient(client_id: string, keys: object, settings: object = {}): object {
  return {
    client_id,
    client_name: `Signs as ${client_id}`,
    token_endpoint_auth_method: 'private_key_jwt',
    ...keys,
    grant_types: ['client_credentials'],
    scope: 'catalog:read',
    grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [api], ...settings },
  }
}
