import type { Result } from './advise.ts'
import { questionIds } from './questions.ts'

/** The command that gives this answer again, into the next: `program` and what it is called with. */
export function adviseCommand(
  { answers, followups }: Pick<Result, 'answers' | 'followups'>,
  program: string,
): readonly string[] {
  const given = questionIds.flatMap(id =>
    answers[id] === undefined ? [] : [`--${id.replaceAll('_', '-')} ${answers[id]}`],
  )
  const settled = followups.flatMap(({ id, answer }) => (answer === null ? [] : [`--follow-up ${id}=${answer}`]))
  return [`${program} advise`, ...given, ...settled, '--json |']
}

/** The flag by which another command follows an answer of this policy. */
export function policyFlag({ policy }: Pick<Result, 'policy'>): readonly string[] {
  return policy === 'best-practice' ? [] : [`--policy ${policy}`]
}
