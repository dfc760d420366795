import { hash } from 'node:crypto'

/** Who is in a filled store, all of it computable from an index: nothing needs to be kept beside the store. */
export interface Population {
  /** Live refresh tokens, each of a family of its own. */
  readonly tokens: number
  /** Each with a session, and with as many families as the others. */
  readonly users: number
  /** When it was filled, seconds since 1970. */
  readonly now: number
}

export interface Token {
  readonly id: string
  /** As the client has it. */
  readonly text: string
}

const day = 86_400
const half = 2 ** 25

/** As `Random.id` makes them: 50 bits of milliseconds, then what tells those of one millisecond apart. */
function idAt(seconds: number, index: number): string {
  const ms = Math.floor(seconds * 1000)
  const part = (n: number, width: number) => n.toString(32).padStart(width, '0')
  return part(Math.floor(ms / half), 5) + part(ms % half, 5) + part(index, 10)
}

function tokenWith(id: string): Token {
  return { id, text: `${id}.${id.padEnd(43, 'A')}` }
}

/** When the token of this age was minted: evenly over thirteen days up to an hour ago, the oldest first. */
export function mintedAt({ now, tokens }: Population, index: number): number {
  return Math.floor(now - 13 * day + (index / tokens) * (13 * day - 3600))
}

export function tokenOf(population: Population, index: number): Token {
  return tokenWith(idAt(mintedAt(population, index), index))
}

/** The token that it succeeded, an hour before; spent. */
export function predecessorOf(population: Population, index: number): Token {
  return tokenWith(idAt(mintedAt(population, index) - 3600, population.tokens + index))
}

/** Its family; those of neighbours in time are far apart. */
export function familyIndexOf({ tokens }: Population, token: number): number {
  return (token * 7_368_787) % tokens
}

/** When the family began: evenly over sixteen days, before any token was minted. */
export function begunAt({ now, tokens }: Population, family: number): number {
  return Math.floor(now - 30 * day + (family / tokens) * 16 * day)
}

export function familyIdOf(population: Population, family: number): string {
  return idAt(begunAt(population, family), family)
}

export function userIndexOf({ users }: Population, family: number): number {
  return (family * 1_000_003) % users
}

export function subOf(user: number): string {
  return hash('sha256', `user ${user}`, 'base64url')
}

export function loginOf(user: number): string {
  return `person-${user}@example.com`
}

export function sessionOf({ now, users }: Population, user: number): Token {
  return tokenWith(idAt(now - 6 * day + (user / users) * 5 * day, user))
}
