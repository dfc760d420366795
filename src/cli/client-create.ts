import { Command } from 'commander'
import { flowOf } from '../advisor/flows.ts'
import { needsPlatform, type Registration } from '../advisor/registration.ts'
import { type Config, StartRefused } from '../config.ts'
import type { Data } from '../open-data.ts'
import { type AdviceOptions, adviceFlags, advisedRegistration, inFlags } from './advised-registration.ts'
import { type CredentialOptions, credentialFlags, readCredential } from './client-credential.ts'
import { type NetworkOptions, networkFlags, readNetwork } from './client-network.ts'
import { type NewApiOptions, newApiFlags, readNewApi } from './client-new-api.ts'
import { configFrom, dataFlags, flag, repeatable } from './flags.ts'
import { withExistingData } from './with-data.ts'

interface Options
  extends AdviceOptions,
    CredentialOptions,
    NetworkOptions,
    NewApiOptions,
    Readonly<Record<string, unknown>> {
  readonly name: string
  readonly clientId?: string
  readonly redirectUri?: readonly string[]
  readonly audience?: readonly string[]
  readonly scope?: string
  readonly json?: boolean
}

/** `grantwise client create`: registers the client that an advice leads to, and holds it to that advice. */
export function clientCreateCommand(): Command {
  const command = new Command('create')
    .description('Register the client that an advice leads to. Its secret, if it has one, is shown once.')
    .addOption(flag('--name <text>', 'what people see it called', '--name "Photo Prints"').makeOptionMandatory())
    .addOption(
      repeatable('--redirect-uri <uri>', 'where sign-ins return to', '--redirect-uri https://app.example.com/cb'),
    )
    .addOption(repeatable('--audience <uri>', 'an API it calls', '--audience https://api.example.com'))
    .addOption(flag('--scope <scopes>', 'what it may ask for (all that fits)', '--scope "openid profile"'))
    .addOption(flag('--client-id <id>', 'its id (a random one)', '--client-id photo-prints'))
    .addOption(flag('--json', 'say it as JSON', 'client create --json'))
  for (const option of [...newApiFlags(), ...adviceFlags(), ...networkFlags(), ...credentialFlags(), ...dataFlags()])
    command.addOption(option)
  return command.action(create)
}

async function create(options: Options): Promise<void> {
  const config = configFrom(options)
  const { registration, typed } = readCredential(await fittingRegistration(options), options)
  const created = await withExistingData(config, data => register(registration, typed, options, config, data))
  if (options.json) console.log(JSON.stringify(created, null, 2))
  else print(created, options.name, registration)
}

/** @throws StartRefused where no flow can be followed, or something is named that it does not fit. */
async function fittingRegistration(options: Options): Promise<Registration> {
  const { redirectUri = [] } = options
  const registration = await advisedRegistration(options)
  const flow = flowOf(registration.grantwise.advice.flow)
  const redirects = flow.response_types.length > 0
  if (redirects && redirectUri.length === 0) {
    throw new StartRefused(
      `--redirect-uri: expected at least one, since ${flow.id} sends people back to the app; got none`,
    )
  }
  if (!redirects && redirectUri.length > 0) {
    throw new StartRefused(`--redirect-uri: expected none, since ${flow.id} sends nobody anywhere`)
  }
  checkFollowUps(registration, options)
  return registration
}

/** @throws StartRefused where the answers to the follow-ups ask for something else. */
function checkFollowUps({ apis, network, login_only }: Registration, { audience = [], ...options }: Options): void {
  const calls = audience.length + (options.newApi === undefined ? 0 : 1)
  if (apis === 'one' && calls > 1) {
    throw new StartRefused(`--audience: expected one, since it calls one API (F8=no); got ${calls}`)
  }
  if (login_only && options.newApi !== undefined) {
    throw new StartRefused('--new-api: expected none, since it only asks who signs in and calls no API')
  }
  if (network && !options.network) {
    throw new StartRefused(
      '--network: expected at least one, since it is for a certain network only (F12=yes); got none',
    )
  }
}

/**
 * The APIs that it calls: the server's only one where an app that acts for itself names none, since it can do nothing else.
 * @throws StartRefused where there is none, or a choice
 */
async function audiencesFor(
  { grantwise, login_only }: Registration,
  { audience = [], newApi }: Options,
  { store }: Data,
): Promise<readonly string[]> {
  if (newApi !== undefined) return [newApi, ...audience]
  if (audience.length > 0 || login_only || !grantwise.acts_for.includes('self')) return audience
  const apis = (await store.allResourceServers()).map(it => it.audience)
  if (apis.length === 1) return apis
  throw new StartRefused(
    `--audience: expected an API, since it acts for itself and can do nothing else; got none. ${
      apis.length === 0
        ? 'No API is registered: --new-api and --new-api-name register one with it.'
        : `Registered are ${apis.join(', ')}.`
    }`,
  )
}

interface Created {
  readonly client_id: string
  readonly client_secret?: string
}

async function register(
  registration: Registration,
  typed: ReturnType<typeof readCredential>['typed'],
  options: Options,
  config: Config,
  data: Data,
): Promise<Created> {
  const { store, random } = data
  const client_id = options.clientId ?? random.id()
  if (await store.client(client_id))
    throw new StartRefused(`--client-id: expected a new one; ${client_id} is registered`)
  const api = readNewApi(options)
  const audiences = await audiencesFor(registration, options, data)
  const { registerClient } = await import('./apply-files.ts')
  const { client, warnings } = await registerClient(
    {
      registration,
      typed: {
        client_id,
        client_name: options.name,
        redirect_uris: options.redirectUri ?? [],
        audiences,
        scope: options.scope,
        network: readNetwork(options),
        ...typed,
      },
    },
    config,
    data,
    api,
  ).catch(inFlags)
  const { client_secret } = client
  for (const warning of warnings) console.error(`warning: ${warning}`)
  return { client_id, ...(client_secret === undefined ? {} : { client_secret }) }
}

function print({ client_id, client_secret }: Created, name: string, { grantwise, ...registered }: Registration): void {
  const { flow, rule_id, policy } = grantwise.advice
  const rows: readonly (readonly [string, string])[] = [
    ['client_id', client_id],
    ...(client_secret === undefined ? [] : [['client_secret', client_secret] as const]),
    ['token_endpoint_auth_method', registered.token_endpoint_auth_method],
    ['grant_types', registered.grant_types.join(' ')],
  ]
  console.log(
    [
      `Registered ${name} for ${flowOf(flow).name} (${policy}, ${rule_id}).`,
      '',
      ...rows.map(([n, v]) => `  ${n.padEnd(27)} ${v}`),
    ].join('\n'),
  )
  if (client_secret !== undefined)
    console.log('\nThe secret is shown this once: keep it where the program runs, and nowhere else.')
  else if (needsPlatform(grantwise.advice))
    console.log('\nIt has no secret: it sends the token of its platform as client_assertion, with its client_id.')
}
