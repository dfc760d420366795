import { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { jwksMaxAge } from '../keys/algorithms.ts'
import { WrongSecretError } from '../keys/loaded-keys.ts'
import type { StoredKey } from '../keys/ports.ts'
import type { Data } from '../open-data.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { printKeys } from './print-keys.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise keys revoke`: a stolen key signs for nobody any more; a running server follows by itself. */
export function keysRevokeCommand(): Command {
  const command = new Command('revoke')
    .description('Remove a key that somebody else may hold: nothing it signed counts any more. This cannot be undone.')
    .argument('<kid>', 'the key, as `keys list` names it; after -- when it begins with -')
    .addOption(flag('--json', 'say it as JSON', 'keys revoke KID --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(
    async (kid: string, options: { readonly json?: boolean } & Readonly<Record<string, unknown>>) => {
      const json = options.json === true
      const keys = await withExistingData(configFrom(options), data => revoke(data, kid))
      if (!json)
        console.log(`${kid} is revoked. APIs that keep the published keys take it for ${jwksMaxAge} seconds more.\n`)
      printKeys(keys, json)
    },
  )
}

async function revoke(data: Data, kid: string): Promise<readonly StoredKey[]> {
  const { revokeKey } = await import('../keys/revoke.ts')
  const found = await revokeKey(data, kid).catch((error: unknown) => {
    if (!(error instanceof WrongSecretError)) throw error
    throw new StartRefused(error.message, { cause: error })
  })
  if (!found) throw new StartRefused(`There is no signing key ${kid}. \`grantwise keys list\` shows those there are.`)
  return data.store.keys()
}
