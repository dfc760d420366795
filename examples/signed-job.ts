/**
 * A job that proves itself by a key of its own and holds no secret (RFC 7523 §2.2).
 *
 *   node examples/signed-job.ts            its token, and what the API answers
 *
 * ISSUER, CLIENT_ID, RESOURCE say where and who; KEY is a private key (PEM, P-256) and KID its name, where it has one.
 */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'

const {
  ISSUER = 'http://127.0.0.1:4000',
  CLIENT_ID = 'nightly-import',
  RESOURCE = 'https://api.example.com',
  KEY = 'private.pem',
  KID = '',
} = process.env

const pem = createPrivateKey(readFileSync(KEY)).export({ type: 'pkcs8', format: 'der' })
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const key = await crypto.subtle.importKey('pkcs8', pem, algorithm, false, ['sign'])

const issuer = new URL(ISSUER)
const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
const proof = client.PrivateKeyJwt(KID === '' ? key : { key, kid: KID })
const config = await client.discovery(issuer, CLIENT_ID, {}, proof, { execute })
const { access_token, expires_in, scope } = await client.clientCredentialsGrant(config, { resource: RESOURCE })

console.log(`A token for ${RESOURCE}, good for ${expires_in} seconds, with the scope "${scope}":`)
console.log(access_token)
