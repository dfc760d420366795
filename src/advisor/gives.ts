import type { Result } from './advise.ts'
import { traitsOf } from './flow-table.ts'
import { type Flow, flowOf } from './flows.ts'

/** In one sentence what a flow gives and what it takes, worked out from what it registers; nothing where there is none. */
export function givesOf({ flow: id, refresh }: Pick<Result, 'flow' | 'refresh'>): string | undefined {
  const flow = flowOf(id)
  if (flow.acts_for === null) return undefined
  const { user_resources } = traitsOf(flow)
  const reach = user_resources ? 'It reaches what a person lets it reach' : 'It reaches nobody’s data but its own'
  return `${reach}, ${proofOf(flow)}, and ${renewalOf(user_resources, refresh)}.`
}

function proofOf(flow: Flow): string {
  if (flow.id === 'client_credentials:federated') return 'proves itself by what its platform signs'
  return traitsOf(flow).requires_secret ? 'needs a secret or a key that nobody else holds' : 'needs no secret'
}

function renewalOf(forUser: boolean, refresh: Result['refresh']): string {
  if (refresh === 'always') return 'gets a refresh token with every permission'
  if (refresh === 'on_request') return 'can ask for a refresh token'
  return forUser ? 'gets no refresh token' : 'asks for a new access token instead of refreshing one'
}
