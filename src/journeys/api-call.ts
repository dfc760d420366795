import { beforeDot, identifier, scrub } from './redact.ts'
import type { Step } from './step.ts'

/** What an API within this process tells of a call that it answered; never the token, only what it names. */
export interface ApiCall {
  /** The reference number of the call. */
  readonly id: string
  readonly took: number
  readonly method: string
  readonly path: string
  readonly status: number
  /** The `jti` of the token, and whose it is, where its signature was good. */
  readonly token: string | undefined
  readonly client_id: string | undefined
  readonly user: string | undefined
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly sentence?: string }[]
}

/** What the token belongs to: a family, or itself. */
export function tokenOf({ token }: ApiCall): string | undefined {
  const jti = identifier(token)
  return jti === undefined ? undefined : beforeDot(jti)
}

/** The call, answered at this moment, and its answer. */
export function apiCallSteps(call: ApiCall, now: number): readonly Step[] {
  const { id, took, method, path, status, checks } = call
  const token = tokenOf(call)
  return [
    {
      at: now - Math.round(took),
      from: 'client',
      to: 'resource_server',
      what: `${method} ${scrub(path)}`,
      inferred: false,
      reference: id,
      ...(token === undefined ? {} : { parameters: [{ name: 'access_token', id: token }] }),
      checks: checks.map(({ check, passed, sentence }) => ({
        reason: check,
        passed,
        ...(sentence === undefined ? {} : { sentence: scrub(sentence) }),
      })),
      took: Math.round(took * 100) / 100,
    },
    { at: now, from: 'resource_server', to: 'client', what: String(status), inferred: false },
  ]
}
