import type { TypedApi } from '../admin/new-api.ts'
import type { ClientToBe } from '../admin/register-advised.ts'
import type { Following } from './follow-advice.ts'
import { apiFaultsOf } from './new-api-form.ts'
import { faultsOf } from './new-client-form.ts'
import type { NewApiFaults } from './pages/new-api-fields.ts'
import type { NewClientFaults, TypedClient } from './pages/new-client-fields.ts'

/** What keeps each client, and the API with them, from being registered. */
export interface Faults {
  readonly clients: readonly (NewClientFaults | undefined)[]
  readonly api: NewApiFaults | undefined
}

/** A form that was sent, with the advice that it follows. */
export interface SentClients {
  readonly following: Following
  readonly typed: readonly TypedClient[]
  readonly api?: TypedApi | undefined
}

/** Nothing where nothing does. */
export function faultsIn({ following: { parts }, typed, api }: SentClients): Faults | undefined {
  const calls = callersIn({ parts, typed, api })
  const clients = parts.map(({ asked }, index) => {
    const one = typed[index]
    return one && faultsOf(one, asked, calls[index] === true)
  })
  const needed = api !== undefined || calls.includes(true)
  const uncalled: NewApiFaults = { other: 'Choose which part calls the new API, among the APIs of that part.' }
  const unfit = needed ? (apiFaultsOf(api) ?? (calls.includes(true) ? undefined : uncalled)) : undefined
  return unfit || clients.some(it => it) ? { clients, api: unfit } : undefined
}

/** Which of the clients call the API that comes with them: a client that is alone, whenever one is described. */
function callersIn({
  parts,
  typed,
  api,
}: Pick<SentClients, 'typed' | 'api'> & Pick<Following, 'parts'>): readonly boolean[] {
  return parts.map(({ asked }, index) => {
    if (!asked.calls) return false
    return asked.lacks_api || (parts.length === 1 ? api !== undefined : typed[index]?.new_api === true)
  })
}

/** What is to be registered under these ids, each with this owner. */
export function clientsOf(
  { following: { parts }, typed, api }: SentClients,
  ids: readonly string[],
  owner: string,
): readonly ClientToBe[] {
  const calls = callersIn({ parts, typed, api })
  return parts.flatMap(({ registration, asked }, index) => {
    const [one, client_id] = [typed[index], ids[index]]
    if (one === undefined || client_id === undefined) return []
    return [
      {
        registration,
        typed: {
          client_id,
          client_name: one.client_name,
          redirect_uris: asked.redirects ? one.redirect_uris : [],
          // First, as what it is for: code that is shown asks for the first of them.
          audiences: [...(api && calls[index] ? [api.audience] : []), ...one.audiences],
          scope: undefined,
          federated: asked.platform ? one.federated : undefined,
          network: asked.network ? one.network : undefined,
          owners: [owner],
        },
      },
    ]
  })
}
