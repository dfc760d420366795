/** Columns of what is printed for people. */
const width = 96

/** Lines no wider than a terminal; the first begins with `first`, the others with `rest`. */
export function wrap(text: string, first = '', rest = ''): readonly string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.trim() !== '-' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = rest
    }
    line += line === first || line === rest ? word : ` ${word}`
  }
  return [...lines, line]
}
