import type { NetworkPolicy } from '../../core/network-policy.ts'
import type { Work } from '../work.ts'
import { deleteMeta, findMeta, putMeta } from './meta.ts'

const name = 'network_policy'

/** What the server says of every client that has no policy of its own. */
export function* findNetworkPolicy(): Work<NetworkPolicy | undefined> {
  const value = yield* findMeta(name)
  return value === undefined ? undefined : (JSON.parse(value) as NetworkPolicy)
}

export function* putNetworkPolicy(policy: NetworkPolicy): Work<void> {
  yield* putMeta(name, JSON.stringify(policy))
}

export function* deleteNetworkPolicy(): Work<void> {
  yield* deleteMeta(name)
}
