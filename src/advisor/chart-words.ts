import type { ActsFor, PolicyId, RunsOn } from '../core/client.ts'
import type { FlowId } from './flows.ts'

const shortChoices: Readonly<Record<ActsFor | RunsOn | 'yes' | 'no', string>> = {
  user: 'A person’s',
  self: 'Its own',
  server: 'Server',
  browser: 'Browser',
  native: 'App',
  cli: 'Terminal',
  device: 'Device',
  ci: 'Job',
  yes: 'Yes',
  no: 'No',
}

/** The answers that lead the same way, in short. */
export function shortAnswer(values: readonly string[]): string {
  const words = values.map(value => shortChoices[value as keyof typeof shortChoices] ?? value)
  const [first = '', ...rest] = words.map((word, index) => (index === 0 ? word : word.toLowerCase()))
  const last = rest.pop()
  return last === undefined ? first : `${[first, ...rest].join(', ')} or ${last}`
}

export const shortPolicies: Readonly<Record<PolicyId, string>> = {
  'best-practice': 'Best practice',
  spotify: 'Spotify',
  auth0: 'Auth0',
}

/** The flows, short enough for a box of a chart. */
export const shortFlows: Readonly<Record<FlowId, string>> = {
  none: 'No flow',
  client_credentials: 'Client credentials',
  'client_credentials:federated': 'Platform’s identity',
  authorization_code: 'Authorization code',
  'authorization_code+pkce:confidential': 'Code + PKCE, on a server',
  'authorization_code+bootstrap': 'Code, once, for a job',
  authorization_code_pkce: 'Code + PKCE',
  'authorization_code_pkce:public': 'Code + PKCE, no secret',
  'authorization_code_pkce:browser': 'Code + PKCE, in the page',
  'authorization_code_pkce:native': 'Code + PKCE, own browser',
  'authorization_code_pkce:loopback': 'Code + PKCE, loopback',
  'authorization_code_pkce:same-device': 'Code + PKCE, on device',
  bff: 'Backend for frontend',
  device_code: 'Device authorization',
  ciba_or_none: 'CIBA, where offered',
  'implicit+silent': 'Implicit, silent',
  password: 'Password',
}
