/** The store cannot take or keep a write right now: nothing was written, and asking again later may help (503). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
