import { describeChangedClient } from '../admin/changed-client.ts'
import { type DiffLine, diffEntries, entryOf } from '../admin/client-entry.ts'
import { advise } from '../advisor/advise.ts'
import { presentAnswers, presentFollowUps } from '../advisor/present-answers.ts'
import { registrationOf } from '../advisor/registration.ts'
import type { Client } from '../core/client.ts'
import { paths } from '../core/endpoints/paths.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { formOf, migratedRequest, requestUrl } from '../doctor/migrated-request.ts'
import { type RegisteredRetired, retiredFlowsOf } from './retired-flows.ts'

/** A request as a client sends it with a retired flow, and what takes its place. */
export interface MigratedRequest {
  readonly flow: RegisteredRetired
  readonly before: string
  readonly after: string
}

/** How a client leaves its retired flows. */
export interface Migration {
  readonly requests: readonly MigratedRequest[]
  /** Of its registration; absent where its answers lead to no flow, or leave a question. */
  readonly diff?: readonly DiffLine[]
}

/** An address to be replaced, where none is registered yet. */
const example = 'https://app.example.com/callback'

/** What a client changes to leave its retired flows, by best practice; nothing where it has none. */
export function migrationOf(client: Client, apis: readonly ResourceServer[], issuer: string): Migration | undefined {
  const flows = retiredFlowsOf(client)
  if (flows.length === 0) return undefined
  const result = advise({ answers: presentAnswers(client), followups: presentFollowUps(client) }).advice?.[
    'best-practice'
  ]
  const registration = result && registrationOf(result)
  const redirect_uris = client.redirect_uris.length === 0 ? [example] : client.redirect_uris
  const requests = flows.map(flow => migrate(flow, { ...client, redirect_uris }, issuer))
  if (registration === undefined) return { requests }
  const entry = describeChangedClient(client, registration, { redirect_uris }, apis)
  return { requests, diff: diffEntries(entryOf(client), entry) }
}

function migrate(flow: RegisteredRetired, client: Client, issuer: string): MigratedRequest {
  const base = issuer.replace(/\/$/, '')
  const authorize = new URL(base + paths.authorization)
  const asked = [
    ['client_id', client.client_id],
    ['redirect_uri', client.redirect_uris[0] ?? example],
    ...(client.scope === '' ? [] : [['scope', client.scope] as const]),
    ['state', '<random>'],
  ] as const
  if (flow.parameter === 'response_type') {
    const nonce = flow.value.includes('id_token') ? [['nonce', '<random>'] as const] : []
    const before = requestUrl(authorize, [['response_type', flow.value], ...asked, ...nonce])
    return { flow, before, after: migratedRequest(new URL(before)) }
  }
  const typed = [
    ['grant_type', flow.value],
    ['username', '<what the person typed>'],
    ['password', '<what the person typed>'],
    ...(client.scope === '' ? [] : [['scope', client.scope] as const]),
  ] as const
  const redeemed = [
    ['grant_type', 'authorization_code'],
    ['code', '<the code that came back>'],
    ['redirect_uri', client.redirect_uris[0] ?? example],
    ['code_verifier', '<the verifier>'],
  ] as const
  const token = `POST ${base}${paths.token}`
  return {
    flow,
    before: `${token}\n\n${formOf(typed)}`,
    after: `${migratedRequest(new URL(requestUrl(authorize, asked)))}\n\n${token}\n\n${formOf(redeemed)}`,
  }
}
