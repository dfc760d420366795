import { Command } from 'commander'
import { version } from '../config/version.ts'
import { adviseCommand } from './advise.ts'
import { applyCommand } from './apply.ts'
import { auditCommand } from './audit.ts'
import { backupCommand } from './backup.ts'
import { clientChangeCommand } from './client-change.ts'
import { clientCodeCommand } from './client-code.ts'
import { clientCreateCommand } from './client-create.ts'
import { clientListCommand } from './client-list.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { journeysCommand } from './journeys.ts'
import { keysListCommand } from './keys-list.ts'
import { keysRevokeCommand } from './keys-revoke.ts'
import { keysRotateCommand } from './keys-rotate.ts'
import { restoreCommand } from './restore.ts'
import { startCommand } from './start.ts'
import { userCommands } from './user-commands.ts'

const exitStatus = `
Exit status: 0 done, 1 unexpected failure, 2 wrong arguments, configuration or file.
Settings come from flags, else GRANTWISE_… in the environment, else grantwise.config.json.`

/** The command line as a whole. What a command needs is loaded only when it runs. */
export function program(): Command {
  const grantwise = new Command('grantwise')
    .description('An OAuth 2.0 and OpenID Connect authorization server.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', exitStatus)
  const keys = new Command('keys')
    .description('Show, rotate and revoke the signing keys.')
    .addCommand(keysListCommand())
    .addCommand(keysRotateCommand())
    .addCommand(keysRevokeCommand())
  const client = new Command('client')
    .description('Register, list and change clients, and show the code for one.')
    .addCommand(clientCreateCommand())
    .addCommand(clientListCommand())
    .addCommand(clientChangeCommand())
    .addCommand(clientCodeCommand())
  for (const command of [
    startCommand(),
    adviseCommand(),
    applyCommand(),
    exportCommand(),
    backupCommand(),
    restoreCommand(),
    client,
    userCommands(),
    journeysCommand(),
    auditCommand(),
    doctorCommand(),
    keys,
  ])
    grantwise.addCommand(command)
  return throwing(grantwise)
}

/** Commander ends the process by itself unless every command is told to throw. */
function throwing(command: Command): Command {
  command.exitOverride().showHelpAfterError('(add --help for what there is)')
  for (const inner of command.commands) throwing(inner)
  return command
}
