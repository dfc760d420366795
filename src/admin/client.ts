import { adviceMisfits, fitsAdvice, grantsOfResponseType, misfits, needsPlatform } from '../advisor/registration.ts'
import { type Client, holdsSecret } from '../core/client.ts'
import { clientMembers, unsupportedMetadata } from './client-metadata.ts'
import { type ReadSettings, readSettings, settingsMembers } from './client-settings.ts'
import { namesPlatform, readKeys } from './key-members.ts'
import { complete, type Members, readMembers } from './members.ts'
import { describe, join, type Report } from './problem.ts'

/** How a file says that a client proves itself. */
export type Credential =
  | { readonly kind: 'none' }
  /** The file does not say: what is stored stays. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'hashes'; readonly hashes: readonly SecretHash[] }

export interface SecretHash {
  readonly hash: string
  readonly expires_at?: number
}

/** A client as a file describes it, all but its stored secrets. */
export interface DescribedClient {
  readonly client: Omit<Client, 'secrets'>
  readonly credential: Credential
}

type Given = Members<typeof clientMembers>

/** A client as the apply file describes it; nothing when any of it is wrong, which is then reported. */
export function readClient(value: unknown, path: string, report: Report): DescribedClient | undefined {
  const read = readMembers(clientMembers, value, path, report, name =>
    Object.hasOwn(settingsMembers, name) ? `it under ${join(path, 'grantwise')}` : unsupportedMetadata(name),
  )
  if (read === undefined) return undefined
  const { given } = read
  const { token_endpoint_auth_method, grant_types } = given
  const isPublic = token_endpoint_auth_method === 'none'
  const response_types = given.response_types ?? defaultResponseTypes(grant_types ?? [])
  const redirect_uris = given.redirect_uris ?? []
  const grantwise = readSettings(given.grantwise, join(path, 'grantwise'), report, {
    application_type: given.application_type,
    isPublic,
    grant_types: grant_types ?? [],
    redirect_uris,
  })
  const keys = readKeys(read, path, report)
  checkRedirectUris(read, path, report)
  checkCredential(read, path, report)
  const all = complete(
    read,
    'client_id',
    'grant_types',
    'token_endpoint_auth_method',
    'id_token_signed_response_alg',
    'post_logout_redirect_uris',
    'scope',
  )
  if (grant_types !== undefined && !(read.has('response_types') && given.response_types === undefined)) {
    checkResponseTypes(read, grant_types, response_types, path, report)
  }
  if (all === undefined || grantwise === undefined) return undefined
  checkTable({ ...all, response_types, grantwise }, read, path, report)
  const { client_name, client_uri, logo_uri, policy_uri, tos_uri, default_max_age } = given
  return {
    client: {
      client_id: all.client_id,
      ...(client_name === undefined ? {} : { client_name }),
      ...(client_uri === undefined ? {} : { client_uri }),
      ...(logo_uri === undefined ? {} : { logo_uri }),
      ...(policy_uri === undefined ? {} : { policy_uri }),
      ...(tos_uri === undefined ? {} : { tos_uri }),
      redirect_uris,
      post_logout_redirect_uris: all.post_logout_redirect_uris,
      grant_types: all.grant_types,
      response_types,
      token_endpoint_auth_method: all.token_endpoint_auth_method,
      ...keys,
      id_token_signed_response_alg: all.id_token_signed_response_alg,
      scope: all.scope,
      ...(default_max_age === undefined ? {} : { default_max_age }),
      grantwise,
    },
    credential: credentialOf(given),
  }
}

/** RFC 7591 §2: `code` where a code can be had; the others are never guessed. */
function defaultResponseTypes(grant_types: readonly string[]): readonly string[] {
  return grant_types.includes('authorization_code') ? ['code'] : []
}

/** RFC 7591 §2: grants that redirect need somewhere to redirect to. */
function checkRedirectUris({ given, has }: Given, path: string, report: Report): void {
  const redirecting = given.grant_types?.find(grant => grant === 'authorization_code' || grant === 'implicit')
  const none = has('redirect_uris') ? given.redirect_uris?.length === 0 : true
  if (redirecting === undefined || !none) return
  const expected = `at least one redirect URI, since grant_types has ${redirecting}${has('grant_types') ? '' : ' by default'}`
  report(join(path, 'redirect_uris'), expected, describe(given.redirect_uris))
}

