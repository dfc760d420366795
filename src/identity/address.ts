import { isIPv4, isIPv6 } from 'node:net'

/** The part of a client's address that one party commands: an IPv4 address, or the /64 of an IPv6 one. */
export function addressPrefix(address: string): string {
  const bare = withoutPort(address)
  if (isIPv4(bare)) return bare
  // What is no address could be made up anew for each guess: all of it shares one allowance.
  if (!isIPv6(bare)) return 'unknown'
  const groups = expand(bare)
  return isMapped(groups) ? mapped(groups) : `${groups.slice(0, 4).join(':')}::/64`
}

/** Some proxies add the port: `a.b.c.d:port`, `[v6]:port`. A zone is of this machine only. */
export function withoutPort(address: string): string {
  const [, v6] = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? []
  const bare = v6 ?? (/^[^:]+:\d+$/.test(address) ? address.slice(0, address.indexOf(':')) : address)
  return bare.split('%', 1).join('')
}

/** The eight groups. The URL parser writes every spelling in one way (RFC 5952), dotted quads included. */
function expand(address: string): readonly string[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  return [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}

/** RFC 4291 §2.5.5.2: an IPv4 address as a dual-stack socket reports it. */
function isMapped(groups: readonly string[]): boolean {
  return groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
}

function mapped(groups: readonly string[]): string {
  return groups
    .slice(6)
    .map(group => Number.parseInt(group, 16))
    .flatMap(group => [group >> 8, group & 255])
    .join('.')
}
