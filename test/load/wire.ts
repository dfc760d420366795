import { connect, type Socket } from 'node:net'

/** What came back for one request; `lost` when the connection ended without an answer. */
export interface Outcome {
  readonly status: number | 'lost'
  /** Status line and header fields. */
  readonly head: string
  readonly body: string
}

/** One keep-alive connection that sends prepared requests, one at a time, at the cost of a few microseconds each. */
export class Wire {
  readonly #socket: Socket
  #received = ''
  #settle: ((outcome: Outcome) => void) | undefined
  ended = false

  constructor(port: number, onEnd: (wire: Wire) => void) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (text: string) => this.#read(text))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.ended = true
      this.#finish({ status: 'lost', head: '', body: '' })
      onEnd(this)
    })
  }

  send(request: string, settle: (outcome: Outcome) => void): void {
    this.#settle = settle
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(text: string): void {
    this.#received += text
    const until = this.#received.indexOf('\r\n\r\n')
    if (until < 0) return
    const head = this.#received.slice(0, until)
    const end = until + 4 + Number(fieldOf(head, 'content-length') ?? 0)
    if (this.#received.length < end) return
    const body = this.#received.slice(until + 4, end)
    this.#received = ''
    this.#finish({ status: Number(head.slice(9, 12)), head, body })
  }

  #finish(outcome: Outcome): void {
    const settle = this.#settle
    this.#settle = undefined
    settle?.(outcome)
  }
}

/** A header field, by its name in lower case. */
export function fieldOf(head: string, name: string): string | undefined {
  const line = head.split('\r\n').find(it => it.slice(0, name.length + 1).toLowerCase() === `${name}:`)
  return line?.slice(name.length + 1).trim()
}
