import type { Rule } from '../finding.ts'
import { spell } from '../members.ts'
import type { DescribedClient } from '../read-client.ts'

const day = 86_400
const isPublic = ({ token_endpoint_auth_method }: DescribedClient) => token_endpoint_auth_method === 'none'
const holdsSecret = ({ token_endpoint_auth_method = '' }: DescribedClient) =>
  token_endpoint_auth_method.startsWith('client_secret_')

export const clientRules: readonly Rule<DescribedClient>[] = [
  {
    id: 'password-used',
    severity: 'error',
    rule: 'RFC 9700 §2.4',
    find({ grant_types }) {
      if (!grant_types.some(it => it === 'password' || it === 'password-realm')) return undefined
      return {
        member: 'grant_types',
        what: 'The app asks people for their passwords itself (the password grant).',
        mend: 'Send people to the sign-in page instead: authorization_code with PKCE.',
      }
    },
  },
  {
    id: 'implicit-used',
    severity: 'error',
    rule: 'RFC 9700 §2.1.2, RFC 10017 §7.2',
    find({ grant_types, response_types }) {
      const front = response_types.some(it => it.split(' ').includes('token'))
      if (!front && !grant_types.includes('implicit')) return undefined
      return {
        member: front ? 'response_types' : 'grant_types',
        what: 'The app may have access tokens in the browser’s address (the implicit flow).',
        mend: 'Register response_types ["code"] and grant_types ["authorization_code"], and use PKCE.',
      }
    },
  },
  {
    id: 'public-for-itself',
    severity: 'error',
    rule: 'RFC 6749 §4.4, RFC 9700 §2.5',
    find(client) {
      if (!isPublic(client) || !client.grant_types.includes('client_credentials')) return undefined
      return {
        member: 'grant_types',
        what: 'An app without a credential may act for itself: anybody can say that they are it.',
        mend: 'Give it a credential (private_key_jwt is best), or take client_credentials away.',
      }
    },
  },
  {
    id: 'secret-exposed',
    severity: 'error',
    rule: 'RFC 6749 §2.1, RFC 8252 §8.5',
    find(client) {
      if (!client.exposed || !holdsSecret(client)) return undefined
      return {
        member: 'token_endpoint_auth_method',
        what: 'The app has a secret and runs where everybody can read it: a page, a phone, somebody’s computer.',
        mend: 'Make it a public client (none) with PKCE, or put a small server before it that holds the secret.',
      }
    },
  },
  {
    id: 'pkce-not-required',
    severity: 'warning',
    rule: 'RFC 9700 §2.1.1',
    find({ pkce_required, grant_types }) {
      if (pkce_required !== false || !grant_types.includes('authorization_code')) return undefined
      return {
        member: 'pkce',
        what: 'Requests without a code challenge are taken: a stolen code can be used, also in somebody else’s session.',
        mend: 'Require PKCE with S256 for this client.',
      }
    },
  },
  {
    id: 'refresh-not-rotated',
    severity: 'error',
    rule: 'RFC 9700 §2.2.2, §4.14.2',
    find(client) {
      if (client.refresh_rotation !== false || !(isPublic(client) || client.exposed)) return undefined
      return {
        member: 'refresh_rotation',
        what: 'A refresh token of an app without a credential stays the same, so a stolen copy works unnoticed.',
        mend: 'Rotate it at every use, or bind it to its client (DPoP).',
      }
    },
  },
  {
    id: 'refresh-long',
    severity: 'warning',
    rule: 'RFC 10017 §6.3, RFC 9700 §2.2.2',
    find(client) {
      const { refresh_max_ttl, exposed } = client
      const limit = exposed || isPublic(client) ? 90 * day : 365 * day
      if (refresh_max_ttl === undefined || refresh_max_ttl <= limit) return undefined
      return {
        member: 'refresh_max_ttl',
        what: `A refresh token lives for ${spell(refresh_max_ttl)}, and so does a stolen one.`,
        mend: `Let people sign in again at least every ${spell(limit)}.`,
      }
    },
  },
  {
    id: 'access-token-long',
    severity: 'warning',
    rule: 'RFC 9700 §2.2, RFC 6819 §5.1.5.3',
    find({ access_token_ttl }) {
      if (access_token_ttl === undefined || access_token_ttl <= day) return undefined
      return {
        member: 'access_token_ttl',
        what: `An access token lives for ${spell(access_token_ttl)}: who steals one has it that long.`,
        mend: 'An hour or less, and a refresh token where the app must go on.',
      }
    },
  },
  {
    id: 'origin-wildcard',
    severity: 'error',
    rule: 'Fetch §3.3.2',
    find({ web_origins }) {
      const found = web_origins.filter(it => it.includes('*') || it === '+')
      if (found.length === 0 || found.every(it => it === '+')) return undefined
      return {
        member: 'web_origins',
        what: `Pages of any origin (${found.join(', ')}) may read what the server answers to this app.`,
        mend: 'Name the origins of the app’s own pages.',
      }
    },
  },
  {
    id: 'alg-none',
    severity: 'error',
    rule: 'RFC 8725 §3.1',
    find({ id_token_signed_response_alg: alg }) {
      if (alg !== 'none') return undefined
      return {
        member: 'id_token_signed_response_alg',
        what: 'Its ID Tokens are not signed.',
        mend: 'Use ES256 or RS256.',
      }
    },
  },
  {
    id: 'alg-symmetric',
    severity: 'warning',
    rule: 'RFC 8725 §2.1',
    find({ id_token_signed_response_alg: alg = '' }) {
      if (!/^HS\d+$/.test(alg)) return undefined
      return {
        member: 'id_token_signed_response_alg',
        what: `Its ID Tokens are signed with its own secret (${alg}): whoever can check one can make one.`,
        mend: 'Use RS256 or ES256.',
      }
    },
  },
]
