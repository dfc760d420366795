import { type QuestionId, questionIds } from '../../advisor/questions.ts'
import type { PolicyId } from '../../core/client.ts'
import { pathOf, type Site } from './site.ts'

/** What somebody says before the first question; no answer, and never sent as one. */
export const gates = ['apps', 'myself', 'sign-in'] as const

export type Gate = (typeof gates)[number]

/** What was answered about one program. */
export interface AdvisorAnswers {
  readonly answers: Readonly<Record<string, string>>
  readonly followups: Readonly<Record<string, string>>
  /** Whose answer is shown whole. */
  readonly policy: PolicyId
}

/** A part of a system that is settled, and becomes a client of its own. */
export interface AdvisorPart extends AdvisorAnswers {
  readonly name: string
}

/** Where somebody is with the advisor. All of it is in the address: going back works, and so does a bookmark. */
export interface AdvisorState extends AdvisorAnswers {
  /** Besides the program that is asked about. */
  readonly parts: readonly AdvisorPart[]
  /** What it is for, in an address that says nothing else yet. */
  readonly gate?: Gate | undefined
  /** The registered client that this is about, by its id: what comes of it changes that one. */
  readonly client?: string | undefined
}

export const untouched: AdvisorState = { answers: {}, followups: {}, policy: 'best-practice', parts: [] }

/** What whoever wants a sign-in and nothing else has answered by that: who signs in is a person. */
export const signIn = { answers: { acts_for: 'user' }, followups: { F3: 'yes' } } as const

/** Where a client is registered by an advice. */
export const newClientPath = '/clients/new'

/** The address of a state, the same for the same state; at the advisor, or where its advice is followed. */
export function addressOf(state: AdvisorState, site: Site, path = '/'): string {
  const parts = state.parts.map((part): [string, string] => ['part', queryOfPart(part)])
  const gate: [string, string][] = state.gate === undefined || hasBegun(state) ? [] : [['for', state.gate]]
  const client: [string, string][] = state.client === undefined || path !== '/' ? [] : [['client', state.client]]
  const query = new URLSearchParams([...gate, ...pairsOf(state), ...parts, ...client]).toString()
  return `${pathOf(site, path)}${query === '' ? '' : `?${query}`}`
}

/** A part as the one value that it is in an address: the query of an address of its own, with its name. */
function queryOfPart(part: AdvisorPart): string {
  return new URLSearchParams([...pairsOf(part), ['name', part.name]]).toString()
}

function pairsOf({ answers, followups, policy }: AdvisorAnswers): [string, string][] {
  return [
    ...questionIds.flatMap((id): [string, string][] => (answers[id] === undefined ? [] : [[id, answers[id]]])),
    ...Object.entries(followups),
    ...(policy === untouched.policy ? [] : [['policy', policy] as [string, string]]),
  ]
}

/** Whether anything is answered; an address needs no gate then. */
export function hasBegun({ answers, followups }: AdvisorState): boolean {
  return Object.keys(answers).length > 0 || Object.keys(followups).length > 0
}

/** Whether a sign-in is all that it is for. */
export function isSignInOnly({ followups }: AdvisorState): boolean {
  return followups['F3'] === signIn.followups.F3
}

/** The questions that somebody answered themselves, in their order. */
export function answeredOf(state: AdvisorState): readonly QuestionId[] {
  const implied: Readonly<Record<string, string>> = isSignInOnly(state) ? signIn.answers : {}
  return questionIds.filter(id => state.answers[id] !== undefined && state.answers[id] !== implied[id])
}

export function withAnswer(state: AdvisorState, id: QuestionId, value: string): AdvisorState {
  return { ...state, answers: { ...state.answers, [id]: value } }
}

/** The state in which a question is asked again, with all that was said before it. */
export function backTo(state: AdvisorState, id: QuestionId): AdvisorState {
  const before = questionIds.slice(0, questionIds.indexOf(id))
  const kept = before.flatMap(it => (state.answers[it] === undefined ? [] : [[it, state.answers[it]] as const]))
  const followups = isSignInOnly(state) ? signIn.followups : {}
  return { ...state, answers: Object.fromEntries(kept), followups, gate: 'apps' }
}
