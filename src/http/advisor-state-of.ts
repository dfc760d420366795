import { AdviceRefused } from '../advisor/request.ts'
import { Params } from '../core/params.ts'
import { decodeForm } from './decode/form.ts'
import { type Exchange, queryOf } from './exchange.ts'
import type { AdvisorState } from './pages/advisor-state.ts'
import { readAdvisorState } from './read-advisor-state.ts'

/** Where somebody is with the advisor, by the address they came to; only `part` may be in it more than once. @throws `invalid_request` */
export function advisorStateOf(exchange: Exchange): AdvisorState {
  const { check } = exchange
  const pairs = decodeForm(queryOf(exchange), check)
  const params = Params.parse(
    pairs.filter(([name]) => name !== 'part'),
    check,
  )
  const parts = pairs.flatMap(([name, value]) => (name === 'part' && value !== '' ? [value] : []))
  try {
    const state = readAdvisorState(params, parts)
    check.passed('parts-malformed')
    return state
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    throw check.refused('parts-malformed', error.message)
  }
}