/** A public client has no secret (RFC 6749 §2.1) and so cannot act for itself (§4.4); two secrets at once say nothing. */
function checkCredential({ given, has }: Given, path: string, report: Report): void {
  const [first] = (['client_secret', 'client_secret_hash'] as const).filter(has)
  if (has('client_secret') && has('client_secret_hash')) {
    report(join(path, 'client_secret_hash'), 'either client_secret or client_secret_hash', 'both')
  }
  const { token_endpoint_auth_method: method = 'client_secret_basic' } = given
  if (first !== undefined && !holdsSecret(method)) {
    const expected = `no secret, since token_endpoint_auth_method is "${method}"; remove it or name client_secret_basic`
    report(join(path, first), expected, describe(given[first], join(path, first)))
  }
  if (method !== 'none') return
  const index = given.grant_types?.indexOf('client_credentials') ?? -1
  if (index !== -1) {
    const expected =
      'no client_credentials, since token_endpoint_auth_method is "none": only a client with a secret acts for itself'
    report(join(path, 'grant_types', index), `${expected} (RFC 6749 §4.4)`, '"client_credentials"')
  }
}

/** RFC 7591 §2.1: each says what the other does. */
function checkResponseTypes(
  { has }: Given,
  grant_types: readonly string[],
  response_types: readonly string[],
  path: string,
  report: Report,
): void {
  for (const [index, type] of response_types.entries()) {
    const missing = grantsOfResponseType(type).filter(grant => !grant_types.includes(grant))
    if (missing.length === 0) continue
    const expected = `a response type of the grant_types, or ${missing.join(' and ')} among them (RFC 7591 §2.1)`
    report(join(path, 'response_types', index), expected, describe(type))
  }
  const covered = response_types.flatMap(grantsOfResponseType)
  for (const grant of ['authorization_code', 'implicit']) {
    if (!grant_types.includes(grant) || covered.includes(grant)) continue
    const expected = `a response type for the grant ${grant}, like ${grant === 'implicit' ? '"token" or "id_token"' : '"code"'} (RFC 7591 §2.1)`
    report(join(path, 'response_types'), expected, has('response_types') ? describe(response_types) : 'nothing')
  }
}

/** What the advice that led to it gives a client, else the advisor's table, by where it runs and whom it acts for. */
function checkTable(
  asked: Pick<Client, 'grant_types' | 'response_types' | 'token_endpoint_auth_method'> & {
    readonly grantwise: ReadSettings
  },
  read: Given,
  path: string,
  report: Report,
): void {
  const { has } = read
  const { advice } = asked.grantwise
  const found = advice === null ? misfits(asked, asked.grantwise) : adviceMisfits(asked, advice)
  for (const { member, index, value, why } of found) {
    // What follows from the grants by default is not a second mistake.
    if (member === 'response_types' && !has(member)) continue
    const at = has(member) ? join(path, member, index) : join(path, member)
    const noun = member === 'grant_types' ? 'a grant' : 'a response type'
    report(
      at,
      `${noun} that this client may have: ${why}`,
      has(member) ? describe(value) : `${describe(value)} by default`,
    )
  }
  if (advice !== null && needsPlatform(advice) && !namesPlatform(read)) {
    const expected = `the platform whose tokens prove it, since its advice is ${advice.flow}`
    report(join(path, 'grantwise', 'federated'), expected, 'nothing')
  }
  const method = asked.token_endpoint_auth_method
  if (advice === null || fitsAdvice(method, advice)) return
  const expected = `${method === 'none' ? 'a method with a credential' : '"none"'}, since its advice is ${advice.flow}`
  report(join(path, 'token_endpoint_auth_method'), expected, describe(method))
}

function credentialOf({ token_endpoint_auth_method, client_secret, client_secret_hash }: Given['given']): Credential {
  if (token_endpoint_auth_method !== undefined && !holdsSecret(token_endpoint_auth_method)) return { kind: 'none' }
  if (client_secret !== undefined) return { kind: 'secret', secret: client_secret }
  if (client_secret_hash === undefined) return { kind: 'kept' }
  const hashes = [client_secret_hash].flat().map(it => (typeof it === 'string' ? { hash: it } : it))
  return { kind: 'hashes', hashes: hashes.map(it => ({ ...it, hash: it.hash.slice('sha256:'.length) })) }
}
