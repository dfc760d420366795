import { isOpen } from '../addresses.ts'
import type { Rule } from '../finding.ts'
import { migratedRequest, secretParameters } from '../migrated-request.ts'

/** A request for an authorization, as a browser is sent there. */
export interface AuthorizeUrl {
  readonly url: URL
  readonly response_type: readonly string[]
}

const has = ({ url }: AuthorizeUrl, name: string) => (url.searchParams.get(name) ?? '') !== ''

export const authorizeUrlRules: readonly Rule<AuthorizeUrl>[] = [
  {
    id: 'secret-in-url',
    severity: 'error',
    rule: 'RFC 6749 §2.3.1, RFC 9700 §4.3.2',
    find({ url }) {
      return secretParameters
        .filter(name => url.searchParams.has(name))
        .map(name => ({
          member: name,
          what: `${name} is in the address: browsers, proxies and servers keep it in their histories and logs.`,
          mend: `Take it for known to others and replace it. Send ${name} in the body of a request from server to server.`,
        }))
    },
  },
  {
    id: 'endpoint-not-https',
    severity: 'error',
    rule: 'RFC 6749 §3.1',
    find({ url }) {
      if (!isOpen(url.href)) return undefined
      return {
        what: 'The sign-in page is asked for by http: somebody on the way can show another one.',
        mend: 'Use https.',
      }
    },
  },
  {
    id: 'implicit-used',
    severity: 'error',
    rule: 'RFC 9700 §2.1.2, RFC 10017 §7.2',
    find(request) {
      if (!request.response_type.includes('token')) return undefined
      return {
        member: 'response_type',
        what: 'The access token comes back in the browser’s address, where scripts, the history and other pages may read it.',
        mend: 'Ask for a code with PKCE and redeem it at the token endpoint; better still from a small server of yours.',
        instead: migratedRequest(request.url),
      }
    },
  },
  {
    id: 'implicit-id-token',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.2',
    find(request) {
      const { response_type } = request
      if (!response_type.includes('id_token') || response_type.includes('token')) return undefined
      return {
        member: 'response_type',
        what: 'Who the person is travels through the browser. The code flow brings the ID Token directly.',
        mend: 'Ask for a code with PKCE; the ID Token comes with the token answer.',
        instead: migratedRequest(request.url),
      }
    },
  },
  {
    id: 'csrf-unguarded',
    severity: 'error',
    rule: 'RFC 9700 §2.1, §4.7.1',
    find(request) {
      if (has(request, 'state') || has(request, 'code_challenge') || has(request, 'nonce')) return undefined
      return {
        member: 'state',
        what: 'Neither state nor a code challenge nor a nonce: somebody can sign your user in to an account of theirs.',
        mend: 'Send a code challenge (PKCE) and a random state, and check both when the answer comes.',
        ...(request.response_type.includes('token') ? {} : { instead: migratedRequest(request.url) }),
      }
    },
  },
  {
    id: 'pkce-missing',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.1',
    find(request) {
      if (!request.response_type.includes('code') || has(request, 'code_challenge')) return undefined
      return {
        member: 'code_challenge',
        what: 'Without a code challenge a stolen code can be redeemed, or put into somebody else’s session. For a public client that is against a MUST.',
        mend: 'Send code_challenge with code_challenge_method=S256, and the verifier with the code.',
        instead: migratedRequest(request.url),
      }
    },
  },
  {
    id: 'pkce-plain',
    severity: 'error',
    rule: 'RFC 9700 §2.1.1, RFC 7636 §4.3',
    find(request) {
      const method = request.url.searchParams.get('code_challenge_method') ?? 'plain'
      if (!has(request, 'code_challenge') || method === 'S256') return undefined
      return {
        member: 'code_challenge_method',
        what: `The challenge method is ${method}${has(request, 'code_challenge_method') ? '' : ' where none is named'}: the address shows the verifier that is to stay secret.`,
        mend: 'Send the SHA-256 of the verifier, with code_challenge_method=S256.',
      }
    },
  },
  {
    id: 'pkce-malformed',
    severity: 'error',
    rule: 'RFC 7636 §4.2',
    find({ url }) {
      const challenge = url.searchParams.get('code_challenge') ?? ''
      const s256 = url.searchParams.get('code_challenge_method') === 'S256'
      if (challenge === '' || !s256 || /^[\w-]{43}$/.test(challenge)) return undefined
      return {
        member: 'code_challenge',
        what: `The challenge has ${challenge.length} characters; the base64url of a SHA-256 has 43, without padding.`,
        mend: 'Encode the 32 bytes of the hash, not its hexadecimal text, and drop the = at the end.',
      }
    },
  },
  {
    id: 'nonce-missing',
    severity: 'error',
    rule: 'OIDC Core §3.2.2.1',
    find(request) {
      if (!request.response_type.includes('id_token') || has(request, 'nonce')) return undefined
      return {
        member: 'nonce',
        what: 'An ID Token that comes through the browser needs a nonce, or an old one can be put in its place.',
        mend: 'Send a random nonce, and compare it with the one in the ID Token.',
      }
    },
  },
  {
    id: 'token-in-query',
    severity: 'error',
    rule: 'OAuth 2.0 Multiple Response Types §3, §5',
    find({ url, response_type }) {
      const front = response_type.some(it => it === 'token' || it === 'id_token')
      if (!front || url.searchParams.get('response_mode') !== 'query') return undefined
      return {
        member: 'response_mode',
        what: 'Tokens are asked for in the query of the address, which servers log.',
        mend: 'Leave response_mode out, or use form_post; better, ask for a code.',
      }
    },
  },
]
