import { openBrowser } from '../support/browser.ts'

/** A server that will be killed. */
export interface Victim {
  readonly issuer: string
  /** From now on an answer that does not come is no fault. */
  killed: boolean
}

/** What was answered; nothing when the server was killed over it. Any other silence is a fault. */
export async function hear<T>(victim: Victim, ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask
  } catch (error) {
    if (victim.killed && isSilence(error)) return undefined
    throw error
  }
}

/** As `fetch` says that no answer came, or not all of one. */
function isSilence(error: unknown): boolean {
  return error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message)
}

/** A browser at an address of its own, so that limits by address are not in the way. */
export function browserAt(address: string) {
  return openBrowser((url, init) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': address } }),
  )
}

/** @throws the sentence, with what came, when the promise is broken. */
export function insist(kept: boolean, promise: string, came?: unknown): asserts kept {
  if (!kept) throw new Error(`broken: ${promise}; got ${JSON.stringify(came)?.slice(0, 300)}`)
}
