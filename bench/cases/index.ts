import type { Case } from './case.ts'
import { clientCredentials } from './client-credentials.ts'
import { codeFlow } from './code-flow.ts'
import { refresh } from './refresh.ts'

/** Every case, in the order of the report. */
export const cases: readonly Case[] = [
  clientCredentials('ES256', { floor: 0.8, 'oidc-provider': 2.5 }),
  clientCredentials('EdDSA'),
  clientCredentials('RS256'),
  clientCredentials('opaque'),
  codeFlow,
  refresh,
]
