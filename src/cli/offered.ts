import { type Offered, offeredBy } from '../advisor/flow-table.ts'
import { clientAuthMethods } from '../core/client-auth/index.ts'
import { grants } from '../core/grants/index.ts'
import { responseTypes } from '../core/response-types/index.ts'

/** What a server of this version offers. */
export const offered: Offered = offeredBy({ grants, responseTypes, clientAuthMethods })
