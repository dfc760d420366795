import type { Command } from 'commander'
import { configFrom } from './flags.ts'
import { loginOf, nobody, say, type UserOptions, userCommand } from './user-flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise user set-password`: another password, and the end of every session. */
export function userSetPasswordCommand(): Command {
  return userCommand(
    'set-password',
    'Set a password, from standard input or a prompt that shows nothing. Signs them out everywhere.',
  ).action(setPassword)
}

async function setPassword(typed: string, options: UserOptions): Promise<void> {
  const login = loginOf(typed)
  const config = configFrom(options)
  const { hashChosen, readPassword } = await import('./read-password.ts')
  await withExistingData(config, async ({ store, passwords, clock }) => {
    const account = await store.accountByLogin(login)
    if (account === undefined) throw nobody(login)
    const password = await readPassword(login)
    const to = await hashChosen(password, [login, account.email], passwords)
    if (!(await store.changePassword({ sub: account.sub, to }, clock.now()))) throw nobody(login)
  })
  say(`${login} has the new password, and is signed out everywhere.`, { changed: login }, options)
}
