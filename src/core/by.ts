/** Who asks for a change and from where, as the audit trail keeps it. */
export interface By {
  /** `operator` is whoever runs the program: a command, or what is applied at start. */
  readonly actor: 'user' | 'client' | 'operator'
  /** The `sub` or the `client_id`. */
  readonly id?: string
  /** The reference number of the request. */
  readonly reference?: string
  readonly address?: string
}

export const operator: By = { actor: 'operator' }
