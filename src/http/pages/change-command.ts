import type { Result } from '../../advisor/advise.ts'
import { questionIds } from '../../advisor/questions.ts'
import { broken } from './advisor-register.ts'

/** The two commands, one's answer the other's question, that change a client to what was advised. */
export function commandOf(client_id: string, { answers, followups, policy }: Result): string {
  const given = questionIds.flatMap(id =>
    answers[id] === undefined ? [] : [`--${id.replaceAll('_', '-')} ${answers[id]}`],
  )
  const settled = followups.flatMap(({ id, answer }) => (answer === null ? [] : [`--follow-up ${id}=${answer}`]))
  const id = /^[\w.:@%+/-]+$/.test(client_id) ? client_id : `'${client_id.replaceAll("'", "'\\''")}'`
  return [
    ...broken(['npx grantwise advise', ...given, ...settled, '--json |']),
    ...broken([
      `npx grantwise client change ${id}`,
      '--from-advice -',
      ...(policy === 'best-practice' ? [] : [`--policy ${policy}`]),
      '--yes',
    ]),
  ].join('\n')
}
