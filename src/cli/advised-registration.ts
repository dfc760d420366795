import type { Option } from 'commander'
import { memberOf } from '../admin/advised-client.ts'
import { ApplyRefused } from '../admin/apply-refused.ts'
import { missingFrom } from '../advisor/flow-table.ts'
import { flowOf } from '../advisor/flows.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { type Registration, registrationOf } from '../advisor/registration.ts'
import { StartRefused } from '../config.ts'
import type { PolicyId } from '../core/client.ts'
import { flagOfNewApi } from './client-new-api.ts'
import { flag } from './flags.ts'
import { offered } from './offered.ts'
import { readAdvice } from './read-advice.ts'

export interface AdviceOptions {
  readonly fromAdvice: string
  readonly policy: PolicyId
}

/** The advice that a command follows. */
export function adviceFlags(): readonly Option[] {
  return [
    flag(
      '--from-advice <file>',
      'what advise --json printed, or {"answers": …}; - is standard input',
      '--from-advice advice.json',
    ).makeOptionMandatory(),
    flag('--policy <id>', 'whose advice to follow', '--policy spotify').choices(policyIds).default('best-practice'),
  ]
}

/** @throws StartRefused where no flow was found, or none that a server of this version can run. */
export async function advisedRegistration({ fromAdvice, policy }: AdviceOptions): Promise<Registration> {
  const result = await readAdvice(fromAdvice, policy)
  const registration = registrationOf(result)
  if (registration === undefined) {
    throw new StartRefused(`${policy} finds no flow for these answers (${result.rule_id}): ${result.why}`)
  }
  const missing = missingFrom(flowOf(result.flow), offered)
  if (missing.length === 0) return registration
  const lacks = `which this version of Grantwise cannot run yet: it lacks ${missing.join(', ')}`
  throw new StartRefused(`${policy} says ${flowOf(result.flow).name} (${result.rule_id}), ${lacks}.`)
}

const flags: Readonly<Record<string, string>> = {
  client_id: '--client-id',
  client_name: '--name',
  redirect_uris: '--redirect-uri',
  scope: '--scope',
  'grantwise.audiences': '--audience',
  'grantwise.network_policy.cidrs': '--network',
  'grantwise.network_policy.text': '--network-name',
  jwks: '--jwks',
  jwks_uri: '--jwks-uri',
  'grantwise.federated.issuer': '--federated-issuer',
  'grantwise.federated.subject': '--federated-subject',
}

/** What is wrong with a client, by the flag it came from. @throws ApplyRefused; whatever else went wrong, as it is */
export function inFlags(error: unknown): never {
  if (!(error instanceof ApplyRefused)) throw error
  throw new ApplyRefused(
    error.problems.map(problem => {
      const { member } = memberOf(problem.path)
      const ofApi = flagOfNewApi(problem)
      if (ofApi !== undefined) return { ...problem, path: ofApi }
      return { ...problem, path: flags[member.replace(/^jwks\..*/, 'jwks')] ?? member }
    }),
  )
}
