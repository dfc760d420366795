/** Letters by how wide the widest of the systems' own fonts draws them, in ems. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'’|!]/, 0.3],
  [/\s/, 0.29],
  [/[frt()\-/]/, 0.43],
  [/[mwMW]/, 0.95],
  [/[A-Z@%+=&_→]/, 0.69],
]

const other = 0.61
const boldness = 1.06

/** About how wide a line of text is, in the unit of its size; rather too wide than too narrow. */
export function textWidth(text: string, size: number, bold = false): number {
  const ems = [...text].reduce((sum, letter) => sum + (widths.find(([of]) => of.test(letter))?.[1] ?? other), 0)
  return Math.ceil(ems * size * (bold ? boldness : 1))
}

/** Text in lines no wider than this, as far as its words let it. */
export function wrap(text: string, width: number, size: number, bold = false): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && textWidth(longer, size, bold) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
