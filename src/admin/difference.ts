import { isDeepStrictEqual } from 'node:util'

type Described = Readonly<Record<string, unknown>>

/** The members in which two registrations differ, by name; those under `grantwise` with that before them. */
export function difference(before: object, after: object): readonly string[] {
  return differing({ ...before }, { ...after }, '')
}

function differing(before: Described, after: Described, prefix: string): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap(name => {
    if (isDeepStrictEqual(before[name], after[name])) return []
    if (name !== 'grantwise') return [prefix + name]
    return differing({ ...(before[name] as Described) }, { ...(after[name] as Described) }, 'grantwise.')
  })
}
