import { issueCode } from './issue-code.ts'
import type { ResponseType } from './response-type.ts'

/** A code: an authorization that waits until its client, and nobody else, comes for it (RFC 6749 §4.1.2). */
export const code: ResponseType = {
  response_type: 'code',
  answers: ['code'],
  grant_types: ['authorization_code'],
  response_mode: 'query',
  spec: 'RFC 6749 §4.1.2',

  async answer(agreed, server) {
    const { code, stored } = issueCode(agreed, server)
    return { params: [['code', code]], change: { family_expires_at: stored.expires_at, code: stored } }
  },
}
