import type { ClientEntry } from '../admin/client-entry.ts'
import { holdsSecret } from '../core/client.ts'
import { grants } from '../core/grants/index.ts'
import { registeredRedirectUri } from '../core/redirect-uri.ts'
import type { Journeys } from '../journeys/journeys.ts'
import type { Step } from '../journeys/step.ts'

/** Requests of a client that are remembered and were let through, and those of them that a change would refuse. */
export interface RecentRequests {
  readonly all: number
  readonly refused: number
  /** What speaks against them, by how often. */
  readonly whys: readonly (readonly [why: string, times: number])[]
}

/** Journeys of the client that are looked at, of the newest that there are. */
const most = { listed: 200, looked: 50 } as const

/** What this server remembers of a client's last requests, held against what it would be registered for. */
export async function recentRequests(
  before: ClientEntry,
  after: ClientEntry,
  journeys: Journeys,
): Promise<RecentRequests> {
  const { journeys: newest } = await journeys.list({ limit: most.listed })
  const own = newest.filter(it => it.client_id === after.client_id).slice(0, most.looked)
  const views = await Promise.all(own.map(({ id }) => journeys.journey(id)))
  const requests = views.flatMap(view => (view?.steps ?? []).filter(isRequest))
  const whys = requests.flatMap(step => whyNot(step, before, after) ?? [])
  const counted = [...Map.groupBy(whys, why => why)].map(([why, all]) => [why, all.length] as const)
  return { all: requests.length, refused: whys.length, whys: counted.sort(([, a], [, b]) => b - a) }
}

function isRequest({ inferred, what, parameters, checks = [] }: Step): boolean {
  const asks = /^(GET|POST) \S*\/(authorize|token)$/.test(what)
  return asks && !inferred && parameters !== undefined && checks.every(({ passed }) => passed)
}

function whyNot({ parameters = [] }: Step, before: ClientEntry, after: ClientEntry): string | undefined {
  const sent = (name: string) => parameters.find(it => it.name === name)?.value
  const [response_type, grant_type, redirect_uri] = ['response_type', 'grant_type', 'redirect_uri'].map(sent)
  if (grant_type !== undefined) {
    const registered = grants.find(it => it.grant_type === grant_type)?.registered_as ?? grant_type
    return after.grant_types.includes(registered) ? proofGone(before, after) : `grant_type=${grant_type}`
  }
  if (response_type === undefined) return undefined
  if (!after.response_types.includes(response_type)) return `response_type=${response_type}`
  if (redirect_uri !== undefined && registeredRedirectUri(redirect_uri, after) === undefined) {
    return 'an address that leaves'
  }
  const challenged = parameters.some(({ name }) => name === 'code_challenge')
  return after.grantwise.pkce === 'required' && !challenged ? 'no code_challenge' : undefined
}

/** What requests to the token endpoint send until now to prove whose they are, where that is refused from then on. */
function proofGone(before: ClientEntry, after: ClientEntry): string | undefined {
  const [was, is] = [before.token_endpoint_auth_method, after.token_endpoint_auth_method]
  const [platform, next] = [before.grantwise.federated, after.grantwise.federated]
  // A secret is taken by either way of sending it.
  const same = was === is || (holdsSecret(was) && holdsSecret(is))
  if (same && platform?.issuer === next?.issuer && platform?.subject === next?.subject) return undefined
  if (was === 'none') return 'no proof of whose they are'
  return holdsSecret(was) ? 'its secret' : 'the proof that it has until now'
}
