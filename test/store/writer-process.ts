import { openSqliteStore } from '../../src/store/sqlite.ts'
import { begins, newToken, sampleFamily, start } from './samples.ts'

/** Run as a process: begins families without end and prints the id of each code once it was acknowledged. */
const [file = ''] = process.argv.slice(2)
const store = await openSqliteStore({ file, clock: { now: () => start } })
await Promise.all(Array.from({ length: 16 }, write))

async function write(): Promise<never> {
  for (;;) {
    const code = newToken('w')
    await store.commit(begins(sampleFamily(), code))
    process.stdout.write(`${code.id}\n`)
  }
}
