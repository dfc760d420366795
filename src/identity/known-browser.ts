import type { Hash, Random } from '../core/ports.ts'

/**
 * A long-lived cookie by which a browser shows that somebody signed in to a login with it before. It opens nothing: it
 * gives that browser its own allowance of failures, so that no stranger can lock its user out.
 */
export interface KnownBrowsers {
  /** The browser's id when this cookie proves a sign-in to this login, else nothing. */
  proves(cookie: string | undefined, login: string): string | undefined
  /** The cookie with this login added; a new one where there was none of ours. */
  remember(cookie: string | undefined, login: string): string
}

/** Seconds for which the cookie is set: as long as browsers let one live. */
export const knownBrowserMaxAge: number = 400 * 24 * 60 * 60

/** How many logins one browser is remembered for; the one used longest ago goes first. */
const mostLogins = 5

const shape = /^[A-Za-z0-9_-]{43}(?:\.[A-Za-z0-9_-]{43}){0,5}$/

interface Parts {
  readonly browser: string
  readonly proofs: readonly string[]
}

/** Cookies `<browser id>.<proof>…`, each proof an HMAC of browser and login, so that the cookie names nobody. */
export function createKnownBrowsers({
  hash,
  random,
  key,
}: {
  readonly hash: Pick<Hash, 'hmac' | 'equal'>
  readonly random: Pick<Random, 'secret'>
  readonly key: string
}): KnownBrowsers {
  const proof = (browser: string, login: string): string => hash.hmac(key, JSON.stringify([browser, login]))

  return {
    proves(cookie, login) {
      const { browser, proofs } = parse(cookie) ?? {}
      if (browser === undefined || proofs === undefined) return undefined
      const wanted = proof(browser, login)
      return proofs.some(one => hash.equal(one, wanted)) ? browser : undefined
    },

    remember(cookie, login) {
      const { browser, proofs } = parse(cookie) ?? { browser: random.secret(), proofs: [] }
      const added = proof(browser, login)
      const others = proofs.filter(one => !hash.equal(one, added))
      return [browser, added, ...others].slice(0, 1 + mostLogins).join('.')
    },
  }
}

function parse(cookie: string | undefined): Parts | undefined {
  if (cookie === undefined || !shape.test(cookie)) return undefined
  const [browser = '', ...proofs] = cookie.split('.')
  return { browser, proofs }
}
