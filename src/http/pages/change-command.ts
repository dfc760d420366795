import type { Result } from '../../advisor/advise.ts'
import { adviseCommand, policyFlag } from '../../advisor/advise-command.ts'
import type { Client } from '../../core/client.ts'
import { sh } from '../../snippets/quote.ts'
import { broken } from './advisor-register.ts'
import type { ChangeFields } from './change-client-fields.ts'
import { type TypedFlags, typedFlags } from './typed-flags.ts'

/** The two commands, one's answer the other's question, that change a client to what was advised and typed. */
export function commandOf(client_id: string, result: Result, typed: TypedFlags = {}): string {
  return [
    ...broken(adviseCommand(result, 'npx grantwise')),
    ...broken([
      `npx grantwise client change ${sh(client_id)}`,
      '--from-advice -',
      ...policyFlag(result),
      ...typedFlags(typed),
      '--yes',
    ]),
  ].join('\n')
}

/** Of what was typed, that which is asked for and is not so already: without a flag it stays as it is. */
export function typedAnew(
  { redirect_uris, grantwise: { audiences, federated, network_policy } }: Client,
  { asked, typed }: ChangeFields,
): TypedFlags {
  const { issuer, subject } = federated ?? {}
  const { cidrs, text } = network_policy ?? {}
  return {
    ...(asked.redirects && !same(typed.redirect_uris, redirect_uris) ? { redirect_uris: typed.redirect_uris } : {}),
    ...(asked.apis.length > 0 && !same(typed.audiences, audiences) ? { audiences: typed.audiences } : {}),
    ...(asked.platform && !same(typed.federated, { issuer, subject }) ? { federated: typed.federated } : {}),
    ...(asked.network && !same(typed.network, { cidrs, text }) ? { network: typed.network } : {}),
  }
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
