import { Refusal } from './refusal.ts'

/** One page of a list, and where the next one is. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
  readonly limit: number
  readonly offset: number
  /** The whole URL; null on the last page. */
  readonly next: string | null
}

const limits = { limit: { least: 1, most: 50, unless: 20 }, offset: { least: 0, most: 1_000_000, unless: 0 } } as const

/** The page that `limit` and `offset` ask for. @throws Refusal that says what was expected and what came. */
export function pageOf<T>(rows: readonly T[], query: URLSearchParams, url: string): Page<T> {
  const limit = wholeNumber('limit', query)
  const offset = wholeNumber('offset', query)
  const end = offset + limit
  return {
    items: rows.slice(offset, end),
    total: rows.length,
    limit,
    offset,
    next: end < rows.length ? `${url}?limit=${limit}&offset=${end}` : null,
  }
}

function wholeNumber(name: keyof typeof limits, query: URLSearchParams): number {
  const { least, most, unless } = limits[name]
  const [text, another] = query.getAll(name)
  if (text === undefined) return unless
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (another === undefined && value >= least && value <= most) return value
  const came = another === undefined ? JSON.stringify(text.slice(0, 40)) : 'it more than once'
  throw new Refusal(400, 'page-invalid', `${name} must be a whole number from ${least} to ${most}; got ${came}`)
}
