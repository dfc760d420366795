/** The store cannot take or keep a write right now: nothing was written, and asking again later may help (503). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  /** What whoever runs the program can do about it, as a sentence. */
  readonly mend: string | undefined

  constructor(message: string, { cause, mend }: { readonly cause?: unknown; readonly mend?: string } = {}) {
    super(message, { cause })
    this.mend = mend
  }
}

/** What happened, from what was asked down to its cause, and the mend: for whoever runs the program. */
export function explainUnavailable(error: StoreUnavailable): string {
  const chain = [error]
  for (let { cause } = error; cause instanceof StoreUnavailable; cause = cause.cause) chain.push(cause)
  const happened = chain.map(({ message }) => message).join(': ')
  return [`${happened}.`, ...chain.flatMap(({ mend = [] }) => mend)].join(' ')
}
