import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import type { Grant } from '../core/grants/grant.ts'
import type { ResponseType } from '../core/response-types/response-type.ts'
import type { Allowance, Retired } from '../core/retired.ts'
import type { Server } from '../core/server.ts'
import type { FlowTraits } from './flow-table.ts'

/** Spotify's columns, in its order. */
export const columns: readonly { readonly id: keyof FlowTraits; readonly title: string }[] = [
  { id: 'user_resources', title: 'Access user resources' },
  { id: 'requires_secret', title: 'Requires secret key (server-side)' },
  { id: 'refresh', title: 'Access token refresh' },
]

/** One flow that this program can run, and what it can do. */
export interface FlowRow extends FlowTraits {
  /** Its response type, or its grant type where it has none; `+pkce` with a challenge where that makes a difference. */
  readonly id: string
  readonly name: string
  /** Whether Spotify's table has it. */
  readonly in_guide: boolean
  /** What it sends to `/authorize`, and to `/token`. */
  readonly response_types: readonly string[]
  readonly grant_types: readonly string[]
  /** Whether it sends a challenge (RFC 7636); null where none is possible, or none is needed to tell flows apart. */
  readonly pkce: boolean | null
  readonly spec: readonly string[]
  /** Whether this server runs it. */
  readonly offered: boolean
  /** What `--allow` must name for that. */
  readonly allow: Allowance | null
  readonly retired: Retired | null
  /** The test that runs it and looks, by column. */
  readonly tests: Readonly<Record<keyof FlowTraits, string>>
}

type Lists = Pick<Server, 'grants' | 'responseTypes'>

/** One way to go: an answer at the authorization endpoint, a grant at the token endpoint, or the one and then the other. */
interface Way {
  readonly responseType?: ResponseType
  readonly grant?: Grant
  readonly pkce: boolean | null
}

const names: Readonly<Record<string, string>> = {
  code: 'Authorization code',
  client_credentials: 'Client credentials',
  token: 'Implicit',
  id_token: 'Implicit (ID Token only)',
  'code id_token': 'Hybrid (ID Token)',
  'code token': 'Hybrid (access token)',
  [deviceCodeGrantType]: 'Device authorization',
  password: 'Password',
}

/** The cells of Spotify's table as the checklist counts them: three to a row, from left to right. */
const guideCells: Readonly<Record<string, number>> = { code: 20, 'code+pkce': 23, client_credentials: 26, token: 29 }

/**
 * Every flow of `known`, from what its grants and response types say of themselves; `offered` are those that this server
 * has. What differs in nothing is one row. Spotify's rows come first, in its order.
 */
export function flowRows(known: Lists, offered: Lists): readonly FlowRow[] {
  const same = Map.groupBy(waysOf(known), way =>
    JSON.stringify([traitsOfWay(way, known), ...registration(way), way.pkce]),
  )
  const rows = [...same.values()].map(ways => rowOf(ways, known, offered))
  return rows.toSorted((a, b) => (guideCells[a.id] ?? Infinity) - (guideCells[b.id] ?? Infinity) || 0)
}

function waysOf({ grants, responseTypes }: Lists): readonly Way[] {
  const redirected = responseTypes.flatMap((responseType): readonly Way[] => {
    const grant = responseType.answers.includes('code') ? grants.find(it => redeems(it, responseType)) : undefined
    if (grant === undefined) return [{ responseType, pkce: null }]
    if (grant.confidential !== 'without_pkce') return [{ responseType, grant, pkce: null }]
    return [false, true].map(pkce => ({ responseType, grant, pkce }))
  })
  const direct = grants.filter(it => !it.renews && !responseTypes.some(type => redeems(it, type)))
  return [...redirected, ...direct.map(grant => ({ grant, pkce: null }))]
}

function redeems(grant: Grant, { grant_types }: ResponseType): boolean {
  return grant_types.includes(registeredAs(grant))
}

function registeredAs({ grant_type, registered_as = grant_type }: Grant): string {
  return registered_as
}

function traitsOfWay({ responseType, grant, pkce }: Way, { grants }: Lists): FlowTraits {
  const forUser = grant !== undefined && (grant.acts_for ?? 'user') === 'user'
  return {
    user_resources: forUser || (responseType?.answers.includes('token') ?? false),
    requires_secret: grant?.confidential === 'always' || (grant?.confidential === 'without_pkce' && pkce === false),
    // What answers in front never brings a refresh token (RFC 6749 §4.2.2), and who acts for itself needs none (§4.4.3).
    refresh: forUser && grants.some(it => it.renews),
  }
}

/** What a client registers and an operator allows for it. */
function registration(way: Way): readonly unknown[] {
  const { responseType, grant } = way
  return [responseType?.grant_types ?? (grant && registeredAs(grant)), ...status(way)]
}

function status({ responseType, grant }: Way): readonly [Allowance | null, Retired | null] {
  return [responseType?.allow ?? grant?.allow ?? null, responseType?.retired ?? grant?.retired ?? null]
}

function rowOf(ways: readonly Way[], known: Lists, offered: Lists): FlowRow {
  const [first] = ways
  if (first === undefined) throw new TypeError('a row is of one way at least')
  const called = first.responseType?.response_type ?? first.grant?.grant_type ?? ''
  const id = first.pkce ? `${called}+pkce` : called
  const [allow, retired] = status(first)
  const start = guideCells[id]
  return {
    id,
    name: first.pkce ? `${names[called] ?? called} with PKCE` : (names[called] ?? called),
    in_guide: start !== undefined,
    ...traitsOfWay(first, known),
    response_types: distinct(ways.map(it => it.responseType?.response_type)),
    grant_types: distinct(ways.map(it => it.grant?.grant_type)),
    pkce: first.pkce,
    spec: distinct([
      ...ways.flatMap(it => [it.responseType?.spec, it.grant?.spec]),
      first.pkce ? 'RFC 7636' : undefined,
    ]),
    offered: isOffered(first, offered),
    allow,
    retired,
    tests: testsOf(id, start),
  }
}

function isOffered({ responseType, grant }: Way, { grants, responseTypes }: Lists): boolean {
  const answered = responseType === undefined || responseTypes.includes(responseType)
  return answered && (grant === undefined || grants.includes(grant))
}

function testsOf(id: string, start: number | undefined): FlowRow['tests'] {
  const test = (column: number) => (start === undefined ? `${id}/${columns[column]?.id}` : `S${start + column}`)
  return { user_resources: test(0), requires_secret: test(1), refresh: test(2) }
}

function distinct(all: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(all.filter(it => it !== undefined))]
}
