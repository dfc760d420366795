import type { Browser } from '../support/browser.ts'
import type { LoadedClient } from './world.ts'

/** Somebody who signed up, and whose browser is signed in. */
export interface Person {
  readonly login: string
  readonly browser: Browser
  /** Clients that the person was told to have allowed. */
  readonly consents: Set<LoadedClient>
}

/** One authorization as its client sees it: a code and what it bought. */
export interface Chain {
  readonly client: LoadedClient
  readonly code: string
  /** Milliseconds since 1970, of the last answer. */
  heard_at: number
  /** Every refresh token that was answered, the newest last. */
  readonly refresh_tokens: string[]
  access_token: string | undefined
  state: ChainState
}

/**
 * `issued`: the code waits. `live`: the newest refresh token works. `ended`: none does. The others were asked for when
 * the server died: either outcome is right, but it must be one of the two, and stay.
 */
export type ChainState = 'issued' | 'live' | 'ended' | 'redeeming' | 'refreshing' | 'ending'

/** A token that a client got for itself. */
export interface JobToken {
  readonly client_id: string
  readonly token: string
  state: 'live' | 'ended' | 'ending'
}

/** What an apply added, and whether whoever ran it was told that it is done. */
export interface Addition {
  readonly name: string
  done: boolean
}

/** What clients, people and operators were told, and nothing that only the server knows. */
export class Ledger {
  readonly people: Person[] = []
  readonly chains: Chain[] = []
  readonly jobTokens: JobToken[] = []
  readonly additions: Addition[] = []
  /** Every key that was published or listed. */
  readonly kids = new Set<string>()
  /** One access token signed by each key. */
  readonly signed = new Map<string, string>()
  /** Writes that were answered, by kind. */
  readonly acknowledged = new Map<string, number>()
  /** Promises found kept after a restart, by kind. */
  readonly kept = new Map<string, number>()
  /** Requests that the server died over. */
  unheard = 0
  #awaited: { readonly count: number; readonly reached: () => void } | undefined

  acknowledge(kind: string): void {
    this.acknowledged.set(kind, (this.acknowledged.get(kind) ?? 0) + 1)
    if (this.#awaited && sum(this.acknowledged) >= this.#awaited.count) this.#awaited.reached()
  }

  /** Settles once so many more writes were answered. */
  further(writes: number): Promise<void> {
    return new Promise(reached => {
      this.#awaited = { count: sum(this.acknowledged) + writes, reached }
      if (writes === 0) reached()
    })
  }

  keep(kind: string): void {
    this.kept.set(kind, (this.kept.get(kind) ?? 0) + 1)
  }

  /** Remembers by which key a token was signed. */
  sign(token: string): void {
    const [head = ''] = token.split('.')
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
    this.kids.add(kid)
    this.signed.set(kid, token)
  }
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0)
}
