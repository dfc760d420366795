import type { By } from '../../core/by.ts'
import type { CommitResult, Spend } from '../../core/ports.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import type { Work } from '../work.ts'
import { record } from './audit.ts'
import { familyOfSpentCode, spendCode } from './codes.ts'
import { familyOfSpentDeviceCode, spendDeviceCode } from './device-codes.ts'
import { revokeFamily } from './families.ts'
import { keepRefreshToken, refreshTokenState, rotateRefreshToken } from './refresh-tokens.ts'
import { allowRepeats } from './successors.ts'

/** What came of spending: on success, whose it was. */
export type Spent =
  | { readonly result: 'committed'; readonly family_id: string }
  | { readonly result: Exclude<CommitResult, 'committed'> }

const replayed: Spent = { result: 'replayed' }

/**
 * Spends a one-time thing, atomically; what was spent before takes its family down in the same transaction. The family
 * of a refresh token that is rotated is kept until `keep`.
 */
export function* spend(spends: Spend, keep: number, now: number, by: By): Work<Spent> {
  switch (spends.kind) {
    case 'code': {
      const family_id = yield* spendCode(spends.token, now)
      return family_id === undefined ? yield* codeReplayed(spends.token, now, by) : { result: 'committed', family_id }
    }
    case 'device_code': {
      const family_id = yield* spendDeviceCode(spends.token, now)
      if (family_id !== undefined) return { result: 'committed', family_id }
      return yield* deviceCodeReplayed(spends.token, now, by)
    }
    case 'refresh_token': {
      const { token, successor, grace } = spends
      const family_id = yield* rotateRefreshToken(token, successor.id, keep, now)
      if (family_id !== undefined) {
        yield* allowRepeats(token.id, successor, grace, now)
        return { result: 'committed', family_id }
      }
      const spent = yield* superseded(spends.token, spends.grace, now, by)
      return spent.result === 'committed' ? { result: 'superseded' } : spent
    }
    case 'kept_refresh_token': {
      const family_id = yield* keepRefreshToken(spends.token, spends.expires_at)
      return family_id === undefined ? yield* superseded(spends.token, 0, now, by) : { result: 'committed', family_id }
    }
    case 'superseded_refresh_token':
      return yield* superseded(spends.token, spends.grace, now, by)
  }
}

/** RFC 6749 §4.1.2: a code that comes twice ends what the first bought. */
function* codeReplayed(token: TokenHash, now: number, by: By): Work<Spent> {
  const family_id = yield* familyOfSpentCode(token)
  if (family_id !== undefined) yield* revokeReplayed(family_id, 'code-replayed', now, by)
  return replayed
}

/** The same of a device code. */
function* deviceCodeReplayed(token: TokenHash, now: number, by: By): Work<Spent> {
  const family_id = yield* familyOfSpentDeviceCode(token)
  if (family_id !== undefined) yield* revokeReplayed(family_id, 'device-code-replayed', now, by)
  return replayed
}

/** RFC 9700 §4.14.2: a spent refresh token ends its family, unless its successor may still be on its way. */
function* superseded(token: TokenHash, grace: number, now: number, by: By): Work<Spent> {
  const state = yield* refreshTokenState(token, grace, now)
  if (state.is === 'superseded') return { result: 'committed', family_id: state.family_id }
  if (state.is === 'replayed') yield* revokeReplayed(state.family_id, 'refresh-token-replayed', now, by)
  return replayed
}

/** Recorded the first time only: whoever has a spent token could fill the trail. */
function* revokeReplayed(
  family: string,
  why: 'code-replayed' | 'device-code-replayed' | 'refresh-token-replayed',
  now: number,
  by: By,
): Work<void> {
  const revoked = yield* revokeFamily(family, why, now)
  if (revoked !== undefined) yield* record({ event: why, ...revoked, detail: { family } }, by, now)
}
