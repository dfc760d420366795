import { offeredBy } from '../../advisor/flow-table.ts'
import { followUps } from '../../advisor/follow-ups.ts'
import { policyIds } from '../../advisor/policies/index.ts'
import { questionIds } from '../../advisor/questions.ts'
import type { Params } from '../../core/params.ts'
import { askAdvisor } from '../ask-advisor.ts'
import { queryParams } from '../exchange.ts'
import { pageHeaders } from '../headers.ts'
import { advisorPage } from '../pages/advisor.ts'
import { type AdvisorState, untouched } from '../pages/advisor-state.ts'
import type { Route } from '../route.ts'

/** What whoever opens the issuer's address sees: the advisor, where its address says it is. */
export const homeRoute: Route = {
  path: '/',
  // Below a path, the issuer itself has no slash at its end.
  at: issuerPath => (issuerPath === '' ? [] : [issuerPath]),
  errors: 'page',
  async GET(exchange, { server, site }) {
    const state = readState(queryParams(exchange))
    const advised = askAdvisor({ answers: state.answers, followups: state.followups }, exchange.check)
    return pageHeaders(exchange.reply).send(advisorPage(advised, state, offeredBy(server), site))
  },
}

/** What others add to an address, to count their visitors, is none of our questions. */
function readState(params: Params): AdvisorState {
  const policy = policyIds.find(id => id === params.get('policy')) ?? untouched.policy
  const read = (ids: readonly string[]) =>
    Object.fromEntries(
      ids.flatMap(id => {
        const value = params.get(id)
        return value === undefined ? [] : [[id, value] as const]
      }),
    )
  return { answers: read(questionIds), followups: read(followUps.map(({ id }) => id)), policy }
}
