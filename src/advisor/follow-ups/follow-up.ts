import type { PolicyId } from '../../core/client.ts'
import type { FlowId } from '../flows.ts'
import type { QuestionId } from '../questions.ts'
import type { When } from '../when.ts'

/** A question asked once a flow is found: it changes settings, never the flow. */
export interface FollowUp {
  readonly id: string
  readonly text: string
  readonly choices: readonly { readonly value: string; readonly text: string }[]
  /** Asked where one of these fits. */
  readonly asked: readonly Asked[]
  /** The first that fits the answer, the policy, the flow and what was answered before. */
  readonly outcomes: readonly Outcome[]
}

export interface Asked {
  readonly when?: When
  readonly flows?: readonly FlowId[]
}

export interface Outcome {
  readonly value: string
  readonly policy?: PolicyId
  readonly client_type?: 'confidential' | 'public'
  readonly family?: string
  readonly when?: When
  readonly text: string
  readonly settings?: FollowUpSettings
  /** The answer to a question that fits the program better, where the follow-up shows that. */
  readonly instead?: { readonly question: QuestionId; readonly answer: string }
}

/** What kind of address people come back to (RFC 8252 §7; an extension's is its browser's to give). */
export type RedirectKind = 'claimed-https' | 'loopback' | 'custom-scheme' | 'extension'

/** What an answer changes of the registration. */
export interface FollowUpSettings {
  /** Whether refresh tokens are registered. */
  readonly refresh?: boolean
  readonly login_only?: boolean
  /** Whether consent may be skipped. */
  readonly first_party?: boolean
  /** Seconds a refresh token lives unused. */
  readonly refresh_idle_ttl?: number
  /** Seconds from the user's authorization after which no refresh token lives. */
  readonly refresh_max_ttl?: number
  readonly redirect?: RedirectKind
  /** How many APIs it names: one, or at least one, each with tokens of its own. */
  readonly apis?: 'one' | 'several'
  /** Whether it works from certain networks only, which somebody must name. */
  readonly network?: boolean
}

export const yesOrNo = [
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
] as const

export const user: When = { acts_for: 'user' }
export const codeFlows: readonly FlowId[] = [
  'authorization_code',
  'authorization_code+pkce:confidential',
  'authorization_code_pkce',
  'authorization_code_pkce:public',
  'authorization_code_pkce:browser',
  'authorization_code_pkce:native',
  'authorization_code_pkce:loopback',
  'authorization_code_pkce:same-device',
  'bff',
]
export const userFlows: readonly FlowId[] = [...codeFlows, 'device_code', 'password', 'implicit+silent']
export const anyFlow: readonly FlowId[] = [
  ...userFlows,
  'authorization_code+bootstrap',
  'client_credentials',
  'client_credentials:federated',
]

export const hours = 3600
export const days: number = 24 * hours
