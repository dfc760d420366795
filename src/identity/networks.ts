import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { withoutPort } from './address.ts'

type Address = ReturnType<typeof ipaddr.parse>
type Network = readonly [Address, number]

/** Each list is read once, however often it is asked. */
const read = new WeakMap<readonly string[], readonly Network[]>()

/**
 * Whether an address is in one of these networks. An IPv4 address that a dual-stack socket reports as IPv6 is itself
 * (RFC 4291 §2.5.5.2); what is no address is nowhere.
 */
export function isWithin(address: string, cidrs: readonly string[]): boolean {
  const bare = withoutPort(address)
  const family = isIP(bare)
  // Only IPv6 has zones (RFC 4007 §11).
  if (family === 0 || (family === 4 && address.includes('%'))) return false
  const [at] = unmapped(parse(bare), 128)
  return networksOf(cidrs).some(([network, prefix]) => network.kind() === at.kind() && at.match(network, prefix))
}

/** An address that `isIP` knows. In one spelling first: ipaddr.js takes `::192.0.2.1` for the mapped `::ffff:192.0.2.1`. */
function parse(address: string): Address {
  return ipaddr.parse(isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address)
}

/** A mapped address is the IPv4 one, so that a network of them is one too. */
function unmapped(address: Address, bits: number): Network {
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
  return mapped ? [address.toIPv4Address(), bits - 96] : [address, bits]
}

function networksOf(cidrs: readonly string[]): readonly Network[] {
  const known = read.get(cidrs)
  if (known !== undefined) return known
  const networks = cidrs.flatMap(cidr => {
    const network = readNetwork(cidr)
    return typeof network === 'string' ? [] : [network]
  })
  read.set(cidrs, networks)
  return networks
}

const anyNetwork = 'an IP address or a network like 10.0.0.0/8 or 2001:db8::/32'

/** What was expected of a network, in the words that follow "expected"; nothing when it is one. */
export function networkFault(text: string): string | undefined {
  const network = readNetwork(text)
  return typeof network === 'string' ? network : undefined
}

/** A network in the one spelling under which it is kept (RFC 4632 §3.1, RFC 5952), with its prefix. */
export function normaliseNetwork(text: string): string {
  const network = readNetwork(text)
  return typeof network === 'string' ? text : spell(network)
}

function spell([address, prefix]: Network): string {
  return `${address.toString()}/${prefix}`
}

/** A network, or what was expected in its place. Strict, since what another parser reads otherwise lets others in. */
function readNetwork(text: string): Network | string {
  const [address = '', prefix, more] = text.split('/')
  const family = isIP(address)
  const whole = family === 4 ? 32 : 128
  if (family === 0 || more !== undefined || address.includes('%')) return anyNetwork
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return anyNetwork
  const bits = prefix === undefined ? whole : Number(prefix)
  if (bits > whole) return anyNetwork
  const network = unmapped(parse(address), bits)
  if (network[1] <= 0) return 'a network smaller than the whole internet; mode "off" lets everybody in'
  const first = firstOf(network)
  // Bits behind the prefix say that somebody meant another network.
  return spell(first) === spell(network) ? network : `${spell(first)}, or another prefix: it has bits behind its own`
}

function firstOf([address, bits]: Network): Network {
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return [family.networkAddressFromCIDR(spell([address, bits])), bits]
}
