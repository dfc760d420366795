import { roles } from '../../src/core/roles.ts'
import type { JourneyView, Step } from '../../src/journeys/step.ts'

/** A journey as a list of who, whom and what; `?` marks what was inferred. */
export function messages({ steps }: Pick<JourneyView, 'steps'>): string[] {
  return steps.map(
    ({ from, to, what, inferred }) => `${roles[from].letter}${inferred ? '?' : '>'}${roles[to].letter} ${what}`,
  )
}

/** The steps of one request, by its method and path; the last such one. */
export function step(journey: Pick<JourneyView, 'steps'>, what: string): Step {
  const found = journey.steps.findLast(it => it.what === what)
  if (!found) throw new Error(`no ${what} in ${messages(journey).join('; ')}`)
  return found
}

export function refusals({ checks = [] }: Step): string[] {
  return checks.filter(it => !it.passed).map(it => it.reason)
}

export function parameter({ parameters = [] }: Step, name: string): unknown {
  return parameters.find(it => it.name === name)
}
