import type { PolicyId } from '../core/client.ts'
import { clientTypeOf, type FlowId, familyOf, flowOf } from './flows.ts'
import type { FollowUp } from './follow-ups/follow-up.ts'
import { followUpsFor, outcomeOf } from './follow-ups.ts'
import { nextQuestion } from './next-question.ts'
import { type Normalised, normalise, type Overruled } from './normalise.ts'
import { type NotChosen, notChosen } from './not-chosen.ts'
import { auth0 } from './policies/auth0.ts'
import { bestPractice } from './policies/best-practice.ts'
import { decide, policies, rulesVersion } from './policies/index.ts'
import type { Policy } from './policies/policy.ts'
import { spotify } from './policies/spotify.ts'
import { type Question, type QuestionId, unsureChoice } from './questions.ts'
import { type AdviseRequest, type FollowUpAnswers, type Given, readAdviseRequest } from './request.ts'
import { type Source, sourceOf } from './sources.ts'
import { matches } from './when.ts'

/** The next question, or what the three policies say: exactly one of the two. */
export interface Advised {
  readonly question: AskedQuestion | null
  readonly advice: Advice | null
}

export type Advice = Readonly<Record<PolicyId, Result>>

export interface AskedQuestion {
  readonly id: QuestionId
  readonly text: string
  readonly answers: readonly { readonly value: string; readonly text: string; readonly explanation: string }[]
}

/** What one policy says. */
export interface Result {
  readonly policy: PolicyId
  /** Of the newest thing that the policy rests on. */
  readonly policy_date: string
  readonly flow: FlowId
  readonly client_type: 'confidential' | 'public' | null
  /** Ways for the client to authenticate (RFC 7591 §2), the best first. */
  readonly client_auth: readonly string[]
  readonly refresh: 'always' | 'on_request' | 'never'
  readonly followups: readonly AskedFollowUp[]
  readonly warnings: readonly string[]
  readonly why: string
  readonly not_chosen: readonly NotChosen[]
  readonly sources: readonly Source[]
  readonly rule_id: string
  /** Answers that others overruled. */
  readonly normalised: readonly Overruled[]
  readonly disagrees_with: readonly { readonly policy: PolicyId; readonly flow: FlowId; readonly reason: string }[]
  /** What it follows from; with policy, flow, rule and version, what a client is registered with. */
  readonly answers: Given
  readonly rules_version: string
}

/** A follow-up, with the answer it was given and what follows from that. */
export interface AskedFollowUp {
  readonly id: string
  readonly text: string
  readonly answers: FollowUp['choices']
  readonly answer: string | null
  readonly outcome: string | null
}

/**
 * What to ask next, or, once no answer can change which rule decides, what every policy says.
 * @throws AdviceRefused naming a question or an answer that there is not.
 */
export function advise(request: AdviseRequest): Advised {
  const { given, followups } = readAdviseRequest(request)
  const next = nextQuestion(given)
  if (next !== undefined) return { question: ask(next), advice: null }
  const normalised = normalise(given)
  const say = (policy: Policy): Result => resultOf(policy, given, normalised, followups)
  return { question: null, advice: { 'best-practice': say(bestPractice), spotify: say(spotify), auth0: say(auth0) } }
}

/** The bytes that the command line and the API both answer with. */
export function toJson(advised: Advised): string {
  return `${JSON.stringify(advised)}\n`
}

function ask({ id, text, choices }: Question): AskedQuestion {
  const answers = choices.map(({ value, text, explanation }) => ({ value, text, explanation }))
  return { id, text, answers: [...answers, unsureChoice(id)] }
}

function resultOf(policy: Policy, given: Given, normalised: Normalised, followups: FollowUpAnswers): Result {
  const { answers } = normalised
  const rule = decide(policy, answers)
  const flow = flowOf(rule.flow)
  const warnings = (rule.warnings ?? []).filter(({ when }) => when === undefined || matches(when, answers))
  return {
    policy: policy.id,
    policy_date: policy.date,
    flow: rule.flow,
    client_type: clientTypeOf(flow),
    client_auth: flow.client_auth,
    refresh: flow.grant_types.includes('refresh_token') ? policy.refresh : 'never',
    followups: followUpsFor(flow, answers).map(followUp => {
      const answer = followups[followUp.id] ?? (followUp.id === 'F2' ? known(given.offline) : undefined)
      const outcome =
        answer === undefined ? undefined : outcomeOf(followUp, answer, { policy: policy.id, flow, answers })?.text
      const { id, text, choices } = followUp
      return { id, text, answers: choices, answer: answer ?? null, outcome: outcome ?? null }
    }),
    warnings: [...warnings.map(({ text }) => text), ...normalised.warnings],
    why: rule.why,
    not_chosen: notChosen(policy, rule, answers),
    sources: rule.sources.map(sourceOf),
    rule_id: rule.id,
    normalised: normalised.overruled,
    disagrees_with: policies
      .map(other => ({ policy: other.id, ...decide(other, answers) }))
      .filter(other => familyOf(other.flow) !== familyOf(rule.flow))
      .map(({ policy, flow, why }) => ({ policy, flow, reason: why })),
    answers: given,
    rules_version: rulesVersion,
  }
}

/** F2 asks what the question on being offline did, where that was answered. */
function known(answer: Given['offline']): string | undefined {
  return answer === 'unsure' ? undefined : answer
}
