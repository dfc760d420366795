import type { Check } from '../check.ts'
import type { Client } from '../client.ts'
import type { KeySource, Verdict } from '../foreign-jwt.ts'
import type { Server } from '../server.ts'
import {
  type Assertion,
  assertionAlgs,
  checkAudience,
  checkTimes,
  isSelfIssued,
  readAssertion,
  skew,
} from './assertion.ts'
import type { ClientAuthMethod } from './method.ts'
import { platformKeys } from './platform.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Seconds that an assertion may last: a client makes one for each request, a platform for a job or a pod. */
const longestLife = 300
const longestLifeOfPlatform = 86_400

/** A JWT signed by the client's own key, or by the platform that it runs on, once (RFC 7523 §2.2). */
export const privateKeyJwt: ClientAuthMethod = {
  token_endpoint_auth_method: 'private_key_jwt',
  spec: 'RFC 7523 §2.2',
  signing_algs: assertionAlgs,

  presented({ params }, { foreignJwts }) {
    const compact = params.get('client_assertion')
    if (compact === undefined) return undefined
    const jwt = foreignJwts.read(compact)
    const { sub } = jwt?.claims ?? {}
    // RFC 7521 §4.2: its subject names the client. A platform's token names the job instead, and client_id the client.
    const own = jwt !== undefined && isSelfIssued(jwt.claims) && typeof sub === 'string'
    const client_id = own ? sub : (params.get('client_id') ?? '')
    return { client_id, assertion: { type: params.get('client_assertion_type') ?? '', jwt } }
  },

  examine({ client_id, assertion }, { clock, issuer }, check) {
    const { type = '', jwt } = assertion ?? {}
    if (type !== jwtBearer) {
      throw check.refused('assertion-type-unsupported', `client_assertion_type must be ${jwtBearer}`, { sent: type })
    }
    check.passed('assertion-type-unsupported')
    const read = readAssertion(jwt, check)
    const own = isSelfIssued(read)
    checkTimes(read, clock.now(), own ? longestLife : longestLifeOfPlatform, check)
    if (own) checkAudience(read, issuer, check)
    else if (client_id === '') {
      throw check.refused('client-missing', 'client_id is missing: the token of a platform does not say which client')
    }
  },

  accepts: registered => registered === 'private_key_jwt',

  async verify(client, { assertion }, { foreignJwts, clock, issuer, hash, store }, check) {
    const read = readAssertion(assertion?.jwt, check)
    const { federated } = client.grantwise
    const source = federated ? platformKeys(read, federated, client, check) : ownKeys(read, client, check)
    checkAlg(read, client, check)
    const verdict = await foreignJwts.verify(read.jwt, source)
    if (verdict !== 'good') throw refusal(verdict, read, client, check)
    check.passed('assertion-signature-wrong')
    if (federated) checkAudience(read, federated.audience ?? issuer, check)
    // Keys may have been asked for meanwhile: what is kept until it ends must not have ended.
    checkTimes(read, clock.now(), longestLifeOfPlatform, check)
    if (!(await store.spendAssertion(useOf(read, client, hash), Math.ceil(read.exp) + skew))) {
      throw check.refused('assertion-replayed', 'client_assertion was used before; make a new one for each request', {
        client_id: client.client_id,
      })
    }
    check.passed('assertion-replayed')
  },
}

/** RFC 7523 §3: `iss` and `sub` are the client. */
function ownKeys({ iss, sub }: Assertion, client: Client, check: Check): KeySource {
  const { client_id, jwks, jwks_uri } = client
  if (iss !== client_id || sub !== client_id) {
    throw check.refused('assertion-issuer-wrong', 'iss and sub of client_assertion must be the client_id', {
      client_id,
      sent: iss,
      expected: client_id,
    })
  }
  check.passed('assertion-issuer-wrong')
  return jwks_uri === undefined ? { jwks: jwks ?? { keys: [] } } : { jwks_uri }
}

/** OIDC Registration §2: where an algorithm is registered, no other is taken. */
function checkAlg(
  { alg }: Assertion,
  { client_id, token_endpoint_auth_signing_alg: registered }: Client,
  check: Check,
) {
  if (registered !== undefined && alg !== registered) {
    throw check.refused('assertion-alg-wrong', `client_assertion must be signed with ${registered}`, {
      client_id,
      sent: alg,
      registered,
    })
  }
  check.passed('assertion-alg-wrong')
}

function refusal(verdict: Exclude<Verdict, 'good'>, { alg, jwt }: Assertion, { client_id }: Client, check: Check) {
  const { kid } = jwt.header
  const detail = { client_id, alg, ...(typeof kid === 'string' ? { sent: kid } : {}) }
  switch (verdict) {
    case 'key-unknown':
      return check.refused('assertion-key-unknown', 'no registered key fits client_assertion', detail)
    case 'signature-wrong':
      return check.refused('assertion-signature-wrong', 'the signature of client_assertion is wrong', detail)
    default:
      return check.refused('assertion-keys-unavailable', 'the keys for client_assertion could not be had', {
        client_id,
        why: verdict.unavailable,
      })
  }
}

/** What is taken at its first use: the `jti` of whoever made it, else all that was signed. */
function useOf({ iss, jti, jwt }: Assertion, { client_id }: Client, hash: Server['hash']): string {
  return hash.sha256(
    JSON.stringify(jti === undefined ? [client_id, iss, 'signed', jwt.signed] : [client_id, iss, 'jti', jti]),
  )
}
