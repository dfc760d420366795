import type { Retired } from '../retired.ts'
import { answerInFront } from './front-channel.ts'
import type { Artifact, ResponseType } from './response-type.ts'

const retired: Retired = { rule: 'RFC 9700 §2.1.2', instead: 'authorization_code with PKCE' }

/** A code, and tokens beside it at once (OIDC Core §3.3). */
function hybrid(answers: readonly Artifact[]): ResponseType {
  return {
    response_type: answers.join(' '),
    answers,
    grant_types: ['authorization_code', 'implicit'],
    response_mode: 'fragment',
    spec: 'OIDC Core §3.3',
    allow: 'hybrid',
    // An ID Token beside a code opens nothing.
    ...(answers.includes('token') ? { retired } : {}),
    answer: (agreed, server) => answerInFront(agreed, answers, 'implicit', server),
  }
}

export const codeIdToken: ResponseType = hybrid(['code', 'id_token'])
export const codeToken: ResponseType = hybrid(['code', 'token'])
export const codeIdTokenToken: ResponseType = hybrid(['code', 'id_token', 'token'])
