import { dictionary } from '@zxcvbn-ts/language-common'

const common: ReadonlySet<string> = new Set(dictionary['passwords-common'])

/** A piece said over and over guesses like the piece once. */
const shortestPiece = 8

/** Whether a password is on the list of common ones, or is made from one as people do: case, digits at its ends, twice. */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase()
  const joined = text.replaceAll(/[\s_.-]/g, '')
  const [core = ''] = /\p{L}.*\p{L}/su.exec(joined) ?? []
  return [text, joined, core].some(isPredictable) || isSequence(joined)
}

function isPredictable(text: string): boolean {
  const piece = repeatedPiece(text)
  return common.has(text) || common.has(piece) || (piece !== text && [...piece].length < shortestPiece)
}

/** The shortest piece that gives the whole text when it is repeated: the text itself, unless it is a repetition. */
function repeatedPiece(text: string): string {
  const at = (text + text).indexOf(text, 1)
  return at < 0 ? text : text.slice(0, at)
}

/** Neighbours in one direction all the way, with a start again allowed: `abcdefghijklmnop`, `1234567890123456`. */
function isSequence(text: string): boolean {
  const points = [...text].map(character => character.codePointAt(0) ?? 0)
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0))
  return steps.length > 0 && [1, -1].some(step => steps.filter(it => it !== step).length <= steps.length / 8)
}
