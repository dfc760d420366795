import { Command } from 'commander'
import { configFrom, dataFlags, flag } from './flags.ts'
import { printKeys } from './print-keys.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise keys list`: which keys sign, will sign and did. */
export function keysListCommand(): Command {
  const command = new Command('list')
    .description('Show the signing keys: next, current and retired.')
    .addOption(flag('--json', 'say it as JSON', 'keys list --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(async (options: { readonly json?: boolean } & Readonly<Record<string, unknown>>) => {
    printKeys(await withExistingData(configFrom(options), data => data.store.keys()), options.json === true)
  })
}
