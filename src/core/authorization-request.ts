import { passwordAcr } from './acr.ts'
import type { Check } from './check.ts'
import { permittedClaims, scopesOfClaims } from './claims.ts'
import { type ClaimsRequest, parseClaims } from './claims-request.ts'
import type { Client } from './client.ts'
import { holdToAdvice, mayUseGrant } from './may-issue.ts'
import { refuseOutside } from './network-policy.ts'
import type { Params } from './params.ts'
import { codeChallenge } from './pkce.ts'
import { type Prompt, parseMaxAge, parsePrompt } from './prompt.ts'
import type { RedirectTarget } from './redirect-target.ts'
import { targetAudience } from './resource.ts'
import type { ResourceServer } from './resource-server.ts'
import type { ResponseType } from './response-types/response-type.ts'
import { refuseAfterSunset } from './retired.ts'
import { grantScope } from './scope.ts'
import type { Server } from './server.ts'

/** A request at `/authorize` in which everything that can be known without its user has been checked. */
export interface AuthorizationRequest {
  readonly client: Client
  readonly target: RedirectTarget
  readonly responseType: ResponseType
  readonly scope: readonly string[]
  /** What the user must have agreed to: the scopes, and those that cover the claims asked for by name. */
  readonly discloses: readonly string[]
  readonly resourceServer: ResourceServer | undefined
  readonly prompt: readonly Prompt[]
  readonly max_age: number | undefined
  readonly code_challenge: string | undefined
  readonly nonce: string | undefined
  readonly login_hint: string | undefined
  readonly claims: ClaimsRequest | undefined
  /** The only user this may be answered for: of `id_token_hint`, or of a `sub` value in `claims` (OIDC Core §5.5.1). */
  readonly sub: string | undefined
}

/** Checks what is asked, in the order of the RFCs. @throws errors that may be sent to the target. */
export async function parseAuthorizationRequest(
  params: Params,
  client: Client,
  target: RedirectTarget,
  server: Pick<Server, 'issuer' | 'responseTypes' | 'keys' | 'store' | 'clock' | 'outsideAdvice' | 'isWithin'>,
  check: Check,
): Promise<AuthorizationRequest> {
  refuseUnsupported(params, check)
  const responseType = parseResponseType(params.require('response_type'), client, server, check)
  const prompt = parsePrompt(params.get('prompt'), check)
  const max_age = parseMaxAge(params.get('max_age'), check) ?? client.default_max_age
  const claims = permittedClaims(parseClaims(params.get('claims'), check), client.scope)
  verifyAcr(claims, check)
  // Without a code there is nothing that a challenge could bind.
  const code_challenge = responseType.answers.includes('code') ? codeChallenge(params, client, check) : undefined
  const audience = targetAudience(params, client, check)
  const resourceServer = audience === undefined ? undefined : await server.store.resourceServer(audience)
  if (audience !== undefined && !resourceServer)
    throw check.refused('resource-unknown', 'resource must be the audience of an API of this client', { audience })
  const inFront = !responseType.answers.includes('code')
  const scope = grantScope(params.get('scope'), { client, resourceServer, actsFor: 'user', inFront }, check)
  const nonce = params.get('nonce')
  if (responseType.answers.includes('id_token')) verifyIdTokenRequest(scope, nonce, check)
  const sub = onlyUser(await hintedSub(params.get('id_token_hint'), server, check), claims, check)
  const silent = prompt.includes('none')
  await refuseOutside('authorize', client, server, check, { silent })
  // What is issued in front is issued all the same.
  if (responseType.answers.includes('token')) await refuseOutside('token', client, server, check, { silent })
  return {
    client,
    target,
    responseType,
    scope,
    discloses: [...new Set([...scope, ...scopesOfClaims(claims)])],
    resourceServer,
    prompt,
    max_age,
    code_challenge,
    nonce,
    login_hint: params.get('login_hint'),
    claims,
    sub,
  }
}

/** OIDC Core §5.5.1: nobody but the user that a `sub` value names, who must be the hinted one too. */
function onlyUser(hinted: string | undefined, claims: ClaimsRequest | undefined, check: Check): string | undefined {
  const named = claims?.id_token?.['sub']?.value
  if (typeof named !== 'string') return hinted
  if (hinted !== undefined && hinted !== named) {
    throw check.refused('account-differs', 'id_token_hint and claims name two users')
  }
  return named
}

