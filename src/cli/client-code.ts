import { Command } from 'commander'
import { findFlow } from '../advisor/flows.ts'
import { issuerOf, StartRefused } from '../config.ts'
import { type ClientCode, codeFor, stacks } from '../snippets/code-for.ts'
import type { Snippet } from '../snippets/snippet.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise client code`: the code by which a registered client gets its first token. Its secret is not in it. */
export function clientCodeCommand(): Command {
  const command = new Command('code')
    .description('Show the code by which a client gets its first token, filled in, for each stack that fits it.')
    .argument('<client_id>', 'the client')
    .addOption(flag('--stack <id>', 'only this one', '--stack openid-client').choices(stacks.map(({ id }) => id)))
    .addOption(flag('--json', 'say it as JSON', 'client code photo-prints --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(show)
}

async function show(client_id: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  const code = only(await read(client_id, options), options['stack'])
  if (options['json']) return console.log(JSON.stringify({ client_id, ...code }, null, 2))
  for (const remark of code.remarks) console.error(remark)
  const files = code.snippets.map(({ file, name, install, run, text }) => {
    const steps = [install, run].filter(it => it !== undefined).map(it => `    ${it}\n`)
    return `## ${file} (${name})\n\n${steps.join('')}\n${text}`
  })
  const all = code.env === undefined ? files : [`## .env\n\n${code.env}`, ...files]
  if (files.length > 0) console.log(all.join('\n').trimEnd())
}

/** @throws StartRefused when there is no such client. */
function read(client_id: string, options: Readonly<Record<string, unknown>>): Promise<ClientCode> {
  const config = configFrom(options)
  return withExistingData(config, async ({ store }) => {
    const client = await store.client(client_id)
    if (!client) throw new StartRefused(`no client has this client_id; grantwise client list shows every one there is`)
    const issuer = (await store.meta('issuer')) ?? issuerOf(config, config.port)
    const flow = findFlow(client.grantwise.advice?.['flow'])?.id
    return codeFor({ issuer, client, flow })
  })
}

/** @throws StartRefused when that stack is not for such a client. */
function only(code: ClientCode, stack: unknown): ClientCode {
  if (stack === undefined || code.snippets.length === 0) return code
  const snippets: readonly Snippet[] = code.snippets.filter(({ id }) => id === stack)
  if (snippets.length > 0) return { ...code, snippets }
  const fitting = code.snippets.map(({ id }) => id).join(', ')
  throw new StartRefused(`--stack: expected one that fits this client, ${fitting}; got ${stack}`)
}
