import { followUps } from './follow-ups.ts'
import { type Answers, type QuestionId, questionIds, questions, unsure } from './questions.ts'

/** What somebody asks the advisor: some answers, or all. */
export interface AdviseRequest {
  readonly answers?: Readonly<Record<string, unknown>>
  readonly followups?: Readonly<Record<string, unknown>>
}

/** Answers that were checked, in the order of the questions. */
export type Given = { readonly [Q in keyof Answers]?: Answers[Q] | typeof unsure }

export type FollowUpAnswers = Readonly<Record<string, string>>

/** A request that names what there is not; its message says what there is. */
export class AdviceRefused extends Error {
  override readonly name = 'AdviceRefused'
  readonly reason: 'advice-malformed' | 'question-unknown' | 'answer-unknown'

  constructor(reason: AdviceRefused['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** Reads a request from outside. @throws AdviceRefused naming the question or answer that there is not. */
export function readAdviseRequest(value: unknown): { readonly given: Given; readonly followups: FollowUpAnswers } {
  const request = members(value, 'the request')
  for (const name of Object.keys(request)) {
    if (name === 'answers' || name === 'followups') continue
    throw new AdviceRefused('advice-malformed', `unknown member ${quote(name)}: expected answers and followups`)
  }
  return { given: readAnswers(request['answers'] ?? {}), followups: readFollowUps(request['followups'] ?? {}) }
}

/** @throws AdviceRefused */
export function readAnswers(value: unknown): Given {
  const answers = members(value, 'answers')
  for (const name of Object.keys(answers)) {
    const question = questions.find(({ id }) => id === name)
    if (question === undefined) throw unknownQuestion('question', name, questionIds)
    requireOneOf(name, answers[name], [...question.choices.map(it => it.value), unsure])
  }
  const known = questionIds.filter(id => Object.hasOwn(answers, id))
  return Object.fromEntries(known.map(id => [id, answers[id]])) as { [Q in QuestionId]?: Answers[Q] }
}

/** @throws AdviceRefused */
export function readFollowUps(value: unknown): FollowUpAnswers {
  const answers = members(value, 'followups')
  const read: Record<string, string> = {}
  for (const name of Object.keys(answers)) {
    const followUp = followUps.find(({ id }) => id === name)
    if (followUp === undefined) {
      throw unknownQuestion(
        'follow-up',
        name,
        followUps.map(it => it.id),
      )
    }
    read[name] = requireOneOf(
      name,
      answers[name],
      followUp.choices.map(it => it.value),
    )
  }
  return read
}

function members(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new AdviceRefused('advice-malformed', `${what}: expected a JSON object; got ${quote(value)}`)
}

function requireOneOf(name: string, value: unknown, values: readonly string[]): string {
  const found = values.find(it => it === value)
  if (found !== undefined) return found
  const sentence = `unknown answer ${quote(value)} to ${name}: expected one of ${values.join(', ')}`
  throw new AdviceRefused('answer-unknown', sentence)
}

function unknownQuestion(what: string, name: string, known: readonly string[]): AdviceRefused {
  return new AdviceRefused('question-unknown', `unknown ${what} ${quote(name)}: expected one of ${known.join(', ')}`)
}

/** What came, shortened: it goes into an answer and a log line. What holds more is named by its kind, however deep it is. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
