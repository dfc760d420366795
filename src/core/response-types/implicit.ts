import type { Retired } from '../retired.ts'
import { answerInFront } from './front-channel.ts'
import type { Artifact, ResponseType } from './response-type.ts'

const retired: Retired = { rule: 'RFC 9700 §2.1.2', instead: 'authorization_code with PKCE' }

/** Tokens with no code: the page that asked reads them from its own address (RFC 6749 §4.2, OIDC Core §3.2). */
function implicit(answers: readonly Artifact[], spec: string): ResponseType {
  return {
    response_type: answers.join(' '),
    answers,
    grant_types: ['implicit'],
    response_mode: 'fragment',
    spec,
    allow: 'implicit',
    // An ID Token alone opens nothing.
    ...(answers.includes('token') ? { retired } : {}),
    answer: (agreed, server) => answerInFront(agreed, answers, 'implicit', server),
  }
}

export const token: ResponseType = implicit(['token'], 'RFC 6749 §4.2')
export const idToken: ResponseType = implicit(['id_token'], 'OIDC Core §3.2')
export const idTokenToken: ResponseType = implicit(['id_token', 'token'], 'OIDC Core §3.2')
