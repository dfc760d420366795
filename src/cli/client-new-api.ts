import type { Option } from 'commander'
import { type DescribedApi, describeNewApi, memberOfNewApi, repeatedScope } from '../admin/new-api.ts'
import type { Problem } from '../admin/problem.ts'
import { StartRefused } from '../config.ts'
import { flag, repeatable } from './flags.ts'

/** An API that is registered together with the client that calls it. */
export interface NewApiOptions {
  readonly newApi?: string
  readonly newApiName?: string
  readonly newApiScope?: readonly string[]
  readonly newApiUserScope?: readonly string[]
}

export function newApiFlags(): readonly Option[] {
  return [
    flag('--new-api <uri>', 'an API that it calls, registered with it', '--new-api https://api.example.com'),
    flag('--new-api-name <text>', 'what people see that API called', '--new-api-name "Example API"'),
    repeatable(
      '--new-api-scope <text>',
      'what can be done there: a name, a space, what it lets an app do',
      '--new-api-scope "catalog:read Read the catalog"',
    ),
    repeatable(
      '--new-api-user-scope <text>',
      'the same, where a person must be there',
      '--new-api-user-scope "profile:read Read your profile"',
    ),
  ]
}

/** @throws StartRefused where something is said of an API that is not named, or it has no name, or one scope twice. */
export function readNewApi({
  newApi: audience,
  newApiName: name,
  newApiScope: scopes = [],
  newApiUserScope: user_scopes = [],
}: NewApiOptions): DescribedApi | undefined {
  if (audience === undefined) {
    if (name === undefined && scopes.length + user_scopes.length === 0) return undefined
    throw new StartRefused('--new-api: expected the address of the API that this is said of; got none')
  }
  if (name === undefined) throw new StartRefused('--new-api-name: expected what people see it called; got none')
  const twice = repeatedScope([...scopes, ...user_scopes])
  if (twice !== undefined) throw new StartRefused(`--new-api-scope: expected each scope once; got ${twice} twice`)
  return describeNewApi({ audience, name, scopes, user_scopes })
}

/** The flag that a problem of the new API came from; nothing where it is about something else. */
export function flagOfNewApi(problem: Problem): string | undefined {
  const member = memberOfNewApi(problem)
  if (member === undefined) return undefined
  if (member.startsWith('scopes')) return '--new-api-scope'
  return member === 'name' ? '--new-api-name' : '--new-api'
}
