import { followUps } from '../advisor/follow-ups.ts'
import { nextQuestion } from '../advisor/next-question.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { questionIds } from '../advisor/questions.ts'
import { AdviceRefused, readAdviseRequest } from '../advisor/request.ts'
import { type AdvisorPart, untouched } from './pages/advisor-state.ts'

/** Parts besides the one that is asked about: eight clients in all. */
export const mostParts = 7

/** Characters of one part in an address. */
const longest = 1000

const followUpIds: readonly string[] = followUps.map(({ id }) => id)

/** The settled parts of a system, each as `addressOf` writes it. @throws AdviceRefused naming the part and what is wrong with it. */
export function readParts(values: readonly string[]): readonly AdvisorPart[] {
  if (values.length > mostParts) {
    throw new AdviceRefused('advice-malformed', `part: expected ${mostParts} at most; got ${values.length}`)
  }
  return values.map((value, index) => {
    try {
      return readPart(value)
    } catch (error) {
      if (!(error instanceof AdviceRefused)) throw error
      throw new AdviceRefused(error.reason, `part ${index + 1}: ${error.message}`)
    }
  })
}

function readPart(value: string): AdvisorPart {
  if (value.length > longest) throw malformed(`expected ${longest} characters at most; got ${value.length}`)
  const pairs = [...new URLSearchParams(value)]
  const given = new Map(pairs)
  if (given.size < pairs.length) throw malformed('expected each answer once')
  const known = [...questionIds, ...followUpIds, 'policy', 'name']
  if (!pairs.every(([name]) => known.includes(name))) throw malformed('expected answers, a policy and a name only')
  const read = (ids: readonly string[]) => Object.fromEntries(pairs.filter(([name]) => ids.includes(name)))
  const answered = { answers: read(questionIds), followups: read(followUpIds) }
  const open = nextQuestion(readAdviseRequest(answered).given)
  if (open !== undefined) throw malformed(`expected answers that settle it; ${open.id} is missing`)
  const policy = policyIds.find(id => id === (given.get('policy') ?? untouched.policy))
  if (policy === undefined) throw malformed(`expected one of ${policyIds.join(', ')} as its policy`)
  const name = given.get('name') ?? ''
  if (!/^[^\p{Cc}]{1,60}$/u.test(name)) throw malformed('expected a name: one line of 1 to 60 characters')
  return { ...answered, policy, name }
}

function malformed(sentence: string): AdviceRefused {
  return new AdviceRefused('advice-malformed', sentence)
}
