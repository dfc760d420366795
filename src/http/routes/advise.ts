import { toJson } from '../../advisor/advise.ts'
import type { AdviseRequest } from '../../advisor/request.ts'
import type { Check } from '../../core/check.ts'
import { askAdvisor } from '../ask-advisor.ts'
import { allowOrigin } from '../cors.ts'
import { noStore } from '../headers.ts'
import type { Route } from '../route.ts'

/** The advisor for programs, with the bytes that `grantwise advise --json` prints. It knows nobody, so anybody may ask. */
export const adviseRoute: Route = {
  path: '/api/advise',
  errors: 'oauth',
  cors: 'anybody',
  json: true,
  async POST({ request, reply, check }, { server }) {
    await allowOrigin(request, reply, 'anybody', server)
    const advised = askAdvisor(parseJson(request.body, check), check)
    return noStore(reply).type('application/json').send(toJson(advised))
  },
}

/** The advisor checks every member itself. */
function parseJson(body: unknown, check: Check): AdviseRequest {
  const expected = 'send JSON (application/json), like {"answers": {"runs_on": "server"}}'
  if (typeof body !== 'string') throw check.refused('advice-malformed', expected)
  try {
    return JSON.parse(body) as AdviseRequest
  } catch {
    throw check.refused('advice-malformed', expected)
  }
}
