import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether an address may be connected to. */
export type MayReach = (address: string) => boolean

/** Public by its bits, and yet the host's own: Azure's wire server (the metadata services of others are link-local or private). */
const hosts = ['168.63.129.16']

/**
 * The addresses of the public internet (IANA's special-purpose registries: none of those), and of the networks that the
 * operator allows besides, `10.1.2.3` or `10.0.0.0/8`.
 */
export function reachable(allow: readonly string[]): MayReach {
  const networks = allow.map(range => {
    const [address = '', bits] = range.split('/')
    const network = ipaddr.parse(address)
    return [network, Number(bits ?? (network.kind() === 'ipv4' ? 32 : 128))] as const
  })
  return address => {
    if (isIP(address) === 0) return false
    // What is written as IPv6 and goes to IPv4 is judged as what it goes to.
    const ip = ipaddr.process(address)
    if (networks.some(([network, bits]) => network.kind() === ip.kind() && ip.match([network, bits] as never)))
      return true
    return ip.range() === 'unicast' && !hosts.includes(ip.toString()) && (isIP(ip.toString()) === 4 || isGlobal(ip))
  }
}

const global = ipaddr.parseCIDR('2000::/3')

/** All that is routed today: what translates to IPv4 within somebody's network (RFC 8215) lies elsewhere. */
function isGlobal(ip: ReturnType<typeof ipaddr.parse>): boolean {
  return ip.match(global as never)
}
