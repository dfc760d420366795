import { isTooLong, maxPasswordBytes, normalise, type Passwords } from './passwords.ts'

/** NIST SP 800-63B §3.1.1.2: where a password alone signs in, fifteen characters at least; each code point is one. */
export const minPasswordLength = 15

/** What an apply file may give: its operator hands it out, and answers for it. */
export const minAppliedPasswordLength = 8

/** What keeps a password from being chosen. */
export type PasswordFault = 'short' | 'long' | 'common' | 'names'

/** Names shorter than this stand in many a good password by chance. */
const shortestName = 3

/** What must be left of a password without the names around it. */
const shortestRest = 8

/** The words that follow "expected". */
export const expectedPassword: Readonly<Record<PasswordFault, string>> = {
  short: `a password of at least ${minPasswordLength} characters`,
  long: `a password of at most ${maxPasswordBytes} bytes`,
  common: 'a password that is not common, a repetition or a sequence',
  names: 'a password that is more than its user name, e-mail address or the name of this product',
}

/**
 * What is wrong with a password that somebody chooses, or nothing. The same wherever one is set: length, a list of
 * common ones, the names around it, and no rule about kinds of characters (NIST SP 800-63B §3.1.1.2).
 */
export async function findPasswordFault(
  password: string,
  names: readonly (string | undefined)[],
  passwords: Pick<Passwords, 'isCommon'>,
  least: number = minPasswordLength,
): Promise<PasswordFault | undefined> {
  const fault = passwordLengthFault(password, least)
  if (fault !== undefined) return fault
  if (isMostlyNames(normalise(password), names)) return 'names'
  return (await passwords.isCommon(password)) ? 'common' : undefined
}

/** The part of the rule that needs nothing else. */
export function passwordLengthFault(password: string, least: number = minPasswordLength): PasswordFault | undefined {
  const normal = normalise(password)
  if ([...normal].length < least) return 'short'
  return isTooLong(normal) ? 'long' : undefined
}

function isMostlyNames(password: string, names: readonly (string | undefined)[]): boolean {
  const rest = ['grantwise', ...names.flatMap(name => (name === undefined ? [] : [name, ...name.split(/[@.\s]/)]))]
    .map(name => name.toLowerCase())
    .filter(name => name.length >= shortestName)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, name) => text.replaceAll(name, ''), password.toLowerCase())
  return [...rest].length < Math.min(shortestRest, [...password].length)
}
