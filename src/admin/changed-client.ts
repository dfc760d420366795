import { fitsAdvice, needsPlatform, type Registration } from '../advisor/registration.ts'
import { type Client, type Federated, holdsSecret } from '../core/client.ts'
import { defaultLifetimes } from '../core/lifetimes.ts'
import { type NetworkPolicy, networkUses } from '../core/network-policy.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { networkFault, normaliseNetwork } from '../identity/networks.ts'
import { scopesFor } from './advised-client.ts'
import type { ClientEntry } from './client-entry.ts'
import { originsOf } from './client-settings.ts'

/** What the advice cannot know of a client that follows it from now on; what is undefined stays as it is. */
export interface ChangeTyped {
  readonly redirect_uris?: readonly string[] | undefined
  readonly audiences?: readonly string[] | undefined
  readonly federated?: Pick<Federated, 'issuer' | 'subject'> | undefined
  readonly network?: Pick<NetworkPolicy, 'cidrs' | 'text'> | undefined
}

/**
 * A registered client as an apply file describes it once it follows another advice. What does not hang on the advice
 * stays: its name, its owners, its lifetimes, and how it proves itself where that still fits.
 */
export function describeChangedClient(
  before: Client,
  registration: Registration,
  typed: ChangeTyped,
  resourceServers: readonly ResourceServer[],
): ClientEntry {
  const { client_id, client_name, client_uri, logo_uri, policy_uri, tos_uri } = before
  const { grant_types, response_types, grantwise: advised } = registration
  const redirect_uris = response_types.length === 0 ? [] : (typed.redirect_uris ?? before.redirect_uris)
  const audiences = registration.login_only ? [] : (typed.audiences ?? before.grantwise.audiences)
  const proof = proofOf(before, registration)
  const scope = scopeOf(before, registration, audiences, resourceServers)
  return {
    client_id,
    ...(client_name === undefined ? {} : { client_name }),
    ...(client_uri === undefined ? {} : { client_uri }),
    ...(logo_uri === undefined ? {} : { logo_uri }),
    ...(policy_uri === undefined ? {} : { policy_uri }),
    ...(tos_uri === undefined ? {} : { tos_uri }),
    redirect_uris,
    post_logout_redirect_uris: before.post_logout_redirect_uris,
    grant_types,
    response_types,
    ...proof,
    id_token_signed_response_alg: before.id_token_signed_response_alg,
    scope: scope.join(' '),
    ...(before.default_max_age === undefined ? {} : { default_max_age: before.default_max_age }),
    grantwise: {
      runs_on: advised.runs_on,
      acts_for: advised.acts_for,
      first_party: advised.first_party,
      policy: advised.policy,
      ...settingsOf(before, registration, proof.token_endpoint_auth_method === 'none', redirect_uris),
      audiences,
      ...federatedOf(before, registration, typed),
      web_origins: webOriginsOf(before, registration, redirect_uris),
      owners: before.grantwise.owners,
      advice: advised.advice,
      ...networkPolicyOf(before, registration, typed),
      ...retiredUntilOf(before, registration),
    },
  }
}

/** As before where the advice lets it: who holds a key need not get a secret. */
function proofOf(before: Client, registration: Registration) {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg, jwks, jwks_uri } = before
  const { grantwise, token_endpoint_auth_method } = registration
  const proven = holdsSecret(method) || jwks !== undefined || jwks_uri !== undefined
  if (needsPlatform(grantwise.advice) || !proven || !fitsAdvice(method, grantwise.advice)) {
    return { token_endpoint_auth_method }
  }
  return {
    token_endpoint_auth_method: method,
    ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwks_uri === undefined ? {} : { jwks_uri }),
  }
}

