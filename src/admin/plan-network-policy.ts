import type { NetworkPolicy } from '../core/network-policy.ts'
import type { ApplyFile } from './apply-file.ts'
import { difference } from './difference.ts'
import type { Step } from './plan.ts'
import { collectProblems, type Problem } from './problem.ts'

/** What files change about the server's own network policy; nothing when none of them is about it. */
export function planNetworkPolicy(
  files: readonly ApplyFile[],
  before: NetworkPolicy | undefined,
  prune: boolean,
): readonly (Step | undefined)[] {
  const about = files.find(file => file.network_policy !== undefined)
  const said = about === undefined && prune ? null : about?.network_policy
  if (said === undefined) return []
  const change = { kind: 'put_network_policy', policy: said, before: before ?? null } as const
  const action = { kind: 'network_policy', id: 'server', members: [] } as const
  if (said === null) return before === undefined ? [] : [{ action: { ...action, action: 'deleted' }, change }]
  if (before === undefined) return [{ action: { ...action, action: 'created' }, change }]
  const members = difference(before, said)
  return [members.length === 0 ? undefined : { action: { ...action, action: 'changed', members }, change }]
}

/** The server has one: files that are taken as one say it once. */
export function checkOnePolicy(files: readonly ApplyFile[]): readonly Problem[] {
  const [first, ...others] = files.filter(file => file.network_policy !== undefined)
  return others.flatMap(file => {
    const { problems, report } = collectProblems(file.name)
    report('network_policy', `one for the server, which ${first?.name ?? 'another file'} has`, 'another')
    return problems
  })
}
