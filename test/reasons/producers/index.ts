import type { ReasonId } from '../../../src/core/reasons.ts'
import type { Producer } from '../stage.ts'
import { accounts } from './accounts.ts'
import { assertions } from './assertions.ts'
import { authorizing } from './authorize.ts'
import { devices } from './device.ts'
import { http } from './http.ts'
import { tokenEndpoint } from './token.ts'
import { tokens } from './tokens.ts'

/** Reasons in the table whose code is still to come; one that a check refuses for may not stand here. */
export const owed: readonly never[] = []

/** How to make the server refuse for each reason; one without a producer does not compile, and fails the test. */
export const producers: Readonly<Record<ReasonId, Producer>> = {
  ...http,
  ...authorizing,
  ...tokenEndpoint,
  ...assertions,
  ...devices,
  ...tokens,
  ...accounts,
}
