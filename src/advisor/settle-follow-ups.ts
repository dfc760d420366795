import type { Result } from './advise.ts'
import { flowOf } from './flows.ts'
import type { FollowUpSettings, Outcome } from './follow-ups/follow-up.ts'
import { followUps, outcomeOf } from './follow-ups.ts'
import { completed, settle } from './normalise.ts'

/** What the answered follow-ups lead to, each by its id, in their order. */
export function outcomesOf({
  followups,
  policy,
  flow,
  answers,
}: Result): readonly (Outcome & { readonly id: string })[] {
  const settled = { policy, flow: flowOf(flow), answers: settle(completed(answers)) }
  return followups.flatMap(({ id, answer }) => {
    const followUp = followUps.find(it => it.id === id)
    const outcome = followUp && answer !== null ? outcomeOf(followUp, answer, settled) : undefined
    return outcome ? [{ id, ...outcome }] : []
  })
}

/**
 * What they change of the registration, taken together. Where two contradict: one answer against skipping consent is
 * enough (F5 and F13, F15); the shorter life counts; an extension has no address but its own (F16), and what was said
 * of the address (F4) comes before what the kind of app suggests (F17); several APIs stay several (F8 and F14), unless
 * it wants none (F3); and what goes on while the person is away (F2) keeps its refresh token (F1).
 */
export function settledBy(result: Result): FollowUpSettings {
  const all = outcomesOf(result).flatMap(({ settings }) => (settings ? [settings] : []))
  const said = <M extends keyof FollowUpSettings>(member: M): readonly NonNullable<FollowUpSettings[M]>[] =>
    all.flatMap(it => (it[member] === undefined ? [] : [it[member] as NonNullable<FollowUpSettings[M]>]))
  const [first_party, kinds, apis] = [said('first_party'), said('redirect'), said('apis')]
  return defined({
    refresh: said('refresh').at(-1),
    login_only: said('login_only').includes(true),
    first_party: first_party.includes(true) && !first_party.includes(false),
    refresh_idle_ttl: shortest(said('refresh_idle_ttl')),
    refresh_max_ttl: shortest(said('refresh_max_ttl')),
    redirect: kinds.includes('extension') ? 'extension' : kinds[0],
    apis: apis.includes('several') ? 'several' : apis[0],
    network: said('network').includes(true),
  })
}

function shortest(seconds: readonly number[]): number | undefined {
  return seconds.length === 0 ? undefined : Math.min(...seconds)
}

type Optional<T> = { readonly [M in keyof T]: T[M] | undefined }

function defined(settings: Optional<FollowUpSettings>): FollowUpSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
