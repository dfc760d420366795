import type { Check } from './check.ts'

/**
 * The parameters of one request, each at most once (RFC 6749 §3.1, §3.2) but for `resource` (RFC 8707 §2).
 * An empty value counts as absent. Holding one proves that repeats were refused.
 */
export class Params {
  readonly #values: ReadonlyMap<string, string>
  readonly #check: Check
  /** Every `resource` sent, in order (RFC 8707 §2). */
  readonly resource: readonly string[]

  private constructor(values: ReadonlyMap<string, string>, resource: readonly string[], check: Check) {
    this.#values = values
    this.resource = resource
    this.#check = check
  }

  /** @throws `invalid_request` when a parameter is repeated. */
  static parse(entries: Iterable<readonly [string, string]>, check: Check): Params {
    const values = new Map<string, string>()
    const resource: string[] = []
    for (const [name, value] of entries) {
      if (value === '') continue
      if (name === 'resource') resource.push(value)
      else if (values.has(name)) {
        throw check.refused('parameter-repeated', 'a parameter was sent more than once', { parameter: name })
      } else values.set(name, value)
    }
    check.passed('parameter-repeated')
    return new Params(values, resource, check)
  }

  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** @throws `invalid_request` when the parameter is absent. */
  require(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined) throw this.#check.refused('parameter-missing', `${name} is missing`, { parameter: name })
    return value
  }

  /** Everything that was sent, for a request that is parked until its user has answered. */
  entries(): [string, string][] {
    return [...this.#values, ...this.resource.map((value): [string, string] => ['resource', value])]
  }
}
