import { scrub, scrubDetail } from './redact.ts'
import type { Step } from './step.ts'

/** What an API within this process tells of a call that it answered; never the token, only what it names. */
export interface ApiCall {
  /** The reference number of the call. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly took: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly client_id?: string
  /** The user, unless the token is the app's own. */
  readonly sub?: string
  /** Of the token: the part of its `jti` before the dot. */
  readonly family?: string
  readonly scope?: readonly string[]
  readonly passed: readonly string[]
  readonly refused?: {
    readonly reason: string
    readonly sentence: string
    readonly detail?: Readonly<Record<string, string>>
  }
}

/** The call and its answer. */
export function apiCallSteps(call: ApiCall): readonly Step[] {
  const { id, at, took, method, path, status, family, scope, passed, refused } = call
  return [
    {
      at,
      from: 'client',
      to: 'resource_server',
      what: `${method} ${scrub(path)}`,
      inferred: false,
      reference: id,
      parameters: [
        ...(family === undefined ? [] : [{ name: 'access_token', id: family }]),
        ...(scope === undefined ? [] : [{ name: 'scope', value: scrub(scope.join(' ')) }]),
      ],
      checks: [
        ...passed.map(reason => ({ reason, passed: true })),
        ...(refused
          ? [
              {
                reason: refused.reason,
                passed: false,
                sentence: scrub(refused.sentence),
                detail: scrubDetail(refused.detail ?? {}),
              },
            ]
          : []),
      ],
      took: Math.round(took * 100) / 100,
    },
    { at: at + Math.round(took), from: 'resource_server', to: 'client', what: String(status), inferred: false },
  ]
}
