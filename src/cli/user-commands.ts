import { Command } from 'commander'
import { userAddCommand } from './user-add.ts'
import { userDeleteCommand } from './user-delete.ts'
import { userDisableCommand, userEnableCommand } from './user-disable.ts'
import { userListCommand } from './user-list.ts'
import { userSetPasswordCommand } from './user-set-password.ts'

/** `grantwise user`: people, beside a running server or without one. */
export function userCommands(): Command {
  const user = new Command('user').description('Add, list, disable and delete people, and set their passwords.')
  for (const command of [
    userAddCommand(),
    userListCommand(),
    userSetPasswordCommand(),
    userDisableCommand(),
    userEnableCommand(),
    userDeleteCommand(),
  ]) {
    user.addCommand(command)
  }
  return user
}
