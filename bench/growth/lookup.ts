import { openSqliteStore } from '../../src/store/sqlite.ts'
import { loginOf } from './population.ts'
import type { FilledStore } from './store.ts'

const lookups = 20_000

/** Microseconds to find the account of a login taken at random: what sign-in asks of the store before it hashes. */
export async function measureLookups({ file, population }: FilledStore): Promise<number> {
  const store = await openSqliteStore({ file, clock: { now: () => population.now } })
  try {
    const find = () => store.accountByLogin(loginOf(Math.floor(Math.random() * population.users)))
    for (let i = 0; i < lookups / 4; i++) await find()
    const began = process.cpuUsage()
    for (let i = 0; i < lookups; i++) if (!(await find())) throw new Error('nobody has that login')
    const { user, system } = process.cpuUsage(began)
    return (user + system) / lookups
  } finally {
    await store.close()
  }
}
