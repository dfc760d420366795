import { type Advice, advise } from '../../src/advisor/advise.ts'
import { everyInput } from '../../src/advisor/next-question.ts'
import type { Answers } from '../../src/advisor/questions.ts'

/** Every way to answer every question: 2 · 6 · 2⁶ of them. */
export const inputs: readonly Answers[] = everyInput()

/** What a test leaves unsaid: somebody's data, a secret that is safe, a browser, and nothing else. */
export const usual: Answers = {
  acts_for: 'user',
  runs_on: 'server',
  secret_safe: 'yes',
  redirect: 'yes',
  trusted_pw: 'no',
  offline: 'no',
  backend: 'no',
  platform_id: 'no',
}

/** The advice for these answers, which must settle it. */
export function adviceFor(
  answers: Readonly<Record<string, string>>,
  followups: Readonly<Record<string, string>> = {},
): Advice {
  const { advice } = advise({ answers, followups })
  if (advice === null) throw new Error('these answers leave a question')
  return advice
}
