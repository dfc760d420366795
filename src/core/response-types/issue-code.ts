import type { Server } from '../server.ts'
import { hashMinted, mintToken } from '../token-hash.ts'
import type { Agreed, Answer } from './response-type.ts'

/** A code, and how it waits for its client. */
export function issueCode(
  { request }: Pick<Agreed, 'request'>,
  { clock, random, hash, lifetimes }: Pick<Server, 'clock' | 'random' | 'hash' | 'lifetimes'>,
): { readonly code: string; readonly stored: NonNullable<Answer['change']['code']> } {
  const code = mintToken(random)
  return {
    code,
    stored: {
      token: hashMinted(code, hash),
      redirect_uri: request.target.redirect_uri,
      expires_at: clock.now() + lifetimes.code,
      ...(request.code_challenge === undefined ? {} : { code_challenge: request.code_challenge }),
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    },
  }
}
