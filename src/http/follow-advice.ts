import type { Result } from '../advisor/advise.ts'
import { missingFrom, offeredBy } from '../advisor/flow-table.ts'
import { flowOf } from '../advisor/flows.ts'
import { needsPlatform, type Registration, registrationOf } from '../advisor/registration.ts'
import { askAdvisor } from './ask-advisor.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import type { Asked } from './new-client-form.ts'
import type { AdvisorState } from './pages/advisor-state.ts'

/** An advice that a client can be registered by, and what it leaves to be asked. */
export interface Following {
  readonly state: AdvisorState
  readonly result: Result
  readonly registration: Registration
  readonly asked: Asked
  /** What this server lacks to run it. */
  readonly missing: readonly string[]
}

/** Nothing where a question is left, or no flow fits. */
export async function followAdvice(
  state: AdvisorState,
  exchange: Exchange,
  { server, registrations }: Context,
): Promise<Following | undefined> {
  const { advice } = askAdvisor({ answers: state.answers, followups: state.followups }, exchange.check)
  const result = advice?.[state.policy]
  const registration = result && registrationOf(result)
  if (!result || !registration) return undefined
  const flow = flowOf(result.flow)
  const apis = registration.login_only ? [] : await registrations.apis()
  const asked = {
    redirects: flow.response_types.length > 0,
    itself: flow.acts_for === 'self',
    platform: needsPlatform(result),
    apis,
  }
  return { state, result, registration, asked, missing: missingFrom(flow, offeredBy(server)) }
}
