/** A bounded map: the oldest entry makes room. What is absent is not remembered. */
export class Cache<T> {
  readonly #entries = new Map<string, T>()
  readonly #limit: number
  #version = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What was kept while this version was the newest; another version empties the cache. */
  get(key: string, version: number): T | undefined {
    if (version !== this.#version) {
      this.#entries.clear()
      this.#version = version
    }
    return this.#entries.get(key)
  }

  /** Keeps what was read at the version that `get` was last asked with. */
  set(key: string, value: T): void {
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, value)
  }
}
