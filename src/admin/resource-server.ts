import * as z from 'zod'
import type { ResourceServer, ScopeMeaning } from '../core/resource-server.ts'
import { standardScopes } from '../core/scope.ts'
import { audience, clientId, flag, isScopeName, line, oneOf, wholeNumber } from './fields.ts'
import { complete, isObject, readMembers } from './members.ts'
import { describe, join, measure, type Report } from './problem.ts'

const members = {
  audience,
  name: line().optional(),
  access_token_format: oneOf('jwt', 'opaque').default('jwt'),
  access_token_ttl: wholeNumber(60, 86_400).default(3600),
  access_token_signing_alg: oneOf('ES256', 'RS256', 'EdDSA', 'Ed25519').default('ES256'),
  client_id: clientId.nullable().default(null),
  allow_offline_access: flag.default(true),
  scopes: z.unknown(),
}

const scopeMembers = {
  description: line(500).optional(),
  requires_user: flag.default(false),
}

/** An API as the apply file describes it; nothing when any of it is wrong, which is then reported. */
export function readResourceServer(value: unknown, path: string, report: Report): ResourceServer | undefined {
  const read = readMembers(members, value, path, report)
  if (read === undefined) return undefined
  const scopes = readScopes(read.given.scopes ?? {}, join(path, 'scopes'), report)
  const all = complete(
    read,
    'audience',
    'access_token_format',
    'access_token_ttl',
    'access_token_signing_alg',
    'client_id',
    'allow_offline_access',
  )
  return all && { ...all, name: read.given.name ?? all.audience, scopes }
}

function readScopes(value: unknown, path: string, report: Report): Readonly<Record<string, ScopeMeaning>> {
  if (!isObject(value)) {
    report(path, 'an object from scope to its meaning', typeof value === 'string' ? measure(value) : describe(value))
    return {}
  }
  const scopes: [string, ScopeMeaning][] = []
  for (const [scope, meaning] of Object.entries(value)) {
    const at = join(path, scope)
    if (!isScopeName(scope)) {
      report(at, 'a scope of printable ASCII without space, quote or backslash (RFC 6749 §3.3)', describe(scope))
    }
    if (standardScopes.includes(scope)) {
      report(at, `a scope of the API itself: ${scope} is one of OpenID Connect's own`, describe(scope))
    }
    const read = readMembers(scopeMembers, meaning, at, report)
    if (read === undefined) continue
    scopes.push([
      scope,
      { description: read.given.description ?? scope, requires_user: read.given.requires_user ?? false },
    ])
  }
  return Object.fromEntries(scopes)
}
