import { isOpen } from '../addresses.ts'
import type { Rule } from '../finding.ts'
import { type Json, spell } from '../members.ts'

/** The header and the claims of a JWT; its signature is not looked at. */
export interface Token {
  readonly header: Json
  readonly claims: Json
  /** Seconds since 1970. */
  readonly now: number
}

const day = 86_400
const personal = ['email', 'phone_number', 'address', 'birthdate', 'name', 'given_name', 'family_name', 'picture']

/** By its type, or by what only one of the two has. */
function isIdToken({ header, claims }: Token): boolean {
  if (isAccessTokenType(header)) return false
  return ['nonce', 'at_hash', 'c_hash'].some(it => it in claims) || !('scope' in claims || 'scp' in claims)
}

/** RFC 9068 §2.1. */
function isAccessTokenType({ typ }: Json): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined)

export const tokenRules: readonly Rule<Token>[] = [
  {
    id: 'alg-none',
    severity: 'error',
    rule: 'RFC 8725 §3.1',
    find({ header: { alg } }) {
      if (typeof alg === 'string' && alg.toLowerCase() !== 'none') return undefined
      return {
        member: 'alg',
        what: 'The token is not signed: anybody can write one.',
        mend: 'Sign it, and refuse what is not.',
      }
    },
  },
  {
    id: 'alg-symmetric',
    severity: 'warning',
    rule: 'RFC 8725 §2.1, RFC 9068 §2.1',
    find({ header: { alg } }) {
      if (typeof alg !== 'string' || !/^HS\d+$/.test(alg)) return undefined
      return {
        member: 'alg',
        what: `It is signed with a shared secret (${alg}): every API that can check it can make one.`,
        mend: 'Sign with a private key (ES256, RS256, EdDSA).',
      }
    },
  },
  {
    id: 'key-in-header',
    severity: 'warning',
    rule: 'RFC 8725 §3.10',
    find({ header }) {
      return ['jwk', 'jku', 'x5u', 'x5c']
        .filter(member => member in header)
        .map(member => ({
          member,
          what: `The header says where its key is (${member}). Who believes it believes any token.`,
          mend: 'Take keys from the issuer’s jwks_uri alone, by kid.',
        }))
    },
  },
  {
    id: 'exp-missing',
    severity: 'error',
    rule: 'RFC 9068 §2.2, OIDC Core §2',
    find({ claims }) {
      if (numberOf(claims['exp']) !== undefined) return undefined
      return { member: 'exp', what: 'It never ends.', mend: 'Give it an exp, an hour or less from iat.' }
    },
  },
  {
    id: 'token-long',
    severity: 'warning',
    rule: 'RFC 9700 §2.2, RFC 6819 §5.1.5.3',
    find(token) {
      const exp = numberOf(token.claims['exp'])
      const life = exp === undefined ? 0 : exp - (numberOf(token.claims['iat']) ?? token.now)
      if (isIdToken(token) || life <= day) return undefined
      return {
        member: 'exp',
        what: `It lives for ${spell(life)}: who steals it has it that long.`,
        mend: 'An hour or less, and a refresh token where the app must go on.',
      }
    },
  },
  {
    id: 'token-expired',
    severity: 'note',
    rule: 'RFC 7519 §4.1.4',
    find({ claims, now }) {
      const exp = numberOf(claims['exp'])
      if (exp === undefined || exp > now) return undefined
      return { member: 'exp', what: `It ended ${spell(now - exp)} ago.`, mend: 'Get a new one.' }
    },
  },
  {
    id: 'not-yet',
    severity: 'warning',
    rule: 'RFC 7519 §4.1.5, §4.1.6',
    find({ claims, now }) {
      const begins = Math.max(numberOf(claims['nbf']) ?? 0, numberOf(claims['iat']) ?? 0)
      if (begins <= now + 60) return undefined
      return {
        member: 'iat',
        what: `It begins in ${spell(begins - now)}: a clock is wrong, here or at its issuer.`,
        mend: 'Set the clocks by NTP.',
      }
    },
  },
  {
    id: 'iss-missing',
    severity: 'error',
    rule: 'RFC 9068 §2.2, OIDC Core §2',
    find({ claims: { iss } }) {
      if (typeof iss === 'string') return undefined
      return {
        member: 'iss',
        what: 'It does not say whose it is.',
        mend: 'Put the issuer’s URL into iss, and compare it.',
      }
    },
  },
  {
    id: 'iss-not-https',
    severity: 'error',
    rule: 'RFC 8414 §2',
    find({ claims: { iss } }) {
      if (typeof iss !== 'string' || !isOpen(iss)) return undefined
      return {
        member: 'iss',
        what: 'Its issuer is http: its keys can be exchanged on the way.',
        mend: 'Serve the issuer by https.',
      }
    },
  },
  {
    id: 'aud-missing',
    severity: 'error',
    rule: 'RFC 9068 §2.2, RFC 9700 §2.3',
    find({ claims: { aud } }) {
      if (typeof aud === 'string' || (Array.isArray(aud) && aud.length > 0)) return undefined
      return {
        member: 'aud',
        what: 'It does not say for which API it is, so every API of its issuer takes it.',
        mend: 'Put the API’s audience into aud, and let each API refuse what is for another.',
      }
    },
  },
  {
    id: 'typ-missing',
    severity: 'note',
    rule: 'RFC 9068 §2.1, RFC 8725 §3.11',
    find(token) {
      if (isIdToken(token) || isAccessTokenType(token.header)) return undefined
      return {
        member: 'typ',
        what: 'Its type does not tell it from an ID Token, and one may be taken for the other.',
        mend: 'Give access tokens typ "at+jwt", and let APIs ask for it.',
      }
    },
  },
  {
    id: 'id-token-as-access-token',
    severity: 'note',
    rule: 'OIDC Core §2, RFC 9068 §5',
    find(token) {
      if (!isIdToken(token)) return undefined
      return {
        what: 'This reads like an ID Token: it says to the app who signed in, and is for no API.',
        mend: 'Send APIs the access token.',
      }
    },
  },
  {
    id: 'personal-data',
    severity: 'note',
    rule: 'RFC 9068 §6',
    find(token) {
      const found = personal.filter(it => it in token.claims)
      if (isIdToken(token) || found.length === 0) return undefined
      return {
        what: `Everybody who sees this access token can read ${found.join(', ')}.`,
        mend: 'Leave it out, and let who needs it ask userinfo.',
      }
    },
  },
]
