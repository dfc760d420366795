import type { Command } from 'commander'
import { configFrom } from './flags.ts'
import { loginOf, nobody, say, type UserOptions, userCommand } from './user-flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise user disable`: from now on they get nothing, by any path. */
export function userDisableCommand(): Command {
  return userCommand(
    'disable',
    'Let somebody get nothing more: ends their sessions and every token, and keeps the account.',
  ).action((login: string, options: UserOptions) => setDisabled(login, true, options))
}

/** `grantwise user enable`: they may sign in again; what was ended stays ended. */
export function userEnableCommand(): Command {
  return userCommand('enable', 'Let somebody sign in again. What was ended stays ended.').action(
    (login: string, options: UserOptions) => setDisabled(login, false, options),
  )
}

async function setDisabled(typed: string, disabled: boolean, options: UserOptions): Promise<void> {
  const login = loginOf(typed)
  await withExistingData(configFrom(options), async ({ store, clock }) => {
    if (!(await store.disableUser(login, disabled, clock.now()))) throw nobody(login)
  })
  const sentence = disabled
    ? `${login} is disabled: signed out, and every token is revoked.`
    : `${login} can sign in again.`
  say(sentence, { login, disabled }, options)
}
