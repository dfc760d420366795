import { once } from 'node:events'
import type { Family } from '../../src/core/authorization.ts'
import type { TokenHash } from '../../src/core/token-hash.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { newToken, redeems, start } from './samples.ts'

/** Run as a process: says when it is ready, redeems the codes it is sent, all at once, and sends back the results. */
const [file = '', name = ''] = process.argv.slice(2)
const store = await openSqliteStore({ file, clock: { now: () => start } })
process.send?.('ready')
const [codes] = (await once(process, 'message')) as [readonly { family: Family; code: TokenHash }[]]
const results = await Promise.all(codes.map(({ family, code }) => store.commit(redeems(family, code, newToken(name)))))
process.send?.(results)
await store.close()
process.disconnect?.()
