import * as z from 'zod'
import { type NetworkPolicy, networkUses } from '../core/network-policy.ts'
import { networkFault, normaliseNetwork } from '../identity/networks.ts'
import { line, listOf, oneOf, textWith } from './fields.ts'
import { complete, readMembers } from './members.ts'
import { describe, join, type Report } from './problem.ts'

const most = 500

/** Spelled as it is compared, so that the same network written in two ways is the same. */
const cidrs = z
  .array(textWith('a network', networkFault).transform(normaliseNetwork), { error: 'a list of networks' })
  .max(most, { error: `a list of ${most} networks at most` })
  .transform(networks => [...new Set(networks)])

const members = {
  mode: oneOf('off', 'notice', 'enforce'),
  cidrs: cidrs.default([]),
  text: line().default(''),
  applies_to: listOf(oneOf(...networkUses), 'uses').default([...networkUses]),
}

/** From where something may be used, as the apply file says it; nothing when any of it is wrong, which is then reported. */
export function readNetworkPolicy(value: unknown, path: string, report: Report): NetworkPolicy | undefined {
  const read = readMembers(members, value, path, report)
  if (read === undefined) return undefined
  const { given } = read
  if (given.mode !== undefined && given.mode !== 'off') {
    const { cidrs, text, applies_to, mode } = given
    const because = `since mode is "${mode}"`
    if (cidrs?.length === 0)
      report(join(path, 'cidrs'), `at least one network, like 10.0.0.0/8 or 2001:db8::/32, ${because}`, describe(cidrs))
    if (text === '')
      report(join(path, 'text'), `what people call the network, like "the office network", ${because}`, 'nothing')
    if (applies_to?.length === 0)
      report(join(path, 'applies_to'), `at least one of ${networkUses.join(', ')}, ${because}`, describe(applies_to))
  }
  return complete(read, 'mode', 'cidrs', 'text', 'applies_to')
}
