import { type Browser, openBrowser } from './browser.ts'
import { through } from './raw.ts'
import { world } from './world.ts'

/** The office of these tests, in both families. */
export const office = { cidrs: ['198.51.100.0/24', '2001:db8:0:1::/64'], text: 'the office network' } as const

/** One address inside it, and one outside. */
export const inside = '198.51.100.7'
export const outside = '203.0.113.9'

/** What the proxy in front says of whoever is there. */
export function from(address: string): Record<string, string> {
  return { 'x-forwarded-for': address }
}

/** A browser that the proxy sees at this address. */
export function browserAt(address: string, server: { readonly url: string }): Browser {
  return openBrowser(through(server.url, from(address)))
}

type Policy = Readonly<Record<string, unknown>> | null

/** A client of the world under a policy of its own; null takes it away again. */
export function policed(client_id: string, network_policy: Policy, clients: readonly object[] = world.clients): object {
  const client = clients.find(it => 'client_id' in it && it.client_id === client_id)
  if (client === undefined) throw new Error(`no client ${client_id}`)
  const { grantwise } = client as { readonly grantwise: object }
  return { ...client, grantwise: { ...grantwise, network_policy } }
}
