import { isOpen } from '../addresses.ts'
import type { Rule } from '../finding.ts'
import { type Json, wordsOf } from '../members.ts'

/** A server's metadata (OIDC Discovery §3, RFC 8414 §2), and where it was fetched. */
export interface Discovery {
  readonly metadata: Json
  /** The issuer that was asked for; absent when the document was given. */
  readonly asked?: string
}

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'revocation_endpoint',
  'introspection_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'registration_endpoint',
  'end_session_endpoint',
] as const
const required = ['issuer', 'response_types_supported'] as const
const requiredOfOpenid = ['jwks_uri', 'subject_types_supported', 'id_token_signing_alg_values_supported'] as const
const symmetric = /^HS\d+$/
const byKey = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']

const list = ({ metadata }: Discovery, member: string) => wordsOf(metadata[member])
const quoted = (words: readonly string[]) => words.map(it => `"${it}"`).join(', ')

export const discoveryRules: readonly Rule<Discovery>[] = [
  {
    id: 'issuer-differs',
    severity: 'error',
    rule: 'RFC 8414 §3.3',
    find({ metadata: { issuer }, asked }) {
      if (asked === undefined || issuer === asked || issuer === `${asked}/`) return undefined
      return {
        member: 'issuer',
        what: `The document was fetched for ${asked} and says it is of ${typeof issuer === 'string' ? issuer : 'none'}. A client must not use it.`,
        mend: 'Serve the document below the issuer that it names, or name the issuer that it is served for.',
      }
    },
  },
  {
    id: 'metadata-missing',
    severity: 'error',
    rule: 'OIDC Discovery §3, RFC 8414 §2',
    find({ metadata }) {
      const openid = wordsOf(metadata['scopes_supported']).includes('openid')
      return [...required, ...(openid ? requiredOfOpenid : [])]
        .filter(member => metadata[member] === undefined)
        .map(member => ({ member, what: `${member} is missing, and clients need it.`, mend: `Publish ${member}.` }))
    },
  },
  {
    id: 'endpoint-not-https',
    severity: 'error',
    rule: 'RFC 8414 §2, RFC 6749 §3.1',
    find({ metadata }) {
      return ['issuer', ...endpoints].flatMap(member => {
        const address = metadata[member]
        if (typeof address !== 'string' || !isOpen(address)) return []
        return {
          member,
          what: `${member} is http: whoever is on the way reads codes, tokens and secrets.`,
          mend: `Serve it by https, and publish ${address.replace(/^http:/, 'https:')}.`,
        }
      })
    },
  },
  {
    id: 'password-offered',
    severity: 'error',
    rule: 'RFC 9700 §2.4',
    find(discovery) {
      if (!list(discovery, 'grant_types_supported').includes('password')) return undefined
      return {
        member: 'grant_types_supported',
        what: 'The password grant is offered: applications see people’s passwords, and no second factor can be asked for.',
        mend: 'Move its clients to the authorization code flow, then switch the grant off.',
      }
    },
  },
  {
    id: 'implicit-offered',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.2, RFC 10017 §7.2',
    find(discovery) {
      const front = list(discovery, 'response_types_supported').filter(it => it.split(' ').includes('token'))
      if (front.length === 0) return undefined
      return {
        member: 'response_types_supported',
        what: `Access tokens are given in the browser’s address (${quoted(front)}): history, scripts and other pages may read them.`,
        mend: 'Move its clients to response_type=code with PKCE, then offer only "code".',
      }
    },
  },
  {
    id: 'pkce-missing',
    severity: 'error',
    rule: 'RFC 9700 §2.1.1',
    find(discovery) {
      if (list(discovery, 'code_challenge_methods_supported').includes('S256')) return undefined
      return {
        member: 'code_challenge_methods_supported',
        what: 'It does not say that it supports PKCE with S256, so clients cannot know that their codes are bound.',
        mend: 'Support PKCE and publish code_challenge_methods_supported: ["S256"].',
      }
    },
  },
  {
    id: 'pkce-plain',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.1, RFC 7636 §7.2',
    find(discovery) {
      if (!list(discovery, 'code_challenge_methods_supported').includes('plain')) return undefined
      return {
        member: 'code_challenge_methods_supported',
        what: 'It offers the challenge method "plain", which shows the verifier in the request that it is to protect.',
        mend: 'Offer "S256" alone.',
      }
    },
  },
  {
    id: 'iss-missing',
    severity: 'warning',
    rule: 'RFC 9207 §3, RFC 9700 §4.4',
    find({ metadata }) {
      if (metadata['authorization_response_iss_parameter_supported'] === true) return undefined
      return {
        member: 'authorization_response_iss_parameter_supported',
        what: 'Its answers do not say whose they are (iss), so a client of several servers can be led to mix them up.',
        mend: 'Send iss with every authorization response and publish authorization_response_iss_parameter_supported: true.',
      }
    },
  },
  {
    id: 'alg-none',
    severity: 'error',
    rule: 'RFC 8725 §3.1',
    find({ metadata }) {
      return Object.keys(metadata)
        .filter(member => /_signing_alg_values_supported$/.test(member) && wordsOf(metadata[member]).includes('none'))
        .map(member => ({
          member,
          what: `${member} has "none": what is not signed is accepted.`,
          mend: 'Take "none" off the list.',
        }))
    },
  },
  {
    id: 'alg-symmetric',
    severity: 'warning',
    rule: 'RFC 8725 §2.1, §3.1',
    find(discovery) {
      const found = list(discovery, 'id_token_signing_alg_values_supported').filter(it => symmetric.test(it))
      if (found.length === 0) return undefined
      return {
        member: 'id_token_signing_alg_values_supported',
        what: `ID Tokens may be signed with the client’s secret (${quoted(found)}): who can check one can make one, and a library may be led to take a public key for the secret.`,
        mend: 'Sign with a key of your own: ES256, RS256 or EdDSA.',
      }
    },
  },
  {
    id: 'client-keys-missing',
    severity: 'note',
    rule: 'RFC 9700 §2.5',
    find(discovery) {
      const methods = list(discovery, 'token_endpoint_auth_methods_supported')
      if (methods.some(it => byKey.includes(it))) return undefined
      return {
        member: 'token_endpoint_auth_methods_supported',
        what: 'Clients can prove themselves only by a secret that they send each time.',
        mend: 'Offer private_key_jwt, or mutual TLS: then nothing that is sent can be used again.',
      }
    },
  },
  {
    id: 'tokens-not-bound',
    severity: 'note',
    rule: 'RFC 9700 §2.2.1',
    find({ metadata }) {
      const bound =
        metadata['dpop_signing_alg_values_supported'] ?? metadata['tls_client_certificate_bound_access_tokens']
      if (bound !== undefined && bound !== false) return undefined
      return {
        what: 'Access tokens are for whoever has them: they cannot be bound to their client (DPoP, mutual TLS).',
        mend: 'Keep them short-lived; where an API is worth it, offer DPoP (RFC 9449).',
      }
    },
  },
  {
    id: 'request-uri-open',
    severity: 'note',
    rule: 'OIDC Core §6.2',
    find({ metadata }) {
      if (metadata['request_uri_parameter_supported'] !== true || metadata['require_request_uri_registration'] === true)
        return undefined
      return {
        member: 'request_uri_parameter_supported',
        what: 'The server fetches addresses that whoever makes a request chooses (request_uri).',
        mend: 'Require that they are registered (require_request_uri_registration), or switch the parameter off.',
      }
    },
  },
  {
    id: 'revocation-missing',
    severity: 'note',
    rule: 'RFC 7009 §2',
    find({ metadata }) {
      if (metadata['revocation_endpoint'] !== undefined) return undefined
      return {
        member: 'revocation_endpoint',
        what: 'An app that is signed out of cannot end its tokens.',
        mend: 'Offer token revocation.',
      }
    },
  },
]
