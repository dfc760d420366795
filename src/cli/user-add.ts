import type { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { configFrom, flag, repeatable } from './flags.ts'
import { loginOf, say, type UserOptions, userCommand } from './user-flags.ts'
import { withData } from './with-data.ts'

/** `grantwise user add`: somebody new, with the password from standard input or a prompt. */
export function userAddCommand(): Command {
  return userCommand(
    'add',
    'Add somebody. The password comes from standard input, or from a prompt that shows nothing.',
  )
    .addOption(flag('--name <name>', 'what they are called', '--name "Alice Liddell"'))
    .addOption(flag('--email <address>', 'their e-mail address', '--email alice@example.com'))
    .addOption(
      flag('--email-verified', 'it is known to be theirs', 'user add alice --email a@b.example --email-verified'),
    )
    .addOption(repeatable('--role <role>', 'a role; admin may administer this server', '--role admin'))
    .action(add)
}

async function add(typed: string, options: UserOptions): Promise<void> {
  const login = loginOf(typed)
  const config = configFrom(options)
  const { readUser } = await import('../admin/user.ts')
  const { formatProblem, collectProblems } = await import('../admin/problem.ts')
  const { problems, report } = collectProblems()
  const { name, email, emailVerified = false, role: roles = [] } = options
  const described = readUser(
    { login, email, email_verified: emailVerified, roles, ...(name === undefined ? {} : { claims: { name } }) },
    '',
    report,
  )
  if (described === undefined || problems.length > 0) throw new StartRefused(problems.map(formatProblem).join('\n'))
  const { hashChosen, readPassword } = await import('./read-password.ts')
  const password = await readPassword(login)
  const account = await withData(config, async ({ store, passwords, random, clock }) => {
    const account = {
      sub: random.secret(),
      login,
      ...(described.email === undefined ? {} : { email: described.email }),
      email_verified: described.email_verified ?? false,
      claims: described.claims ?? {},
      roles: described.roles ?? [],
      disabled: false,
      password_hash: await hashChosen(password, [login, described.email, nameOf(described.claims)], passwords),
    }
    if (!(await store.addAccount(account, clock.now()))) {
      throw new StartRefused(`login: expected one that is free; somebody is called ${login}`)
    }
    return account
  })
  const { password_hash: _, ...shown } = account
  say(`${login} can sign in now.`, { added: shown }, options)
}

function nameOf(claims: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const name = claims?.['name']
  return typeof name === 'string' ? name : undefined
}
