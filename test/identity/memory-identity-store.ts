import type { Account, IdentityStore, Session } from '../../src/identity/ports.ts'

/** The contract of `IdentityStore` in memory, open to be looked into. */
export function memoryIdentityStore(accounts: readonly Account[] = []) {
  const sessions = new Map<string, Session>()
  const counts = new Map<string, { window: number; count: number }>()
  const touched: string[] = []
  const ended: string[] = []
  const store: IdentityStore = {
    accountByLogin: async login => accounts.find(account => account.login === login),
    session: async token => sessions.get(token.id),
    async startSession(session, replaces) {
      if (replaces !== undefined) {
        sessions.delete(replaces)
        ended.push(`${replaces} session-replaced`)
      }
      sessions.set(session.token.id, session)
    },
    async endSession(sid, why) {
      sessions.delete(sid)
      ended.push(`${sid} ${why}`)
    },
    async touchSession(sid, now) {
      const session = sessions.get(sid)
      if (session) sessions.set(sid, { ...session, last_used_at: now })
      touched.push(sid)
    },
    async countAttempts(buckets, window) {
      return buckets.map(bucket => {
        const before = counts.get(bucket)
        const count = before?.window === window ? before.count + 1 : 1
        counts.set(bucket, { window, count })
        return count
      })
    },
    async refundAttempts(buckets, window) {
      for (const bucket of buckets) {
        const before = counts.get(bucket)
        if (before?.window === window) counts.set(bucket, { window, count: Math.max(0, before.count - 1) })
      }
    },
  }
  return { ...store, sessions, counts, touched, ended }
}
