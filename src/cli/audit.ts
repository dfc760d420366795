import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { auditEvents } from '../audit/events.ts'
import type { AuditQuery, AuditRecord } from '../audit/record.ts'
import { StartRefused } from '../config.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import type { Data } from '../open-data.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { auditJson, auditLines } from './print-audit.ts'
import { withExistingData } from './with-data.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly user?: string
  readonly client?: string
  readonly event?: string
  readonly since?: string
  readonly before?: string
  readonly limit: string
  readonly follow?: boolean
  readonly json?: boolean
}

/** `grantwise audit`: who did what, as it was committed; the newest last. */
export function auditCommand(): Command {
  const command = new Command('audit')
    .description('Show who did what: sign-ins, consents, authorizations, revocations, changes by administrators.')
    .addOption(flag('--user <login>', 'done to them or by them; a sub for one who was deleted', '--user alice'))
    .addOption(flag('--client <client_id>', 'about this client', '--client web'))
    .addOption(flag('--event <event>', 'of this kind', '--event client-changed').choices(Object.keys(auditEvents)))
    .addOption(flag('--since <time>', 'from then on: 90s, 30m, 24h, 7d, or a date', '--since 24h'))
    .addOption(flag('--before <id>', 'the records before this one', '--before 4711'))
    .addOption(flag('--limit <number>', 'how many at most, the newest (100)', '--limit 1000').default('100'))
    .addOption(flag('--follow', 'go on with new ones as they are committed, until Ctrl+C', 'audit --follow'))
    .addOption(flag('--json', 'say it as JSON, a line for each', 'audit --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(audit)
}

async function audit(options: Options): Promise<void> {
  const { json = false, follow = false } = options
  const limit = countOf('--limit', options.limit, 10_000)
  const before = options.before === undefined ? undefined : countOf('--before', options.before, Number.MAX_SAFE_INTEGER)
  // A reader that closed the pipe has seen enough.
  process.stdout.on('error', () => process.exit(0))
  await withExistingData(configFrom(options), async data => {
    const query: Narrowing = {
      sub: options.user === undefined ? undefined : await subOf(options.user, data),
      client_id: options.client,
      event: options.event,
      since: options.since === undefined ? undefined : timeOf(options.since, data.clock.now()),
    }
    const found = (await data.store.audit({ ...query, before, first: 'newest', limit })).toReversed()
    print(found, json, true)
    const [earliest] = found
    if (earliest !== undefined && found.length === limit && !json) {
      console.error(`Earlier ones: grantwise audit --before ${earliest.id}, with the same filters.`)
    }
    if (earliest === undefined) console.error(follow ? 'Nothing yet.' : 'Nothing of that kind is recorded.')
    if (follow) await goOn(query, found.at(-1)?.id, json, data)
  })
}

type Narrowing = Pick<AuditQuery, 'sub' | 'client_id' | 'event' | 'since'>

/** Milliseconds between two looks for what is new. */
const lookEvery = 500

async function goOn(query: Narrowing, last: number | undefined, json: boolean, { store }: Data): Promise<void> {
  const stopped = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort())
  let after = last ?? 0
  while (!stopped.signal.aborted) {
    const fresh = await store.audit({ ...query, after, first: 'oldest', limit: 1000 })
    print(fresh, json, false)
    after = fresh.at(-1)?.id ?? after
    if (fresh.length < 1000) await pause(lookEvery, undefined, stopped).catch(() => {})
  }
}

function print(records: readonly AuditRecord[], json: boolean, headed: boolean): void {
  if (records.length === 0) return
  const width = process.stdout.isTTY ? process.stdout.columns : undefined
  for (const line of json ? records.map(auditJson) : auditLines(records, { headed, width })) console.log(line)
}

/** Who was deleted has no login any more, but a `sub` for ever. @throws StartRefused */
async function subOf(typed: string, { store }: Data): Promise<string> {
  const login = normaliseLogin(typed)
  const account = login === undefined ? undefined : await store.accountByLogin(login)
  if (account !== undefined) return account.sub
  const [record] = await store.audit({ sub: typed, first: 'newest', limit: 1 })
  if (record !== undefined) return typed
  throw new StartRefused('--user: expected the login of a user, or the sub of one who was deleted; got neither')
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds since 1970 of a time that is said as an age or a date. @throws StartRefused */
function timeOf(said: string, now: number): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(said) ?? []
  if (count !== undefined) return now - Number(count) * (seconds[unit] ?? 1)
  const date = /^\d{4}-\d\d-\d\d/.test(said) ? Date.parse(said) : Number.NaN
  if (Number.isFinite(date)) return Math.floor(date / 1000)
  throw new StartRefused(
    `--since: expected an age (90s, 30m, 24h, 7d) or a date (2026-11-01, 2026-11-01T09:30Z); got ${JSON.stringify(said)}`,
  )
}

/** @throws StartRefused */
function countOf(name: string, said: string, most: number): number {
  if (/^[1-9]\d{0,15}$/.test(said) && Number(said) <= most) return Number(said)
  throw new StartRefused(`${name}: expected a whole number from 1 to ${most}; got ${JSON.stringify(said)}`)
}