/** Lifetimes stay where no follow-up sets them, another policy's only as far as usual; what protects a client without a secret is not left out (RFC 9700 §2.1.1, §4.14.2). */
function settingsOf(
  { grantwise: before }: Client,
  { grantwise: advised }: Registration,
  isPublic: boolean,
  redirect_uris: readonly string[],
) {
  const lenient = advised.policy !== 'best-practice' && !isPublic && redirect_uris.length > 0
  const kept = (member: keyof typeof defaultLifetimes): number =>
    advised.policy === before.policy ? before[member] : Math.min(before[member], defaultLifetimes[member])
  return {
    pkce: lenient && before.pkce === 'when_sent' ? 'when_sent' : 'required',
    refresh_grace: before.refresh_grace,
    refresh_rotation: isPublic || before.refresh_rotation,
    refresh_idle_ttl: advised.refresh_idle_ttl ?? kept('refresh_idle_ttl'),
    refresh_max_ttl: advised.refresh_max_ttl ?? kept('refresh_max_ttl'),
  } as const
}

/** All that its APIs offer to such a client, but for what it was offered before and had not taken; and what it had besides. */
function scopeOf(
  before: Client,
  { grant_types, grantwise }: Registration,
  audiences: readonly string[],
  resourceServers: readonly ResourceServer[],
): readonly string[] {
  const apis = (names: readonly string[]) => resourceServers.filter(({ audience }) => names.includes(audience))
  const { acts_for } = before.grantwise
  const had = before.scope.split(' ').filter(it => it !== '')
  const wasOffered = scopesFor(acts_for.includes('user'), before.grant_types, apis(before.grantwise.audiences))
  const user = grantwise.acts_for.includes('user')
  const offered = scopesFor(user, grant_types, apis(audiences))
  const taken = offered.filter(scope => had.includes(scope) || !wasOffered.includes(scope))
  const besides = user ? had.filter(scope => !wasOffered.includes(scope) && !offered.includes(scope)) : []
  return [...taken, ...besides.filter(scope => scope !== 'offline_access')]
}

function federatedOf(
  { grantwise: { federated } }: Client,
  { grantwise }: Registration,
  typed: ChangeTyped,
): { readonly federated?: Federated } {
  if (!needsPlatform(grantwise.advice)) return {}
  const named = typed.federated ?? federated
  if (named === undefined) return {}
  const same = named.issuer === federated?.issuer && named.subject === federated.subject
  return { federated: same ? federated : named }
}

/** As before where no other network is named; one that is needed and named nowhere is empty, which is then refused. */
function networkPolicyOf(
  { grantwise: { network_policy: before } }: Client,
  { network: needed }: Registration,
  { network: named }: ChangeTyped,
): { readonly network_policy?: NetworkPolicy } {
  if (named === undefined && !needed) return before === undefined ? {} : { network_policy: before }
  const { cidrs, text } = named ?? before ?? { cidrs: [], text: '' }
  const spelled = cidrs.map(it => (networkFault(it) === undefined ? normaliseNetwork(it) : it))
  const mode = before?.mode === 'notice' ? 'notice' : 'enforce'
  const applies_to = before?.applies_to ?? [...networkUses]
  return { network_policy: { mode, cidrs: [...new Set(spelled)], text, applies_to } }
}

/** The day goes with the last flow that it is about. */
function retiredUntilOf({ grantwise: { retired_until } }: Client, { grant_types }: Registration) {
  const retired = grant_types.includes('implicit') || grant_types.includes('password')
  return retired && retired_until !== undefined ? { retired_until } : {}
}

/** Those of its addresses, and those that somebody had added to them. */
function webOriginsOf(
  { redirect_uris: before, grantwise: { web_origins } }: Client,
  { grantwise: { runs_on, advice } }: Registration,
  redirect_uris: readonly string[],
): readonly string[] {
  // A small server asks for its page, so no page of another origin ever does.
  if (runs_on !== 'browser' || advice.flow === 'bff') return []
  const added = web_origins.filter(origin => !originsOf(before).includes(origin))
  return [...new Set([...originsOf(redirect_uris), ...added])]
}
