import { Command } from 'commander'
import { exportFile } from '../admin/export.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise export`: writes everything registered as an apply file. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('Write everything registered as an apply file, hashes in place of secrets.')
    .addOption(flag('--json', 'as JSON (the default)', 'export --json > all.json').conflicts('yaml'))
    .addOption(flag('--yaml', 'as YAML', 'export --yaml > all.yaml'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(async (options: { readonly yaml?: boolean } & Readonly<Record<string, unknown>>) => {
    const exported = await withExistingData(configFrom(options), data => exportFile(data.store, data))
    if (options.yaml !== true) return console.log(JSON.stringify(exported, null, 2))
    const { stringify } = await import('yaml')
    console.log(stringify(exported, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
  })
}
