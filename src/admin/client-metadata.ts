import * as z from 'zod'
import { knownGrantTypes } from '../advisor/registration.ts'
import { assertionAlgs } from '../core/client-auth/assertion.ts'
import {
  clientId,
  httpsUrl,
  isScopeName,
  line,
  listOf,
  oneOf,
  redirectUri,
  textWith,
  webPage,
  wholeNumber,
} from './fields.ts'

const responseTypes = [
  'code',
  'code id_token',
  'code id_token token',
  'code token',
  'id_token',
  'id_token token',
  'token',
]
const scopes = 'scopes with one space between, each of printable ASCII without quote or backslash (RFC 6749 §3.3)'
const secret = 'at least 32 printable ASCII characters without spaces (openssl rand -base64 32 makes some)'
const hashed = 'what `grantwise export` writes: sha256: and 43 characters of base64url'

const secretHash = z.string({ error: hashed }).regex(/^sha256:[A-Za-z0-9_-]{43}$/, { error: hashed })
const expiringHash = z.strictObject({ hash: secretHash, expires_at: z.int().min(0) })
const twoHashes = `${hashed}; or a list of at most two, one of them with an expiry: {"hash": …, "expires_at": …}`

const secretHashes = z
  .array(z.union([secretHash, expiringHash], { error: twoHashes }), { error: twoHashes })
  .refine(hashes => hashes.length >= 1 && hashes.length <= 2 && areDistinct(hashes), { error: twoHashes })

/** What RFC 7591 and OIDC Registration say of a client, as far as this server keeps it. */
export const clientMembers = {
  client_id: clientId,
  client_secret: z
    .string({ error: secret })
    .regex(/^[\x21-\x7e]{32,1024}$/, { error: secret })
    .optional(),
  client_secret_hash: z.union([secretHash, secretHashes], { error: twoHashes }).optional(),
  client_name: line().optional(),
  client_uri: webPage.optional(),
  logo_uri: webPage.optional(),
  policy_uri: webPage.optional(),
  tos_uri: webPage.optional(),
  application_type: oneOf('web', 'native').optional(),
  redirect_uris: listOf(redirectUri, 'URIs').optional(),
  post_logout_redirect_uris: listOf(redirectUri, 'URIs').default([]),
  grant_types: listOf(oneOf(...knownGrantTypes), 'grant types').default(['authorization_code']),
  response_types: listOf(oneOf(...responseTypes), 'response types').optional(),
  token_endpoint_auth_method: oneOf('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none').default(
    'client_secret_basic',
  ),
  token_endpoint_auth_signing_alg: oneOf(...assertionAlgs).optional(),
  jwks: z.unknown().optional(),
  jwks_uri: httpsUrl.optional(),
  id_token_signed_response_alg: oneOf('RS256', 'ES256', 'EdDSA', 'Ed25519').default('RS256'),
  scope: textWith(scopes, text => (text === '' || text.split(' ').every(isScopeName) ? undefined : scopes)).default(''),
  default_max_age: wholeNumber(0, 31_536_000).optional(),
  grantwise: z.unknown(),
}

/** Registered elsewhere, not kept here: said so, rather than dropped in silence. */
const unsupported = [
  'contacts software_id software_version software_statement sector_identifier_uri subject_type',
  'id_token_encrypted_response_alg id_token_encrypted_response_enc',
  'userinfo_signed_response_alg userinfo_encrypted_response_alg userinfo_encrypted_response_enc',
  'request_object_signing_alg request_object_encryption_alg request_object_encryption_enc request_uris',
  'require_auth_time default_acr_values initiate_login_uri require_pushed_authorization_requests',
  'require_signed_request_object dpop_bound_access_tokens tls_client_certificate_bound_access_tokens',
  'tls_client_auth_subject_dn tls_client_auth_san_dns frontchannel_logout_uri frontchannel_logout_session_required',
  'backchannel_logout_uri backchannel_logout_session_required authorization_signed_response_alg',
  'client_id_issued_at client_secret_expires_at registration_client_uri registration_access_token',
].flatMap(names => names.split(' '))

/** What to say of client metadata that this server does not keep. */
export function unsupportedMetadata(name: string): string | undefined {
  if (unsupported.includes(name)) return 'no such member: it is client metadata that this server does not support yet'
  if (name.includes('#')) return 'no such member: names in several languages (RFC 7591 §2.2) are not supported yet'
  return undefined
}

function areDistinct(hashes: readonly (string | { readonly hash: string })[]): boolean {
  return new Set(hashes.map(it => (typeof it === 'string' ? it : it.hash))).size === hashes.length
}
