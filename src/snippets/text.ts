/**
 * A text from a template, as it is written but for its first line break: nothing in it is an escape of ours. A line that
 * holds only a value that is false is left out.
 */
export function text({ raw }: TemplateStringsArray, ...values: readonly (string | number | false)[]): string {
  const whole = raw.map((part, at) => part + (at < values.length ? (values[at] === false ? absent : values[at]) : ''))
  const lines = whole.join('').split('\n').slice(1)
  return lines
    .filter(line => line.trim() !== absent)
    .join('\n')
    .replaceAll(absent, '')
}

/** No value has it: each is quoted or percent-encoded before it comes here. */
const absent = '\u0000'
