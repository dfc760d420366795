import type { Result } from '../advisor/advise.ts'
import { missingFrom, offeredBy } from '../advisor/flow-table.ts'
import { flowOf } from '../advisor/flows.ts'
import { needsPlatform, type Registration, registrationOf } from '../advisor/registration.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { askAdvisor } from './ask-advisor.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import { partOf } from './pages/advisor-parts.ts'
import type { AdvisorAnswers, AdvisorState } from './pages/advisor-state.ts'
import type { Asked } from './pages/new-client-fields.ts'

/** The advice that clients can be registered by: one for each part of a system, mostly one in all. */
export interface Following {
  readonly state: AdvisorState
  readonly parts: readonly FollowedPart[]
}

/** What one client is registered by, and what that leaves to be asked. */
export interface FollowedPart {
  /** What it is called among several. */
  readonly name: string | undefined
  readonly result: Result
  readonly registration: Registration
  readonly asked: Asked
  /** What this server lacks to run it. */
  readonly missing: readonly string[]
}

/** Nothing where there is nothing to register, a question is left, or no flow fits. */
export async function followAdvice(
  state: AdvisorState,
  exchange: Exchange,
  { server, registrations }: Context,
): Promise<Following | undefined> {
  const all: readonly (AdvisorAnswers & { readonly name?: string })[] = [
    ...state.parts,
    ...(Object.keys(state.answers).length > 0 ? [state] : []),
  ]
  const apis = await registrations.apis()
  const offered = offeredBy(server)
  const parts = all.flatMap(({ answers, followups, policy, name }): readonly FollowedPart[] => {
    const { advice } = askAdvisor({ answers, followups }, exchange.check)
    const result = advice?.[policy]
    const registration = result && registrationOf(result)
    if (!result || !registration) return []
    const missing = missingFrom(flowOf(result.flow), offered)
    const called = name ?? (state.parts.length > 0 ? partOf(state, result).name : undefined)
    return [{ name: called, result, registration, asked: askedOf(result, registration, apis), missing }]
  })
  return parts.length > 0 && parts.length === all.length ? { state, parts } : undefined
}

function askedOf(result: Result, registration: Registration, apis: readonly ResourceServer[]): Asked {
  const flow = flowOf(result.flow)
  return {
    redirects: flow.response_types.length > 0,
    itself: flow.acts_for === 'self',
    platform: needsPlatform(result),
    network: registration.network,
    calls: !registration.login_only,
    apis: registration.login_only ? [] : apis,
    lacks_api: flow.acts_for === 'self' && !registration.login_only && apis.length === 0,
    many: registration.apis,
  }
}
