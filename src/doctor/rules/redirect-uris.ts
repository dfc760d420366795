import { isOpen } from '../addresses.ts'
import type { Found, Rule } from '../finding.ts'

/** Whoever has addresses to come back to. */
export interface Returning {
  readonly redirect_uris: readonly string[]
}

const each = (find: (uri: string) => Omit<Found, 'member'> | undefined) =>
  function all({ redirect_uris }: Returning): readonly Found[] {
    return redirect_uris.flatMap(uri => {
      const found = find(uri)
      return found === undefined ? [] : { member: 'redirect_uri', ...found }
    })
  }

export const redirectUriRules: readonly Rule<Returning>[] = [
  {
    id: 'redirect-wildcard',
    severity: 'error',
    rule: 'RFC 9700 §2.1, §4.1.3',
    find: each(uri => {
      if (!uri.includes('*')) return undefined
      return {
        what: `${uri} is a pattern: codes go to every page that it matches, also to one that an attacker finds or makes.`,
        mend: 'Register each address whole, and compare exactly.',
      }
    }),
  },
  {
    id: 'redirect-not-https',
    severity: 'error',
    rule: 'RFC 9700 §2.1, RFC 6749 §3.1.2.1',
    find: each(uri => {
      if (!isOpen(uri)) return undefined
      return {
        what: `${uri} is http: whoever is on the way reads the code.`,
        mend: `Use ${uri.replace(/^http:/, 'https:')}.`,
      }
    }),
  },
  {
    id: 'redirect-fragment',
    severity: 'error',
    rule: 'RFC 6749 §3.1.2',
    find: each(uri => {
      if (!uri.includes('#')) return undefined
      return { what: `${uri} has a fragment, which is not allowed.`, mend: `Use ${uri.slice(0, uri.indexOf('#'))}.` }
    }),
  },
  {
    id: 'redirect-localhost',
    severity: 'warning',
    rule: 'RFC 8252 §8.3',
    find: each(uri => {
      if (!URL.canParse(uri) || new URL(uri).hostname !== 'localhost') return undefined
      return {
        what: `${uri} names localhost, which may lead elsewhere than this machine.`,
        mend: `Use ${uri.replace('localhost', '127.0.0.1')}.`,
      }
    }),
  },
  {
    id: 'redirect-scheme',
    severity: 'warning',
    rule: 'RFC 8252 §7.1',
    find: each(uri => {
      const scheme = URL.canParse(uri) ? new URL(uri).protocol.slice(0, -1) : ''
      if (scheme === '' || ['http', 'https'].includes(scheme) || scheme.includes('.')) return undefined
      return {
        what: `Any app may claim the scheme ${scheme}: and take the codes that are meant for this one.`,
        mend: 'Use an https address that the app has claimed, or a scheme made of a domain of yours: com.example.app:/callback.',
      }
    }),
  },
]
