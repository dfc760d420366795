import type { Result } from '../../advisor/advise.ts'
import { adviseCommand, policyFlag } from '../../advisor/advise-command.ts'
import { sh } from '../../snippets/quote.ts'
import { broken } from './advisor-register.ts'

/** The two commands, one's answer the other's question, that change a client to what was advised. */
export function commandOf(client_id: string, result: Result): string {
  return [
    ...broken(adviseCommand(result, 'npx grantwise')),
    ...broken([`npx grantwise client change ${sh(client_id)}`, '--from-advice -', ...policyFlag(result), '--yes']),
  ].join('\n')
}
