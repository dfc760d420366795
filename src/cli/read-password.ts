import { text } from 'node:stream/consumers'
import { StartRefused } from '../config.ts'
import { expectedPassword, findPasswordFault } from '../identity/password-rules.ts'
import type { Passwords } from '../identity/passwords.ts'

/** A password from a prompt that shows nothing of it, or from standard input; never an argument, which others can read. */
export async function readPassword(login: string): Promise<string> {
  const password = process.stdin.isTTY ? await ask(login) : (await text(process.stdin)).replace(/\r?\n$/, '')
  if (/[\r\n]/.test(password))
    throw new StartRefused('standard input: expected a password in one line; got several lines')
  if (password === '') {
    throw new StartRefused('standard input: expected a password, for example: grantwise user add alice < password.txt')
  }
  return password
}

/** The hash of a password that may be chosen. @throws StartRefused with what was expected of it. */
export async function hashChosen(
  password: string,
  names: readonly (string | undefined)[],
  passwords: Passwords,
): Promise<string> {
  const fault = await findPasswordFault(password, names, passwords)
  if (fault !== undefined) {
    throw new StartRefused(
      `the password: expected ${expectedPassword[fault]}; got one of ${[...password].length} characters`,
    )
  }
  return passwords.hash(password)
}

async function ask(login: string): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts')
  const first = await password({ message: `Password for ${login}`, mask: '' })
  if (isCancel(first)) throw new StartRefused('No password was given; nothing was changed.')
  const second = await password({ message: 'Once more', mask: '' })
  if (isCancel(second) || second !== first) {
    throw new StartRefused('The password was not typed the same way twice; nothing was changed.')
  }
  return first ?? ''
}