/** OIDC Core §5.5.1.1: an essential `acr` that cannot be reached is a failed authentication; `acr_values` is only a wish. */
function verifyAcr(claims: ClaimsRequest | undefined, check: Check): void {
  const { essential = false, value, values = [] } = claims?.id_token?.['acr'] ?? {}
  const accepted = value === undefined ? values : [value]
  if (essential && accepted.length > 0 && !accepted.includes(passwordAcr)) {
    throw check.refused('acr-unmet', 'this server has none of the essential acr values', { offered: [passwordAcr] })
  }
  check.passed('acr-unmet')
}

/** What an ID Token that comes by way of the browser needs (OIDC Core §3.2.2.1, §3.3.2.11). */
function verifyIdTokenRequest(scope: readonly string[], nonce: string | undefined, check: Check): void {
  if (!scope.includes('openid'))
    throw check.refused('openid-missing', 'this response_type answers with an ID Token: scope must have openid')
  check.passed('openid-missing')
  if (nonce === undefined)
    throw check.refused('nonce-missing', 'send a nonce, which the ID Token brings back and the app compares')
  check.passed('nonce-missing')
}

/** What the metadata says is not supported has errors of its own (OIDC Core §3.1.2.6). */
function refuseUnsupported(params: Params, check: Check): void {
  if (params.get('request') !== undefined)
    throw check.refused('request-object-unsupported', 'send the parameters themselves: request is not supported')
  check.passed('request-object-unsupported')
  if (params.get('request_uri') !== undefined)
    throw check.refused('request-uri-unsupported', 'send the parameters themselves: request_uri is not supported')
  check.passed('request-uri-unsupported')
  if (params.get('registration') !== undefined)
    throw check.refused('registration-unsupported', 'register before asking: registration is not supported')
  check.passed('registration-unsupported')
  // RFC 6749 §2.3.1: a secret MUST NOT be in a URL; whoever sends it here has given it to the browser.
  if (params.get('client_secret') !== undefined)
    throw check.refused('secret-in-url', 'client_secret must never be sent here', { parameter: 'client_secret' })
  check.passed('secret-in-url')
}

function parseResponseType(
  sent: string,
  client: Client,
  server: Pick<Server, 'responseTypes' | 'outsideAdvice' | 'clock'>,
  check: Check,
): ResponseType {
  // A set, whatever its order (OAuth 2.0 Multiple Response Types §3).
  const response_type = sent.split(' ').sort().join(' ')
  const responseType = server.responseTypes.find(it => it.response_type === response_type)
  if (!responseType) {
    const offered = server.responseTypes.map(it => it.response_type)
    throw check.refused('response-type-unsupported', `response_type must be one of: ${offered.join(', ')}`, {
      sent,
      offered,
    })
  }
  check.passed('response-type-unsupported')
  for (const grant_type of responseType.grant_types) holdToAdvice(client, { grant_type, response_type }, server, check)
  if (!client.response_types.some(it => it.split(' ').sort().join(' ') === response_type)) {
    throw check.refused('response-type-not-allowed', 'response_type must be one that this client is registered for', {
      sent,
      registered: client.response_types,
    })
  }
  check.passed('response-type-not-allowed')
  for (const grant_type of responseType.grant_types) mayUseGrant(client, grant_type, check)
  refuseAfterSunset(response_type, responseType.retired, client, server, check)
  return responseType
}

/** The user an ID Token of ours was about; it may have expired (OIDC Core §3.1.2.1). */
async function hintedSub(
  hint: string | undefined,
  { keys, issuer }: Pick<Server, 'keys' | 'issuer'>,
  check: Check,
): Promise<string | undefined> {
  if (hint === undefined) return undefined
  const claims = await keys.verify(hint, 'JWT')
  if (claims?.['iss'] !== issuer || typeof claims['sub'] !== 'string') {
    throw check.refused('id-token-hint-invalid', 'id_token_hint is not an ID Token of this server', {
      signature_right: claims !== undefined,
      sent_issuer: typeof claims?.['iss'] === 'string' ? claims['iss'] : undefined,
      expected_issuer: issuer,
    })
  }
  check.passed('id-token-hint-invalid')
  return claims['sub']
}
