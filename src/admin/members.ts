import type * as z from 'zod'
import { didYouMean } from './nearest.ts'
import { describe, join, measure, type Report } from './problem.ts'

/** What an object gave, member by member. What is broken was reported and is left out, so that every other rule still runs. */
export interface Members<S extends z.ZodRawShape> {
  readonly given: { readonly [K in keyof S]?: z.output<S[K]> }
  /** Whether the member was named at all, well or badly. */
  has(name: keyof S & string): boolean
}

/** A sentence about a member that the shape does not have, where there is more to say than its nearest neighbour. */
export type UnknownMember = (name: string) => string | undefined

/** Reads an object's members, reporting each that is unknown or not what its schema expects. */
export function readMembers<S extends z.ZodRawShape>(
  shape: S,
  value: unknown,
  path: string,
  report: Report,
  explain: UnknownMember = () => undefined,
): Members<S> | undefined {
  if (!isObject(value)) {
    // What stands in the place of an object may hold secrets.
    report(path, 'an object', typeof value === 'string' ? measure(value) : describe(value))
    return undefined
  }
  const known = Object.keys(shape)
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    report(join(path, name), explain(name) ?? `a member that exists here${didYouMean(name, known)}`, 'an unknown one')
  }
  const given: { [K in keyof S]?: z.output<S[K]> } = {}
  for (const name of known) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    const parsed = (shape[name] as z.ZodType).safeParse(member)
    if (!parsed.success) reportIssues(parsed.error.issues, member, join(path, name), report)
    else if (parsed.data !== undefined) given[name as keyof S] = parsed.data as z.output<S[keyof S]>
  }
  return { given, has: name => Object.hasOwn(value, name) && value[name] !== undefined }
}

/** The members that must all be there for anything to be made of them; nothing when one is missing, which was reported. */
export function complete<S extends z.ZodRawShape, K extends keyof S>(
  read: Members<S>,
  ...names: readonly K[]
): { readonly [P in K]: Exclude<z.output<S[P]>, undefined> } | undefined {
  if (names.some(name => read.given[name] === undefined)) return undefined
  return read.given as { readonly [P in K]: Exclude<z.output<S[P]>, undefined> }
}

function reportIssues(issues: readonly z.core.$ZodIssue[], member: unknown, path: string, report: Report): void {
  for (const issue of issues) {
    const at = join(path, ...issue.path)
    const value = issue.path.reduce<unknown>((inside, step) => (isContainer(inside) ? inside[step] : undefined), member)
    const misplaced = isContainer(value) || !/\b(list|object)\b/.test(issue.message)
    report(at, issue.message, !misplaced && typeof value === 'string' ? measure(value) : describe(value, at))
  }
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value)
}
