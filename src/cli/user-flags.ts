import { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import { plainJson } from '../plain-json.ts'
import { dataFlags, flag } from './flags.ts'
import { plain } from './plain.ts'

export type UserOptions = { readonly json?: boolean } & Readonly<Record<string, unknown>>

/** A command about one user, by login. */
export function userCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<login>', 'who, e.g. alice')
    .addOption(flag('--json', 'say it as JSON', `user ${name} alice --json`))
  for (const option of dataFlags()) command.addOption(option)
  return command
}

/** A login in the spelling under which it is kept. @throws StartRefused */
export function loginOf(typed: string): string {
  const login = normaliseLogin(typed)
  if (login === undefined) throw new StartRefused('login: expected 1 to 254 visible characters; got something else')
  return login
}

export function nobody(login: string): StartRefused {
  return new StartRefused(`login: expected that of a user; nobody is called ${login}. See: grantwise user list`)
}

/** One sentence for people, or the same for programs. */
export function say(sentence: string, value: object, { json = false }: UserOptions): void {
  console.log(json ? plainJson(JSON.stringify(value, null, 2)) : plain(sentence))
}
