import type { AdminChange } from './ports.ts'

/** What happens to one registration. */
export interface Action {
  readonly kind: 'resource_server' | 'client' | 'user' | 'network_policy'
  /** Its audience, client_id or login; `server` for what is said of all clients. */
  readonly id: string
  readonly action: 'created' | 'changed' | 'deleted'
  /** What of it changes; empty unless it is changed. */
  readonly members: readonly string[]
  /** What an operator should know of it. */
  readonly note?: string
}

/** One registration: what there is to say of its change, and what is written for it. */
export interface Step {
  readonly action: Action
  readonly change: AdminChange
}

/** What applying would write, and what there is to say of it. */
export interface ApplyPlan {
  readonly changes: readonly AdminChange[]
  readonly actions: readonly Action[]
  /** How many of what the files describe are so already. */
  readonly unchanged: number
  readonly warnings: readonly string[]
}

const nouns = {
  resource_server: 'resource server',
  client: 'client',
  user: 'user',
  network_policy: 'network policy of the',
} as const

/** The plan in lines for people. */
export function summarise({ actions, unchanged }: Pick<ApplyPlan, 'actions' | 'unchanged'>): readonly string[] {
  const lines = actions.map(({ kind, id, action, members, note }) => {
    const what = action === 'changed' ? `set to what the file says: ${members.join(', ')}` : action
    return `${nouns[kind]} ${id}: ${what}${note === undefined ? '' : ` (${note})`}`
  })
  if (unchanged > 0) lines.push(`${unchanged} unchanged`)
  return lines.length === 0 ? ['nothing to apply'] : lines
}
