import { offeredBy } from '../../advisor/flow-table.ts'
import { advisorStateOf } from '../advisor-state-of.ts'
import { askAdvisor } from '../ask-advisor.ts'
import { pageHeaders } from '../headers.ts'
import type { Route } from '../route.ts'

/** What whoever opens the issuer's address sees: the advisor, where its address says it is. */
export const homeRoute: Route = {
  path: '/',
  // Below a path, the issuer itself has no slash at its end.
  at: issuerPath => (issuerPath === '' ? [] : [issuerPath]),
  errors: 'page',
  async GET(exchange, { server, site, accounts }) {
    // Half of the program's text is this page; most servers show it seldom.
    const { advisorPage } = await import('../pages/advisor.ts')
    const state = advisorStateOf(exchange)
    const advised = askAdvisor({ answers: state.answers, followups: state.followups }, exchange.check)
    const setUp = !(await accounts.hasAdmin())
    return pageHeaders(exchange.reply, { script: "'self'" }).send(
      advisorPage(advised, state, offeredBy(server), site, { setUp }),
    )
  },
}
