/**
 * A job that holds no secret (RFC 7523 §2.2): it signs with a key of its own, or shows the token that the platform it
 * runs on has given it.
 *
 *   npm start -- --dev
 *   npx node examples/signed-job.ts
 *
 * ISSUER, CLIENT_ID and RESOURCE say where and who. KEY is a private key (PEM, P-256), KID its name where it has one;
 * or PLATFORM_TOKEN is what GitHub Actions, GitLab or Kubernetes says of the job, made for the issuer.
 */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'

const {
  ISSUER = 'http://127.0.0.1:4000',
  CLIENT_ID = 'signed-job',
  RESOURCE = `${ISSUER}/demo/api`,
  KEY = 'private.pem',
  KID = '',
  PLATFORM_TOKEN = '',
} = process.env

async function ownKey(): Promise<client.ClientAuth> {
  const pem = createPrivateKey(readFileSync(KEY)).export({ type: 'pkcs8', format: 'der' })
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('pkcs8', pem, algorithm, false, ['sign'])
  return client.PrivateKeyJwt(KID === '' ? key : { key, kid: KID })
}

/** The same as a key's, but that somebody else has signed it. It is good once. */
const platform: client.ClientAuth = (_server, { client_id }, body) => {
  body.set('client_id', client_id)
  body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  body.set('client_assertion', PLATFORM_TOKEN)
}

const issuer = new URL(ISSUER)
const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
const proof = PLATFORM_TOKEN === '' ? await ownKey() : platform
const config = await client.discovery(issuer, CLIENT_ID, {}, proof, { execute })

const { access_token, expires_in, scope } = await client.clientCredentialsGrant(config, { resource: RESOURCE })
console.log(`A token for ${RESOURCE}: "${scope}", for ${expires_in} seconds`)

const answer = await client.fetchProtectedResource(config, access_token, new URL(`${RESOURCE}/v1/albums`), 'GET')
const { total } = (await answer.json()) as { readonly total: number }
console.log(`${total} albums`)
