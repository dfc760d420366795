import { type Outcome, Wire } from './wire.ts'

/** Keep-alive connections, opened as they are needed; beyond `limit` a request waits for one. */
export class Pool {
  readonly #port: number
  readonly #limit: number
  readonly #idle: Wire[] = []
  readonly #open = new Set<Wire>()
  readonly #waiting: (() => void)[] = []

  constructor(port: number, limit: number) {
    this.#port = port
    this.#limit = limit
  }

  /** Opens all of them, a few at a time, and has each answered once: a connection may be there and not be heard yet. */
  async warm(request: string): Promise<void> {
    while (this.#open.size < this.#limit) {
      const some = Array.from({ length: 20 }, () => this.#opened() ?? [])
      await Promise.all(some.flat().map(wire => new Promise(resolve => wire.send(request, resolve))))
      this.#idle.push(...some.flat())
    }
  }

  send(request: string, settle: (outcome: Outcome) => void): void {
    const wire = this.#idleWire() ?? this.#opened()
    if (wire === undefined) return void this.#waiting.push(() => this.send(request, settle))
    wire.send(request, outcome => {
      if (!wire.ended) this.#idle.push(wire)
      settle(outcome)
      this.#waiting.shift()?.()
    })
  }

  ask(request: string): Promise<Outcome> {
    return new Promise(resolve => this.send(request, resolve))
  }

  close(): void {
    for (const wire of this.#open) wire.close()
  }

  #idleWire(): Wire | undefined {
    let wire = this.#idle.pop()
    while (wire?.ended) wire = this.#idle.pop()
    return wire
  }

  #opened(): Wire | undefined {
    if (this.#open.size >= this.#limit) return undefined
    const wire = new Wire(this.#port, ended => this.#open.delete(ended))
    this.#open.add(wire)
    return wire
  }
}
