import { hashMinted, mintToken } from '../token-hash.ts'
import type { ResponseType } from './response-type.ts'

/** A code: an authorization that waits until its client, and nobody else, comes for it (RFC 6749 §4.1.2). */
export const code: ResponseType = {
  response_type: 'code',
  grant_type: 'authorization_code',
  response_mode: 'query',
  spec: 'RFC 6749 §4.1.2',

  async answer({ request }, { clock, random, hash, lifetimes }) {
    const minted = mintToken(random)
    const expires_at = clock.now() + lifetimes.code
    return {
      params: [['code', minted]],
      change: {
        family_expires_at: expires_at,
        code: {
          token: hashMinted(minted, hash),
          redirect_uri: request.target.redirect_uri,
          expires_at,
          ...(request.code_challenge === undefined ? {} : { code_challenge: request.code_challenge }),
          ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
        },
      },
    }
  },
}
