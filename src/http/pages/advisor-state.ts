import { type QuestionId, questionIds } from '../../advisor/questions.ts'
import type { PolicyId } from '../../core/client.ts'
import { pathOf, type Site } from './site.ts'

/** Where somebody is with the advisor. All of it is in the address: going back works, and so does a bookmark. */
export interface AdvisorState {
  readonly answers: Readonly<Record<string, string>>
  readonly followups: Readonly<Record<string, string>>
  /** Whose answer is shown whole. */
  readonly policy: PolicyId
}

export const untouched: AdvisorState = { answers: {}, followups: {}, policy: 'best-practice' }

/** Where a client is registered by an advice. */
export const newClientPath = '/clients/new'

/** The address of a state, the same for the same state; at the advisor, or where its advice is followed. */
export function addressOf({ answers, followups, policy }: AdvisorState, site: Site, path = '/'): string {
  const pairs = [
    ...questionIds.flatMap(id => (answers[id] === undefined ? [] : [[id, answers[id]]])),
    ...Object.entries(followups),
    ...(policy === untouched.policy ? [] : [['policy', policy]]),
  ]
  const query = new URLSearchParams(pairs).toString()
  return `${pathOf(site, path)}${query === '' ? '' : `?${query}`}`
}

export function withAnswer(state: AdvisorState, id: QuestionId, value: string): AdvisorState {
  return { ...state, answers: { ...state.answers, [id]: value } }
}

/** The state in which a question is asked again, with all that was answered before it. */
export function backTo(state: AdvisorState, id: QuestionId): AdvisorState {
  const before = questionIds.slice(0, questionIds.indexOf(id))
  const kept = before.flatMap(it => (state.answers[it] === undefined ? [] : [[it, state.answers[it]] as const]))
  return { ...state, answers: Object.fromEntries(kept), followups: {} }
}
