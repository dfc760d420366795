import { completed, settle } from './normalise.ts'
import { decide, policies } from './policies/index.ts'
import { type Answers, assumed, type Question, type QuestionId, questions } from './questions.ts'
import type { Given } from './request.ts'

/** Every way to answer every question, in the order of the questions. */
export function everyInput(): readonly Answers[] {
  return questions.reduce<readonly Answers[]>(
    (sofar, { id, choices }) => sofar.flatMap(answers => choices.map(({ value }) => ({ ...answers, [id]: value }))),
    [assumed],
  )
}

interface Case {
  readonly answers: Answers
  /** The rules that decide, one a policy. */
  readonly outcome: string
}

let known: readonly Case[] | undefined

/** What every input leads to; made at the first question. */
function cases(): readonly Case[] {
  known ??= everyInput().map(answers => {
    const normalised = settle(answers)
    return { answers, outcome: policies.map(policy => decide(policy, normalised).id).join() }
  })
  return known
}

/** The first question without an answer whose answer can still change which rule decides, under any policy. */
export function nextQuestion(given: Given): Question | undefined {
  const open = questions.filter(({ id }) => given[id] === undefined)
  if (open.length === 0) return undefined
  const stated = completed(given)
  const left = cases().filter(({ answers }) =>
    questions.every(({ id }) => given[id] === undefined || answers[id] === stated[id]),
  )
  const openIds = open.map(({ id }) => id)
  return open.find(({ id }) => matters(id, openIds, left))
}

/** Whether two of these cases differ in this answer only, and are decided differently. */
function matters(question: QuestionId, open: readonly QuestionId[], left: readonly Case[]): boolean {
  const others = open.filter(id => id !== question)
  const outcomes = new Map<string, string>()
  return left.some(({ answers, outcome }) => {
    const rest = others.map(id => answers[id]).join()
    const before = outcomes.get(rest) ?? outcome
    outcomes.set(rest, before)
    return before !== outcome
  })
}
