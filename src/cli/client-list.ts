import { Command } from 'commander'
import { type Drift, driftOf } from '../advisor/drift.ts'
import { findFlow, flowOf } from '../advisor/flows.ts'
import type { StoredAdvice } from '../advisor/stored-advice.ts'
import type { Client } from '../core/client.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { plain } from './plain.ts'
import { withExistingData } from './with-data.ts'
import { wrap } from './wrap.ts'

interface Listed {
  readonly client_id: string
  readonly client_name?: string
  readonly grant_types: readonly string[]
  readonly advice: StoredAdvice | null
  /** Null while the rules of today say what those did that it was registered by. */
  readonly drift: Drift | null
}

/** `grantwise client list`: what is registered, and whose advice would be another today. */
export function clientListCommand(): Command {
  const command = new Command('list')
    .description('Show the registered clients, each with the advice that led to it.')
    .addOption(flag('--drift', 'only those whose advice would be another by the rules of today', 'client list --drift'))
    .addOption(flag('--json', 'say it as JSON', 'client list --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(list)
}

async function list(options: Readonly<Record<string, unknown>>): Promise<void> {
  const all = await withExistingData(configFrom(options), ({ store }) => store.allClients())
  const listed = all.map(listedOf).filter(({ drift }) => !options['drift'] || drift !== null)
  if (options['json']) return console.log(JSON.stringify({ clients: listed }, null, 2))
  for (const client of listed) console.log(linesOf(client).join('\n'))
  if (listed.length > 0) return
  console.error(options['drift'] ? 'Every client is registered as it would be today.' : 'No client is registered.')
}

function listedOf(client: Client): Listed {
  const { client_id, client_name, grant_types, grantwise } = client
  // What was registered passed the rules of the apply file.
  const advice = grantwise.advice as StoredAdvice | null
  const drift = advice === null ? null : (driftOf(advice, client) ?? null)
  return { client_id, ...(client_name === undefined ? {} : { client_name }), grant_types, advice, drift }
}

function linesOf({ client_id, client_name, grant_types, advice, drift }: Listed): readonly string[] {
  const how =
    advice === null
      ? grant_types.join(' ')
      : `${findFlow(advice.flow)?.name ?? advice.flow} (${advice.policy}, ${advice.rule_id})`
  const head = [client_id, client_name, how].filter(it => it !== undefined).map(plain)
  return [head.join('  '), ...(drift === null ? [] : driftLines(drift, advice))]
}

function driftLines(drift: Drift, advice: StoredAdvice | null): readonly string[] {
  const since = `registered by the rules of ${advice?.rules_version ?? '?'}`
  if (drift.what === 'question')
    return wrap(`${since}; by today’s a question is open: ${drift.question}`, '    ', '    ')
  if (drift.what === 'settings') {
    const settings = drift.settings.map(({ member, registered, today }) => `${member} ${today}, not ${registered}`)
    return wrap(`${since}; those of ${drift.now.rules_version} register ${settings.join('; ')}.`, '    ', '    ')
  }
  const { flow, rule_id, rules_version, why } = drift.now
  const today = `by those of ${rules_version} it is ${flowOf(flow).name} (${rule_id})`
  return wrap(`${since}; ${today}. ${why}`, '    ', '    ')
}
