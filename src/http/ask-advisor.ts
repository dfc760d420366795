import { type Advised, advise } from '../advisor/advise.ts'
import { AdviceRefused, type AdviseRequest } from '../advisor/request.ts'
import type { Check } from '../core/check.ts'

/** Asks the advisor. @throws `invalid_request` naming the question or the answer that there is not. */
export function askAdvisor(request: AdviseRequest, check: Check): Advised {
  try {
    const advised = advise(request)
    for (const passed of ['advice-malformed', 'question-unknown', 'answer-unknown'] as const) check.passed(passed)
    return advised
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    throw check.refused(error.reason, error.message)
  }
}
