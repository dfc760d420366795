/** Something that a change of a client does: `breaks` is what stops working until the app or its people do something. */
export interface Effect {
  readonly kind: 'breaks' | 'changes'
  readonly says: string
  /** What of the registration it comes of, by name; those under `grantwise` with that before them. */
  readonly of: readonly string[]
}

/** Says it of one member, or of several that go together. */
export function breaks(of: string | readonly string[], says: string): Effect {
  return { kind: 'breaks', says, of: [of].flat() }
}

export function changes(of: string | readonly string[], says: string): Effect {
  return { kind: 'changes', says, of: [of].flat() }
}
