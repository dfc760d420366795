import type { Check } from './check.ts'

/** One claim as asked for (OIDC Core §5.5.1). */
export interface ClaimRequest {
  readonly essential?: boolean
  readonly value?: unknown
  readonly values?: readonly unknown[]
}

/** The `claims` parameter (OIDC Core §5.5): null asks for a claim in the default manner. */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimRequest | null>>
  readonly id_token?: Readonly<Record<string, ClaimRequest | null>>
}

/** @throws `invalid_request` when it is not the JSON object of OIDC Core §5.5; unknown members are ignored. */
export function parseClaims(text: string | undefined, check: Check): ClaimsRequest | undefined {
  if (text === undefined) return undefined
  const { userinfo, id_token } = object(json(text, check), check)
  const claims = {
    ...(userinfo === undefined || userinfo === null ? {} : { userinfo: requests(userinfo, check) }),
    ...(id_token === undefined || id_token === null ? {} : { id_token: requests(id_token, check) }),
  }
  check.passed('claims-malformed')
  return claims
}

function requests(value: unknown, check: Check): Record<string, ClaimRequest | null> {
  const members = Object.entries(object(value, check))
  return Object.fromEntries(
    members.map(([name, member]) => [name, member === null ? null : request(object(member, check))]),
  )
}

/** What is kept of one claim's request: the members of OIDC Core §5.5.1, and of those only plain values. */
function request({ essential, value, values }: Record<string, unknown>): ClaimRequest {
  return {
    ...(essential === true ? { essential } : {}),
    ...(isScalar(value) ? { value } : {}),
    ...(Array.isArray(values) ? { values: values.filter(isScalar) } : {}),
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function json(text: string, check: Check): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw check.refused('claims-malformed', 'claims must be a JSON object')
  }
}

function object(value: unknown, check: Check): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw check.refused('claims-malformed', 'claims must be a JSON object of JSON objects')
}
