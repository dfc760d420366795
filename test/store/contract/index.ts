import { afterEach, beforeEach, describe } from 'vitest'
import { prepare } from '../samples.ts'
import { accessTokens } from './access-tokens.ts'
import { Bench, type Database } from './bench.ts'
import { codes } from './codes.ts'
import { consents } from './consents.ts'
import { decidedChanges } from './decided-changes.ts'
import { deviceCodes } from './device-codes.ts'
import { families } from './families.ts'
import { parkedRequests } from './parked-requests.ts'
import { passwordHashes } from './password-hashes.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { registrations } from './registrations.ts'
import { sessions } from './sessions.ts'
import { signingKeys } from './signing-keys.ts'
import { throttles } from './throttles.ts'
import { writes } from './writes.ts'

const parts = [
  codes,
  deviceCodes,
  parkedRequests,
  refreshTokens,
  families,
  accessTokens,
  consents,
  registrations,
  decidedChanges,
  passwordHashes,
  sessions,
  throttles,
  signingKeys,
  writes,
]

/** What every engine promises. */
export function storeContract(name: string, create: () => Promise<Database>): void {
  describe(`${name} keeps the store's contract`, () => {
    const bench = new Bench()
    beforeEach(async () => {
      bench.database = await create()
      bench.store = await bench.database.open()
      await prepare(bench.store)
    })
    afterEach(() => bench.database.dispose())

    for (const part of parts) part(bench)
  })
}
