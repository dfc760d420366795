import type { Option } from 'commander'
import type { Typed } from '../admin/advised-client.ts'
import { StartRefused } from '../config.ts'
import { flag, repeatable } from './flags.ts'

/** From where alone a client works. */
export interface NetworkOptions {
  readonly network?: readonly string[]
  readonly networkName?: string
}

export function networkFlags(): readonly Option[] {
  return [
    repeatable('--network <cidr>', 'a network that it works from, and no other', '--network 10.0.0.0/8'),
    flag('--network-name <text>', 'what people call those networks', '--network-name "the office network"'),
  ]
}

/** @throws StartRefused where networks have no name to tell people who are elsewhere, or a name has no network. */
export function readNetwork({ network, networkName }: NetworkOptions): Typed['network'] {
  if (network === undefined && networkName === undefined) return undefined
  if (network === undefined) throw new StartRefused('--network: expected the networks that have this name; got none')
  if (networkName === undefined) {
    throw new StartRefused(
      '--network-name: expected what people call those networks, like "the office network"; got none',
    )
  }
  return { cidrs: network, text: networkName }
}
