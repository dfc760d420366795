import type { ResourceServer } from '../core/resource-server.ts'
import type { ApplyPowers } from './apply.ts'
import { ApplyRefused } from './apply-refused.ts'
import { collectProblems, describe, type Problem } from './problem.ts'
import { readResourceServer } from './resource-server.ts'

/** An API as it is typed; each scope is a line: its name, a space, and what it lets an app do. */
export interface TypedApi {
  readonly audience: string
  readonly name: string
  /** What programs that act for themselves may have, too. */
  readonly scopes: readonly string[]
  /** What makes sense only with a person. */
  readonly user_scopes: readonly string[]
}

/** What an apply file says of such an API. */
export interface DescribedApi extends Pick<ResourceServer, 'audience' | 'name'> {
  readonly scopes: Readonly<Record<string, { readonly description?: string; readonly requires_user: boolean }>>
}

export function describeNewApi({ audience, name, scopes, user_scopes }: TypedApi): DescribedApi {
  const entries = [...scopes.map(line => scopeOf(line, false)), ...user_scopes.map(line => scopeOf(line, true))]
  return { audience, name, scopes: Object.fromEntries(entries) }
}

/** The name that a line begins with. */
export function scopeNameOf(line: string): string {
  return line.trimStart().split(/\s/, 1)[0] ?? ''
}

/** The scope that has two lines, if one has: which of them would count is nobody's intention. */
export function repeatedScope(lines: readonly string[], before: readonly string[] = []): string | undefined {
  const known = new Set(before.map(scopeNameOf))
  for (const scope of lines.map(scopeNameOf)) {
    if (known.has(scope)) return scope
    known.add(scope)
  }
  return undefined
}

function scopeOf(line: string, requires_user: boolean) {
  const scope = scopeNameOf(line)
  const description = line.trimStart().slice(scope.length).trim()
  return [scope, { ...(description === '' ? {} : { description }), requires_user }] as const
}

/** What an apply file would refuse of it, without looking at what is registered. */
export function newApiProblems(typed: TypedApi): readonly Problem[] {
  const { problems, report } = collectProblems()
  readResourceServer(describeNewApi(typed), '', report)
  return problems
}

/**
 * The store for a file that describes a new API. @throws ApplyRefused, whenever its APIs are read, where there is one of
 * that audience: an apply file would change it, and here it may be anybody's.
 */
export function withoutApi(
  audience: string,
  store: Pick<ApplyPowers['store'], 'allResourceServers'>,
): Pick<ApplyPowers['store'], 'allResourceServers'> {
  return {
    async allResourceServers() {
      const all = await store.allResourceServers()
      if (!all.some(it => it.audience === audience)) return all
      const expected = 'the address of no API that is registered'
      throw new ApplyRefused([{ path: `${newApiPath}.audience`, expected, came: describe(audience) }])
    },
  }
}

const newApiPath = 'resource_servers[0]'

/** The member of the new API that a problem of its file is about; nothing where it is about something else. */
export function memberOfNewApi({ path }: Problem): string | undefined {
  return path.startsWith(newApiPath) ? path.slice(newApiPath.length + 1) : undefined
}
