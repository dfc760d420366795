import { type Answers, assumed, choiceOf, type QuestionId, questionIds, shortQuestions, unsure } from './questions.ts'
import type { Given } from './request.ts'
import { matches, type When } from './when.ts'

/** What some answers say about others: in these cases, these hold whatever was said. */
interface Normalisation {
  readonly id: string
  readonly cases: readonly When[]
  readonly set: When
  readonly because: string
}

export const normalisations: readonly Normalisation[] = [
  {
    id: 'N1',
    cases: [
      { runs_on: 'browser' },
      { runs_on: 'native' },
      { runs_on: 'cli', acts_for: 'user' },
      { runs_on: 'device', acts_for: 'user' },
    ],
    set: { secret_safe: 'no' },
    because: 'a secret that ships with a program is known to everybody who has the program',
  },
  {
    id: 'N2',
    cases: [{ runs_on: 'browser', acts_for: 'user' }],
    set: { redirect: 'yes' },
    because: 'a page in the browser can always send its user to another page and get them back',
  },
  { id: 'N3', cases: [{ runs_on: 'ci' }], set: { redirect: 'no' }, because: 'nobody is there when the job runs' },
  {
    id: 'N4',
    cases: [{ runs_on: 'server' }, { runs_on: 'native' }, { runs_on: 'cli' }, { runs_on: 'device' }, { runs_on: 'ci' }],
    set: { backend: 'no' },
    because: 'the question is about pages in the browser only',
  },
  {
    id: 'N5',
    cases: [{ acts_for: 'user' }, { runs_on: 'browser' }, { runs_on: 'native' }],
    set: { platform_id: 'no' },
    because: 'a platform vouches for a program that acts for itself on a machine you know, not for a person or a copy',
  },
  {
    id: 'N6',
    cases: [{ acts_for: 'self' }],
    set: { trusted_pw: 'no', redirect: 'no', backend: 'no' },
    because: 'nobody signs in to a program that acts for itself',
  },
  {
    id: 'N7',
    cases: [{ acts_for: 'self' }],
    set: { offline: 'no' },
    because: 'there is no person to be away; the program asks for a new token instead',
  },
]

/** An answer that another answer overruled. */
export interface Overruled {
  readonly id: string
  readonly question: QuestionId
  readonly from: string
  readonly to: string
}

/** What the rules look at: every question answered, and the answers in line with each other. */
export interface Normalised {
  readonly answers: Answers
  readonly overruled: readonly Overruled[]
  readonly warnings: readonly string[]
}

/** Brings answers in line with each other; says so only of those that were given. */
export function normalise(given: Given): Normalised {
  const stated = completed(given)
  const due = dueFor(stated)
  const answers = settle(stated)
  const overruled = due.flatMap(({ id, set }) =>
    questionIds.flatMap(question => {
      const [from, to] = [given[question], set[question]]
      return from === undefined || from === unsure || to === undefined || from === to
        ? []
        : [{ id, question, from, to }]
    }),
  )
  return { answers, overruled, warnings: [...unsureWarnings(given, answers), ...overruled.map(warningOf)] }
}

/** The answers in line with each other, for whom it does not matter what was overruled. */
export function settle(stated: Answers): Answers {
  return Object.assign({ ...stated }, ...dueFor(stated).map(({ set }) => set))
}

function dueFor(stated: Answers): readonly Normalisation[] {
  return normalisations.filter(({ cases }) => cases.some(when => matches(when, stated)))
}

/** The answers as they were given, with the assumption for each that was not. */
export function completed(given: Given): Answers {
  const known = questionIds.filter(id => given[id] !== undefined && given[id] !== unsure)
  return { ...assumed, ...Object.fromEntries(known.map(id => [id, given[id]])) }
}

function warningOf({ id, question, from, to }: Overruled): string {
  const because = normalisations.find(it => it.id === id)?.because
  return `${shortQuestions[question]} “${textOf(question, from)}” counts as “${textOf(question, to)}”, since ${because} (rule ${id}).`
}

function unsureWarnings(given: Given, answers: Answers): readonly string[] {
  return questionIds
    .filter(id => given[id] === unsure)
    .map(
      id => `${shortQuestions[id]} You were not sure, so this goes on as if you had said “${textOf(id, answers[id])}”.`,
    )
}

function textOf(question: QuestionId, value: string): string {
  return choiceOf(question, value)?.text ?? value
}
