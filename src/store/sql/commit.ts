import { type By, operator } from '../../core/by.ts'
import type { Change, CommitResult } from '../../core/ports.ts'
import { Undo, type Work } from '../work.ts'
import { addAccessToken } from './access-tokens.ts'
import { record } from './audit.ts'
import { findClient } from './clients.ts'
import { addCode } from './codes.ts'
import { addConsent } from './consents.ts'
import { allowDeviceCode } from './device-codes.ts'
import { beginFamily, keepFamily, makeRenewable } from './families.ts'
import { answerParked } from './parked.ts'
import { addRefreshToken } from './refresh-tokens.ts'
import { spend } from './spend.ts'

/** Spends what was redeemed and records what it bought: all of it or nothing. */
export function* commit(change: Change): Work<CommitResult> {
  const { now, spends, parked, consent, by = operator } = change
  if (spends !== undefined) {
    const spent = yield* spend(spends, lastExpiry(change), now, by)
    if (spent.result !== 'committed') return spent.result
    if (spent.family_id !== (change.family_id ?? spent.family_id)) throw new Error('what is spent is of another family')
  }
  if (parked !== undefined && !(yield* answerParked(parked))) throw new Undo<CommitResult>('replayed')
  const family_id = yield* familyOf(change)
  yield* answerDevice(change)
  if (consent !== undefined) yield* addConsent(consent, now)
  yield* recordAgreement(change, by)
  yield* recordRetired(change, by)
  yield* addTokens(change, family_id)
  return 'committed'
}

/** The family that everything here belongs to: begun, or living and kept for as long as this needs it. */
function* familyOf(change: Change): Work<string | undefined> {
  const { begins, family_id, spends, refresh_token, now } = change
  const expires_at = lastExpiry(change)
  const renewed_by = refresh_token?.token.id
  if (begins !== undefined) {
    if (!(yield* beginFamily(begins, expires_at, renewed_by))) throw new Undo<CommitResult>('replayed')
    return begins.id
  }
  // Rotating has kept the family already.
  if (family_id === undefined || spends?.kind === 'refresh_token') return family_id
  const lives =
    renewed_by === undefined
      ? yield* keepFamily(family_id, expires_at, now)
      : yield* makeRenewable(family_id, renewed_by, expires_at, now)
  if (!lives) throw new Undo<CommitResult>('replayed')
  return family_id
}

/** A device has one answer; who comes second, or after its time, begins nothing. */
function* answerDevice({ answers, begins, now }: Change): Work<void> {
  if (answers === undefined) return
  if (begins === undefined) throw new Error('a device is answered with a family that begins')
  if (!(yield* allowDeviceCode(answers, begins.id, begins.sub, now))) throw new Undo<CommitResult>('replayed')
}

/** What a user has just let a client do, and what they said to it. */
function* recordAgreement({ now, consent, begins }: Change, by: By): Work<void> {
  if (consent !== undefined) {
    const { sub, client_id, audience, scope } = consent
    yield* record({ event: 'consented', sub, client_id, detail: { audience, scope } }, by, now)
  }
  if (begins === undefined) return
  const { id: family, sub, client_id, scope, audience, login } = begins
  const detail = { family, sid: login.sid, scope, ...(audience === undefined ? {} : { audience }) }
  yield* record({ event: 'authorized', sub, client_id, detail }, by, now)
}

function* recordRetired({ now, retired, begins, family_id, access_token }: Change, by: By): Work<void> {
  if (retired === undefined) return
  const family = begins?.id ?? family_id
  const detail = { ...retired, ...(family === undefined ? {} : { family }) }
  const client_id = begins?.client_id ?? access_token?.client_id
  yield* record({ event: 'retired-flow-used', sub: begins?.sub, client_id, detail }, by, now)
}

function lastExpiry({ now, family_expires_at = now, code, refresh_token, access_token }: Change): number {
  const expiries = [code, refresh_token, access_token].map(token => token?.expires_at ?? now)
  return Math.max(family_expires_at, ...expiries)
}

function* addTokens({ code, refresh_token, access_token }: Change, family_id: string | undefined): Work<void> {
  if (access_token !== undefined) {
    // A family goes with its client; what a client has for itself must not outlive it either.
    const gone = family_id === undefined && (yield* findClient(access_token.client_id)) === undefined
    if (gone) throw new Undo<CommitResult>('replayed')
    yield* addAccessToken(access_token, family_id)
  }
  if (code === undefined && refresh_token === undefined) return
  if (family_id === undefined) throw new Error('a code or a refresh token belongs to a family')
  if (code !== undefined) yield* addCode(code, family_id)
  if (refresh_token !== undefined) yield* addRefreshToken(refresh_token, family_id)
}
