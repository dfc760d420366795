import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/performance.md', import.meta.url)

/** Puts text into docs/performance.md between the two comments that name this part. */
export function writePart(part: string, text: string): void {
  const [begin, end] = [`<!-- measured: ${part} -->`, `<!-- end: ${part} -->`]
  const before = readFileSync(page, 'utf8')
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md: expected ${begin} and, after it, ${end}`)
  writeFileSync(page, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`)
}
