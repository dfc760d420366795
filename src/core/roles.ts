/** The parties of RFC 6749 §1.1, and the browser between them (§1.2). */
export type Role = 'resource_owner' | 'user_agent' | 'client' | 'authorization_server' | 'resource_server'

/** A letter for each, so that a colour is never the only sign of it. */
export const roles: Readonly<Record<Role, { readonly letter: string; readonly name: string }>> = {
  resource_owner: { letter: 'O', name: 'resource owner' },
  user_agent: { letter: 'U', name: 'user agent' },
  client: { letter: 'C', name: 'client' },
  authorization_server: { letter: 'A', name: 'authorization server' },
  resource_server: { letter: 'R', name: 'resource server' },
}

/** As pictures draw them, from left to right. */
export const rolesInOrder: readonly Role[] = [
  'resource_owner',
  'user_agent',
  'client',
  'authorization_server',
  'resource_server',
]
