import { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { keyAlg, keyAlgs } from '../keys/algorithms.ts'
import { WrongSecretError } from '../keys/loaded-keys.ts'
import type { StoredKey } from '../keys/ports.ts'
import type { Data } from '../open-data.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { printKeys } from './print-keys.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise keys rotate`: the next key signs from now on; a running server follows by itself. */
export function keysRotateCommand(): Command {
  const command = new Command('rotate')
    .description(
      'Let the next key of each algorithm sign, and make another next one. A running server follows by itself.',
    )
    .addOption(flag('--alg <alg>', 'only this algorithm', 'keys rotate --alg ES256').choices([...keyAlgs, 'EdDSA']))
    .addOption(flag('--json', 'say it as JSON', 'keys rotate --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(
    async (options: { readonly alg?: string; readonly json?: boolean } & Readonly<Record<string, unknown>>) => {
      const keys = await withExistingData(configFrom(options), data => rotate(data, options.alg))
      printKeys(keys, options.json === true)
    },
  )
}

async function rotate(data: Data, alg: string | undefined): Promise<readonly StoredKey[]> {
  const { rotateKeys } = await import('../keys/rotate.ts')
  await rotateKeys(data, alg === undefined ? undefined : keyAlg(alg)).catch((error: unknown) => {
    if (!(error instanceof WrongSecretError)) throw error
    throw new StartRefused(error.message, { cause: error })
  })
  return data.store.keys()
}
