import { issueAccessToken } from '../access-token.ts'
import type { Authorization } from '../authorization.ts'
import { issueIdToken } from '../id-token.ts'
import type { Server } from '../server.ts'
import { issueCode } from './issue-code.ts'
import type { Agreed, Answer, Artifact } from './response-type.ts'

/**
 * Answers with tokens by way of the browser, and with a code beside them if asked (OIDC Core §3.2.2.5, §3.3.2.5).
 * Never with a refresh token: RFC 6749 §4.2.2 forbids it.
 */
export async function answerInFront(
  agreed: Agreed,
  answers: readonly Artifact[],
  grant_type: string,
  server: Server,
): Promise<Answer> {
  const { request, family, user } = agreed
  const authorization: Authorization = {
    grant_type,
    client_id: family.client_id,
    scope: family.scope,
    family,
    ...(family.audience === undefined ? {} : { audience: family.audience }),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  }
  const code = answers.includes('code') ? issueCode(agreed, server) : undefined
  const access = answers.includes('token')
    ? await issueAccessToken(authorization, request.resourceServer, server)
    : undefined
  const beside = { access_token: access?.access_token, code: code?.code }
  const id_token = answers.includes('id_token')
    ? await issueIdToken(authorization, family, beside, request.client, user, server)
    : undefined
  return {
    params: [
      ...(code === undefined ? [] : [['code', code.code] as const]),
      ...(access === undefined ? [] : tokenParams(access, family.scope)),
      ...(id_token === undefined ? [] : [['id_token', id_token] as const]),
    ],
    change: {
      family_expires_at: Math.max(code?.stored.expires_at ?? 0, access?.expires_at ?? 0),
      ...(code === undefined ? {} : { code: code.stored }),
      ...(access?.stored === undefined ? {} : { access_token: access.stored }),
    },
  }
}

/** RFC 6749 §4.2.2. */
function tokenParams(
  { access_token, expires_in }: { readonly access_token: string; readonly expires_in: number },
  scope: readonly string[],
): readonly (readonly [string, string])[] {
  return [
    ['access_token', access_token],
    ['token_type', 'Bearer'],
    ['expires_in', String(expires_in)],
    ['scope', scope.join(' ')],
  ]
}
