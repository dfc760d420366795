import type { Registration } from '../advisor/registration.ts'
import { holdsSecret } from '../core/client.ts'
import type { Random } from '../core/ports.ts'
import { type AdvisedClient, describeAdvisedClient, type Typed } from './advised-client.ts'
import { type ApplyOptions, type ApplyPowers, applyFiles } from './apply.ts'
import { readApplyFile } from './apply-file.ts'
import { type NamingStore, noClients } from './named-clients.ts'
import { type DescribedApi, withoutApi } from './new-api.ts'
import type { AdminStore } from './ports.ts'

/** What registering one client needs. */
export interface RegisterPowers extends ApplyPowers {
  readonly store: NamingStore & Pick<AdminStore, 'applyChanges'>
  readonly random: Pick<Random, 'secret'>
}

/** What was registered; its secret is in no other place. */
export interface RegisteredClient {
  readonly client: AdvisedClient
  readonly warnings: readonly string[]
}

/** A client as its advice says, with what was typed besides. */
export interface ClientToBe {
  readonly registration: Registration
  readonly typed: Omit<Typed, 'client_secret'>
}

/**
 * Registers a new client as its advice says, by the rules of an apply file, with a secret of our own where it has one.
 * @throws ApplyRefused; PageAnswered when the client or the answer to the page is there already.
 */
export async function registerAdvised(
  client: ClientToBe,
  powers: RegisterPowers,
  options: TogetherOptions = {},
): Promise<RegisteredClient> {
  const [registered] = await registerTogether([client], powers, options)
  if (registered === undefined) throw new TypeError('one client was registered as none')
  return registered
}

export interface TogetherOptions extends Pick<ApplyOptions, 'answers' | 'by'> {
  /** An API that is registered with them; one of its audience that exists is never changed. */
  readonly api?: DescribedApi | undefined
}

/** The same for the clients of one system: all of them, in the order given, or none. @throws as `registerAdvised` */
export async function registerTogether(
  clients: readonly ClientToBe[],
  powers: RegisterPowers,
  { api, ...options }: TogetherOptions = {},
): Promise<readonly RegisteredClient[]> {
  const { store, random } = powers
  const resource_servers = api === undefined ? [] : [api]
  const fresh = readApplyFile({ resource_servers }).resource_servers.flatMap(({ value }) => value ?? [])
  const apis = [...(await store.allResourceServers()), ...fresh]
  const described = clients.map(({ registration, typed }) => {
    const client_secret = holdsSecret(registration.token_endpoint_auth_method) ? random.secret() : undefined
    return describeAdvisedClient(registration, { ...typed, client_secret }, apis)
  })
  const unknown = noClients(
    clients.map(({ typed }) => typed.client_id),
    store,
  )
  const onlyNew = api === undefined ? {} : withoutApi(api.audience, store)
  const applyChanges = store.applyChanges.bind(store)
  const { warnings } = await applyFiles(
    [readApplyFile({ resource_servers, clients: described })],
    { ...powers, store: { ...unknown, ...onlyNew, applyChanges } },
    options,
  )
  return described.map((client, index) => {
    const prefix = `clients[${index}].`
    const own = warnings.filter(warning => warning.startsWith(prefix))
    return { client, warnings: own.map(warning => warning.slice(prefix.length)) }
  })
}
