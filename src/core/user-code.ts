import type { Random } from './ports.ts'

/** RFC 8628 §6.1: consonants only, so that no code is a word, and no letter looks like a digit. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The last character of a secret stands for fewer bits than the others. */
const wholeCharacters = 42

/** Eight letters, each as likely as any other: 34 bits, for codes that live for minutes and guesses that are counted (RFC 8628 §5.1). */
export function mintUserCode(random: Random): string {
  const values = [...random.secret().slice(0, wholeCharacters)].map(it => base64url.indexOf(it))
  // Sixty of the sixty-four are a multiple of the letters; the others would favour some.
  const fair = values.filter(value => value < letters.length * 3).slice(0, length)
  return fair.length === length ? fair.map(value => letters[value % letters.length]).join('') : mintUserCode(random)
}

/** What was typed without what people put around letters, in capitals (RFC 8628 §6.1); nothing when it can be no code. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
  return code.length === length && [...code].every(it => letters.includes(it)) ? code : undefined
}

/** As a device shows it: in two halves. */
export function printUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}
