import type { Detail } from '../../core/errors.ts'

/** The facts of one refusal, which remembers those that were looked at. */
export interface Facts {
  /** A fact as text; '' when it is absent. */
  text(name: string): string
  list(name: string): readonly string[]
  flag(name: string): boolean
  /** None or one. */
  optional(name: string): readonly string[]
  number(name: string): readonly number[]
  /** Every fact that nobody asked for. */
  rest(): readonly (readonly [name: string, value: string])[]
}

export function factsOf(detail: Detail): Facts {
  const seen = new Set<string>()
  const get = (name: string): Detail[string] => {
    seen.add(name)
    return detail[name]
  }
  return {
    text: name => textOf(get(name)),
    list(name) {
      const value = get(name)
      return typeof value === 'object' ? value : []
    },
    flag: name => get(name) === true,
    optional(name) {
      const value = get(name)
      return value === undefined ? [] : [textOf(value)]
    },
    number(name) {
      const value = get(name)
      return typeof value === 'number' ? [value] : []
    },
    rest: () =>
      Object.entries(detail).flatMap(([name, value]): [string, string][] =>
        seen.has(name) || value === undefined ? [] : [[name, textOf(value)]],
      ),
  }
}

function textOf(value: Detail[string]): string {
  if (value === undefined) return ''
  return typeof value === 'object' ? value.join(' ') : String(value)
}
