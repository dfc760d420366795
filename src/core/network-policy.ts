import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { OAuthError } from './errors.ts'
import type { ReasonId } from './reasons.ts'
import type { Server } from './server.ts'

/** What a network policy may stand in front of: signing in, `/authorize`, `/token`, and APIs (`/userinfo` is one). */
export const networkUses = ['login', 'authorize', 'token', 'api'] as const
export type NetworkUse = (typeof networkUses)[number]

/** From where an application, or the whole server, may be used. It names a place; nobody's account depends on it. */
export interface NetworkPolicy {
  /** `notice` tells people where they stand; `enforce` also refuses whoever is outside. */
  readonly mode: 'off' | 'notice' | 'enforce'
  /** Networks, IPv4 and IPv6, each with its prefix. */
  readonly cidrs: readonly string[]
  /** What people call the network: "the office network". */
  readonly text: string
  readonly applies_to: readonly NetworkUse[]
}

/** Where somebody stands to a policy that is on. */
export interface NetworkStanding {
  readonly policy: NetworkPolicy
  readonly address: string
  readonly inside: boolean
}

type Powers = Pick<Server, 'store' | 'isWithin'>

/** Where an address stands to the policy of this client, or else of the server; nothing when neither is on. */
export async function networkStanding(
  client: Pick<Client, 'grantwise'> | undefined,
  { store, isWithin }: Powers,
  address: string,
): Promise<NetworkStanding | undefined> {
  const policy = client?.grantwise.network_policy ?? (await store.networkPolicy())
  return standingTo(policy, isWithin, address)
}

function standingTo(
  policy: NetworkPolicy | undefined,
  isWithin: Powers['isWithin'],
  address: string,
): NetworkStanding | undefined {
  if (policy === undefined || policy.mode === 'off') return undefined
  return { policy, address, inside: isWithin(address, policy.cidrs) }
}

/** Whether the policy stands in front of this use. */
export function isEnforced({ policy }: NetworkStanding, use: NetworkUse): boolean {
  return policy.mode === 'enforce' && policy.applies_to.includes(use)
}

/** What is told to whoever is refused: which network, where they are, and that it is the place and not the person. */
export function outsideSentence({ policy, address }: NetworkStanding, use: NetworkUse): string {
  const what = use === 'login' || use === 'authorize' ? 'sign-in' : use === 'token' ? 'app' : 'API'
  return `this ${what} works only on ${policy.text}; the request came from outside it (address ${address}), and no account is blocked`
}

/** Whether this use is refused; check and log have it either way, and what only a stricter mode would refuse. */
export function isOutside(standing: NetworkStanding | undefined, use: NetworkUse, check: Check): boolean {
  return judge(standing, use, check, 'network-outside') !== undefined
}

/**
 * The gate of places, asked before anything is looked up or spent. @throws `access_denied`; `interaction_required`
 * where no page may be shown.
 */
export async function refuseOutside(
  use: NetworkUse,
  client: Pick<Client, 'grantwise'> | undefined,
  powers: Powers,
  check: Check,
  { silent = false }: { readonly silent?: boolean } = {},
): Promise<void> {
  const policy = client?.grantwise.network_policy ?? (await powers.store.networkPolicy())
  if (policy === undefined) return
  const standing = standingTo(policy, powers.isWithin, check.address())
  const refused = judge(standing, use, check, silent ? 'network-outside-silent' : 'network-outside')
  if (refused) throw refused
}

function judge(
  standing: NetworkStanding | undefined,
  use: NetworkUse,
  check: Check,
  reason: Extract<ReasonId, 'network-outside' | 'network-outside-silent'>,
): OAuthError | undefined {
  if (standing === undefined || !standing.policy.applies_to.includes(use)) return undefined
  if (standing.inside) {
    check.passed(reason)
    return undefined
  }
  const { mode, text, cidrs } = standing.policy
  const sentence = outsideSentence(standing, use)
  const detail = { network: text, networks: cidrs, applies_to: use }
  if (mode === 'enforce') return check.refused(reason, sentence, detail)
  check.noticed(reason, sentence, detail)
  return undefined
}
