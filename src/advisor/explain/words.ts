/** Who can mend a failure. */
export type Mender = 'user' | 'developer' | 'operator'

/** What a person reads of one reason. */
export interface Words {
  /** Names the failure, in a line. */
  readonly title: string
  /** What happened, in one or two plain sentences that give away nothing of a single request. */
  readonly happened: string
  /** Who must act. */
  readonly who: Mender
  /** What that person does about it. */
  readonly mend: string
}
