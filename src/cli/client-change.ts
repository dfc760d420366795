import { Command } from 'commander'
import type { PlannedChange } from '../admin/change-advised.ts'
import type { ChangeTyped } from '../admin/changed-client.ts'
import { flowOf } from '../advisor/flows.ts'
import { needsPlatform, type Registration } from '../advisor/registration.ts'
import { type Config, StartRefused } from '../config.ts'
import type { Data } from '../open-data.ts'
import { type AdviceOptions, adviceFlags, advisedRegistration, inFlags } from './advised-registration.ts'
import { type CredentialOptions, readPlatform } from './client-credential.ts'
import { type NetworkOptions, networkFlags, readNetwork } from './client-network.ts'
import { configFrom, dataFlags, flag, repeatable } from './flags.ts'
import { plain } from './plain.ts'
import { withExistingData } from './with-data.ts'
import { wrap } from './wrap.ts'

interface Options
  extends Pick<CredentialOptions, 'federatedIssuer' | 'federatedSubject'>,
    NetworkOptions,
    AdviceOptions,
    Readonly<Record<string, unknown>> {
  readonly redirectUri?: readonly string[]
  readonly audience?: readonly string[]
  readonly yes?: boolean
  readonly json?: boolean
}

/** `grantwise client change`: has a registered client follow another advice, and says before what that does to it. */
export function clientChangeCommand(): Command {
  const command = new Command('change')
    .description('Have a registered client follow another advice. Says what that breaks; --yes does it.')
    .argument('<client_id>', 'which client, e.g. photo-prints')
    .addOption(
      repeatable(
        '--redirect-uri <uri>',
        'where sign-ins return to (as before)',
        '--redirect-uri https://app.example.com/cb',
      ),
    )
    .addOption(repeatable('--audience <uri>', 'an API it calls (as before)', '--audience https://api.example.com'))
    .addOption(
      flag('--federated-issuer <url>', 'the platform that proves a job', '--federated-issuer https://ci.example.com'),
    )
    .addOption(
      flag('--federated-subject <text>', 'what its token says of the job (sub)', '--federated-subject repo:my/app'),
    )
    .addOption(flag('--yes', 'do it, and not only say what it does', '--yes'))
    .addOption(flag('--json', 'say it as JSON', 'client change --json'))
  for (const option of [...adviceFlags(), ...networkFlags(), ...dataFlags()]) command.addOption(option)
  return command.action(change)
}

async function change(client_id: string, options: Options): Promise<void> {
  const config = configFrom(options)
  const registration = await advisedRegistration(options)
  const { planned, client_secret } = await withExistingData(config, data =>
    changeIn(data, client_id, registration, options, config),
  )
  const { diff, effects, warnings } = planned
  const changed = options.yes === true
  if (options.json) {
    const { entry } = planned
    const secret = client_secret === undefined ? {} : { client_secret }
    const said = { client_id, changed, ...secret, effects, diff: diff.map(({ text }) => text), client: entry, warnings }
    return console.log(JSON.stringify(said, null, 2))
  }
  for (const warning of warnings) console.error(`warning: ${warning}`)
  console.log(linesOf(client_id, planned, changed).map(plain).join('\n'))
  if (client_secret !== undefined) {
    console.log(
      `\n  client_secret ${client_secret}\n\nThe secret is shown this once: keep it where the program runs, and nowhere else.`,
    )
  }
}

async function changeIn(
  data: Data,
  client_id: string,
  registration: Registration,
  options: Options,
  config: Config,
): Promise<{ readonly planned: PlannedChange; readonly client_secret?: string }> {
  const client = await data.store.client(client_id)
  if (client === undefined)
    throw new StartRefused(`expected the id of a registered client; ${plain(client_id)} is none`)
  const { changeClient, planClientChange } = await import('./apply-files.ts')
  const typed = typedOf(options, registration)
  const done = options.yes
    ? changeClient(client, registration, typed, config, data)
    : planClientChange(client, registration, typed, config, data).then(planned => ({ planned }))
  return done.catch(inFlags)
}

/** @throws StartRefused where half of something is named, or a platform for what none proves. */
function typedOf(options: Options, { grantwise: { advice } }: Registration): ChangeTyped {
  const { redirectUri: redirect_uris, audience: audiences } = options
  const federated = readPlatform(options)
  if (federated && !needsPlatform(advice))
    throw new StartRefused(
      `--federated-issuer: expected none, since ${flowOf(advice.flow).name} is proven by no platform`,
    )
  return { redirect_uris, audiences, federated, network: readNetwork(options) }
}

function linesOf(client_id: string, { changes, effects, diff }: PlannedChange, changed: boolean): readonly string[] {
  if (changes.length === 0) return [`${client_id} is registered like this already.`]
  const says = (kind: string) => effects.filter(it => it.kind === kind).flatMap(it => wrap(it.says, '  - ', '    '))
  const [breaking, others] = [says('breaks'), says('changes')]
  return [
    changed ? `Changed ${client_id}.` : `Nothing is changed yet; with --yes ${client_id} is.`,
    '',
    ...(breaking.length === 0 ? ['It breaks nothing.'] : ['It breaks:', ...breaking]),
    ...(others.length === 0 ? [] : ['', 'What else changes:', ...others]),
    '',
    'Its entry in an apply file:',
    ...diff.map(({ text }) => text),
  ]
}
