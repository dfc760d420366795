import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Restored } from '../backup/restore.ts'
import { StartRefused } from '../config.ts'
import { refuseUnusable } from '../data-directory.ts'
import { refuse } from './backup.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { untilInterrupted } from './until-interrupted.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly endSessions?: boolean
  readonly keepSessions?: boolean
  readonly json?: boolean
}

/** `grantwise restore`: puts a backup back; who restores says whether anything may have happened since it was taken. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('Put a backup into a data directory that holds no database.')
    .argument('<directory>', 'of the backup, e.g. /var/backups/grantwise/monday')
    .addOption(
      flag(
        '--end-sessions',
        'sign everybody out and revoke every token, as is due when the server went on after the backup',
        'restore DIR --end-sessions',
      ).conflicts('keepSessions'),
    )
    .addOption(
      flag(
        '--keep-sessions',
        'let everything go on, when nothing happened after the backup',
        'restore DIR --keep-sessions',
      ),
    )
    .addOption(flag('--json', 'say it as JSON', 'restore DIR --end-sessions --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(restore)
}

async function restore(directory: string, options: Options): Promise<void> {
  const config = configFrom(options)
  const { endSessions = false, keepSessions = false, json } = options
  if (!endSessions && !keepSessions) throw choose()
  refuseUnusable(config.data_dir)
  const [{ restoreBackup }, { systemPowers }] = await Promise.all([
    import('../backup/restore.ts'),
    import('../open-data.ts'),
  ])
  const now = systemPowers.clock.now()
  const restored = await untilInterrupted(signal =>
    restoreBackup(resolve(directory), config, { end: endSessions, now, signal }).catch(refuse),
  )
  if (json) console.log(JSON.stringify({ restored }, null, 2))
  else for (const line of sentences(restored, endSessions)) console.log(line)
}

/** Neither is safe to assume: one signs everybody out, the other honours what was spent or revoked since. */
function choose(): StartRefused {
  return new StartRefused(
    'Expected --end-sessions or --keep-sessions; got neither. If the server went on after the backup was taken, tokens ' +
      'that were spent or revoked since would work again: say --end-sessions, and everybody signs in anew. If it was ' +
      'stopped before the backup and not started since (a move to another machine), say --keep-sessions.',
  )
}

function sentences({ data_dir, issuer, ended }: Restored, end: boolean): readonly string[] {
  const first = `${data_dir} holds ${issuer ?? 'a server that never started'} again, as it was when the backup was taken.`
  if (!end) return [first, 'Sessions and tokens go on.']
  const { sessions, authorizations } = ended
  return [
    first,
    `Ended: ${count(sessions, 'browser session')}, ${count(authorizations, 'authorization')} and every token of theirs.`,
    'Other changes made since the backup are undone too: registrations, passwords, disabled users, revoked keys. Make them again.',
  ]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
