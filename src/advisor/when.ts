import { type Answers, questionIds } from './questions.ts'

/** A pattern over answers; a question that it does not name may have any. */
export type When = { readonly [Q in keyof Answers]?: Answers[Q] }

export function matches(when: When, answers: Answers): boolean {
  return questionIds.every(id => when[id] === undefined || when[id] === answers[id])
}
