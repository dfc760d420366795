import type { Registration } from '../advisor/registration.ts'
import { holdsSecret } from '../core/client.ts'
import type { Random } from '../core/ports.ts'
import { type AdvisedClient, describeAdvisedClient, type Typed } from './advised-client.ts'
import { type ApplyOptions, type ApplyPowers, applyFiles } from './apply.ts'
import { readApplyFile } from './apply-file.ts'
import { type AdminStore, PageAnswered } from './ports.ts'

/** What registering one client needs. */
export interface RegisterPowers extends ApplyPowers {
  readonly store: ApplyPowers['store'] & Pick<AdminStore, 'applyChanges'>
  readonly random: Pick<Random, 'secret'>
}

/** What was registered; its secret is in no other place. */
export interface RegisteredClient {
  readonly client: AdvisedClient
  readonly warnings: readonly string[]
}

/**
 * Registers a new client as its advice says, by the rules of an apply file, with a secret of our own where it has one.
 * @throws ApplyRefused; PageAnswered when the client or the answer to the page is there already.
 */
export async function registerAdvised(
  registration: Registration,
  typed: Omit<Typed, 'client_secret'>,
  powers: RegisterPowers,
  options: Pick<ApplyOptions, 'answers' | 'by'> = {},
): Promise<RegisteredClient> {
  const { store, random } = powers
  // An apply file would change it; here it is somebody's second click.
  if ((await store.allClients()).some(it => it.client_id === typed.client_id)) throw new PageAnswered(typed.client_id)
  const client_secret = holdsSecret(registration.token_endpoint_auth_method) ? random.secret() : undefined
  const client = describeAdvisedClient(registration, { ...typed, client_secret }, await store.allResourceServers())
  const file = readApplyFile({ clients: [client] })
  const plan = await applyFiles([file], powers, options)
  return { client, warnings: plan.warnings.map(warning => warning.replace(/^clients\[0\]\./, '')) }
}
