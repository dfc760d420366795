/** What is taken on at once, and for how long. Beyond it a request or a connection is refused; times are in milliseconds. */
export interface Limits {
  /** Until the work on a request begins; behind those who have waited longer, nobody is taken on. */
  readonly wait: number
  /** Requests that wait so. */
  readonly waiting: number
  /** Work on them in one turn of the event loop. */
  readonly slice: number
  /** Requests that are being answered. */
  readonly inFlight: number
  /** Bodies beyond 16 kB that are under way. */
  readonly largeBodies: number
  /** Open connections; fewer where the process may open fewer files. */
  readonly connections: number
  /** For a request to arrive as a whole. */
  readonly requestTimeout: number
  /** For its head. */
  readonly headersTimeout: number
  /** For an answer to be read as a whole, to the next look. */
  readonly answerTimeout: number
  /** Bytes of answers that lie unread, of all connections together. */
  readonly unread: number
  /** For the next request of a connection. */
  readonly keepAliveTimeout: number
  /** For TLS to begin. */
  readonly handshakeTimeout: number
  /** Between two looks at which connections are late, to send or to read. */
  readonly connectionsCheckingInterval: number
}

export const defaultLimits: Limits = {
  wait: 100,
  waiting: 4096,
  slice: 20,
  inFlight: 1000,
  largeBodies: 128,
  connections: 4096,
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  answerTimeout: 60_000,
  unread: 67_108_864,
  keepAliveTimeout: 65_000,
  handshakeTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
}
