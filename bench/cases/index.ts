import type { Case } from './case.ts'
import { clientCredentials } from './client-credentials.ts'
import { codeFlow } from './code-flow.ts'
import { discovery } from './discovery.ts'
import { introspection } from './introspection.ts'
import { refresh } from './refresh.ts'
import { signInCase } from './sign-in.ts'
import { userinfo } from './userinfo.ts'

export const es256: Case = clientCredentials('ES256')

/** Every case, in the order of the report. */
const cases: readonly Case[] = [
  es256,
  clientCredentials('EdDSA'),
  clientCredentials('RS256'),
  clientCredentials('opaque'),
  codeFlow,
  refresh,
  userinfo,
  introspection,
  signInCase,
  discovery,
]

/** Those whose names begin in one of these ways; all, if none is given. @throws when there is none. */
export function chooseCases(wanted: readonly string[]): readonly Case[] {
  const chosen = wanted.length === 0 ? cases : cases.filter(({ name }) => wanted.some(start => name.startsWith(start)))
  if (chosen.length === 0) throw new Error(`--cases: expected some of ${cases.map(({ name }) => name).join(', ')}`)
  return chosen
}
