import type { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { configFrom, flag } from './flags.ts'
import { loginOf, nobody, say, type UserOptions, userCommand } from './user-flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise user delete`: nothing of them stays but the bare `sub`, so that nobody gets it again. */
export function userDeleteCommand(): Command {
  return userCommand('delete', 'Forget somebody and everything of theirs. This cannot be undone.')
    .addOption(flag('--yes', 'do not ask', 'user delete alice --yes'))
    .action(remove)
}

async function remove(typed: string, options: UserOptions): Promise<void> {
  const login = loginOf(typed)
  const config = configFrom(options)
  if (options['yes'] !== true) await confirm(login)
  await withExistingData(config, async ({ store, clock }) => {
    if (!(await store.deleteUser(login, clock.now()))) throw nobody(login)
  })
  say(`${login} is deleted.`, { deleted: login }, options)
}

async function confirm(login: string): Promise<void> {
  if (!process.stdin.isTTY) throw new StartRefused('--yes: expected it where nobody can be asked; got none')
  const { confirm: ask } = await import('@clack/prompts')
  const sure = await ask({
    message: `Delete ${login} and everything of theirs? This cannot be undone.`,
    initialValue: false,
  })
  if (sure !== true) throw new StartRefused('Nothing was deleted.')
}
