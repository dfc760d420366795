import type { Registration } from '../advisor/registration.ts'
import type { By } from '../core/by.ts'
import { type Client, holdsSecret } from '../core/client.ts'
import { applyPlan, planApply } from './apply.ts'
import { readApplyFile } from './apply-file.ts'
import { effectsOf } from './change-effects.ts'
import { type ChangeTyped, describeChangedClient } from './changed-client.ts'
import { type ClientEntry, type DiffLine, diffEntries, entryOf } from './client-entry.ts'
import type { Effect } from './effect.ts'
import { onlyClient } from './named-clients.ts'
import { planClient } from './plan-client.ts'
import { type AdminChange, type AnsweredPage, ChangedMeanwhile, type ClientReader, type LiveSignIns } from './ports.ts'
import type { RegisterPowers } from './register-advised.ts'
import { liveSecrets } from './secrets.ts'

export interface ChangePowers extends Omit<RegisterPowers, 'store'> {
  readonly store: RegisterPowers['store'] & Pick<ClientReader, 'liveSignIns'>
}

/** What a change of a client would write, and everything that it would do. */
export interface PlannedChange {
  readonly before: Client
  /** As an apply file says it: applied, it leads to the same. */
  readonly entry: ClientEntry
  readonly diff: readonly DiffLine[]
  readonly effects: readonly Effect[]
  readonly live: LiveSignIns
  readonly warnings: readonly string[]
  /** Whether it gets a secret that it has not now. */
  readonly newSecret: boolean
  readonly changes: readonly AdminChange[]
  /** Of the client as it is: what is shown is what is changed. */
  readonly stamp: string
}

/** Names what a client is now: another once anything of it is changed. */
export function stampOf(client: Client, { hash }: Pick<ChangePowers, 'hash'>): string {
  return hash.sha256(JSON.stringify(client))
}

/**
 * What it takes for a client to follow another advice, by the rules of an apply file; writes nothing. The secret, where
 * it gets one, is the one that is given.
 * @throws ApplyRefused
 */
export async function planAdvisedChange(
  before: Client,
  registration: Registration,
  typed: ChangeTyped,
  powers: ChangePowers,
  client_secret = powers.random.secret(),
): Promise<PlannedChange> {
  const { store, clock } = powers
  const now = clock.now()
  const apis = await store.allResourceServers()
  const entry = describeChangedClient(before, registration, typed, apis)
  const live = await store.liveSignIns(before.client_id, now)
  const newSecret = holdsSecret(entry.token_endpoint_auth_method) && liveSecrets(before.secrets, now).length === 0
  const file = readApplyFile({ clients: [newSecret ? { ...entry, client_secret } : entry] })
  const { changes, warnings } = await planApply([file], { ...powers, store: onlyClient(before.client_id, store) })
  return {
    before,
    entry,
    diff: diffEntries(entryOf(before), entry),
    effects: effectsOf(entryOf(before), entry, { live, apis }),
    live,
    warnings: warnings.map(it => it.replace(/^clients\[0\]\./, '')),
    newSecret,
    changes,
    stamp: stampOf(before, powers),
  }
}

export interface ChangeOptions {
  /** What the client was when it was shown. */
  readonly stamp: string
  readonly answers?: AnsweredPage
  readonly by?: By
}

/** A client that follows another advice from now on; its secret, where it got one, is in no other place. */
export interface ChangedClient {
  readonly planned: PlannedChange
  readonly client_secret?: string
}

/**
 * Changes a client to follow another advice, in one transaction.
 * @throws ChangedMeanwhile when the client is not what was shown; ApplyRefused; PageAnswered.
 */
export async function changeAdvised(
  client: Client,
  registration: Registration,
  typed: ChangeTyped,
  powers: ChangePowers,
  { stamp, answers, by }: ChangeOptions,
): Promise<ChangedClient> {
  const page: readonly AdminChange[] = answers === undefined ? [] : [{ kind: 'answer_page', ...answers }]
  const refuse = async () => {
    // It may have been this page itself that changed it.
    await applyPlan({ changes: page }, powers, by)
    throw new ChangedMeanwhile(`client ${client.client_id}`)
  }
  if (stampOf(client, powers) !== stamp) return refuse()
  const client_secret = powers.random.secret()
  const planned = await planAdvisedChange(client, registration, typed, powers, client_secret)
  // The plan was made of what the store has now: that must be what was shown, too.
  const plannedUpon = planned.changes.find(change => change.kind === 'put_client')?.before
  if (plannedUpon && stampOf(plannedUpon, powers) !== stamp) return refuse()
  await applyPlan({ changes: [...page, ...planned.changes] }, powers, by)
  return { planned, ...(planned.newSecret ? { client_secret } : {}) }
}

/**
 * Sets the day from which a client's retired flows are refused, or takes it away; nothing else of it is looked at.
 * @throws ChangedMeanwhile
 */
export async function setRetiredUntil(
  client: Client,
  retired_until: number | undefined,
  powers: Pick<ChangePowers, 'store' | 'clock'>,
  by: By,
): Promise<void> {
  const { retired_until: _, ...rest } = client.grantwise
  const grantwise = { ...rest, ...(retired_until === undefined ? {} : { retired_until }) }
  const step = planClient({ ...client, grantwise }, client)
  await applyPlan({ changes: step === undefined ? [] : [step.change] }, powers, by)
}
