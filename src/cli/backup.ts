import { resolve } from 'node:path'
import { Command } from 'commander'
import { BackupRefused } from '../backup/refused.ts'
import type { Taken } from '../backup/take.ts'
import { StartRefused } from '../config.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { refuseUnreadable } from './with-data.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly withoutSecret?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** `grantwise backup`: a copy of everything, while the server runs. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('Copy the data directory into a new one, whether a server runs on it or not; the server goes on.')
    .argument('<directory>', 'made for the backup, e.g. /var/backups/grantwise/monday')
    .addOption(flag('--without-secret', 'leave out the secret, which is kept elsewhere', 'backup DIR --without-secret'))
    .addOption(flag('--force', 'replace the backup that is there', 'backup DIR --force'))
    .addOption(flag('--json', 'say it as JSON', 'backup DIR --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(backup)
}

async function backup(directory: string, options: Options): Promise<void> {
  const config = configFrom(options)
  const { takeBackup } = await import('../backup/take.ts')
  const { withoutSecret = false, force = false, json } = options
  const to = resolve(directory)
  refuseUnreadable(config)
  const taken = await untilInterrupted(signal =>
    takeBackup(config, to, { withSecret: !withoutSecret, force, signal }).catch(refuse),
  )
  if (json) console.log(JSON.stringify({ backup: taken }, null, 2))
  else for (const line of sentences(taken, config)) console.log(line)
}

/** What people can mend is said plainly. */
export function refuse(error: unknown): never {
  if (error instanceof BackupRefused) throw new StartRefused(error.message, { cause: error })
  throw error
}

function sentences(
  { directory, issuer, bytes, signing_keys, secret, removed }: Taken,
  { data_dir, secret: elsewhere }: { readonly data_dir: string; readonly secret: string | undefined },
): readonly string[] {
  const keys = signing_keys === 1 ? '1 signing key' : `${signing_keys} signing keys`
  const first = `${directory} holds a backup of ${issuer ?? 'a server that never started'}: ${size(bytes)}, ${keys}.`
  const gone = removed.map(it => `Removed ${it}, which a backup that was killed had left.`)
  if (secret)
    return [first, 'The secret is in it: whoever reads it can sign tokens. Keep it as safe as the server.', ...gone]
  const where = elsewhere === undefined ? `${data_dir}/secret` : 'what --secret-file or GRANTWISE_SECRET gave'
  return [
    first,
    `The secret is not in it, and it opens with nothing else: keep ${where} in another safe place.`,
    ...gone,
  ]
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
