import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startLoadedServer } from '../load/server.ts'
import { countRows } from '../support/rows.ts'
import { faultsOf, header, line, type Sample } from './samples.ts'
import { openVisits, type Visits } from './visits.ts'

/** A server at half of its load for half an hour: what it holds must not grow. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    /** Visits a second, instead of half of what is carried. */
    rate: { type: 'string' },
    main: { type: 'string', default: 'src/main.ts' },
  },
})
const minutes = Number(values.minutes)
const sampleCount = 60
/** More at once are no half load: whoever comes then stays away. */
const mostUnderWay = 100

const server = await startLoadedServer(values.main)
const visits = await openVisits(server.issuer)
const full = await visitsPerSecond(visits, 10)
const rate = values.rate === undefined ? full / 2 : Number(values.rate)
console.log(`${full.toFixed(0)} visits a second are carried at most; ${rate.toFixed(0)} come for ${minutes} minutes.`)
console.log(header)

const taken: Sample[] = []
const underWay = new Set<Promise<void>>()
const began = performance.now()
const elapsed = () => (performance.now() - began) / 1000
let sent = 0
let missed = 0
let signIns = 0
while (elapsed() < minutes * 60) {
  for (const due = Math.floor(elapsed() * rate); sent < due; sent++) {
    if (underWay.size < mostUnderWay) track(visits.visit())
    else missed++
  }
  for (const due = Math.floor(elapsed()); signIns < due; signIns++) track(visits.signIn())
  if (elapsed() >= ((taken.length + 1) * minutes * 60) / sampleCount) taken.push(await sample())
  await pause(2)
}
await Promise.all(underWay)
visits.close()
const { wrong, requests, refused } = visits.visited
const code = await server.close()

const faults = [...faultsOf(taken), ...[...wrong].map(([what, times]) => `${times} × ${what}`)]
if (code !== 0) faults.push(`the server ended with ${code}`)
for (const fault of faults) console.error(fault)
console.log(
  `${sent - missed} visits with ${requests} requests and ${signIns} sign-ins; ${refused} ended early, ${missed} stayed away: ` +
    (faults.length === 0 ? 'flat' : 'not flat'),
)
process.exitCode = faults.length === 0 ? 0 : 1

function track(visit: Promise<void>): void {
  underWay.add(visit)
  visit.finally(() => underWay.delete(visit))
}

/** What a few visitors get through, each coming again at once. */
async function visitsPerSecond({ visit, visited }: Visits, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  const before = visited.visits
  const come = async () => {
    while (performance.now() < until) await visit()
  }
  await Promise.all(Array.from({ length: 16 }, come))
  return (visited.visits - before) / seconds
}

async function sample(): Promise<Sample> {
  const { audit = 0, ...others } = countRows(server.data_dir)
  const rows = Object.values(others).reduce((sum, count) => sum + count, 0)
  const now = { ...(await server.holding()), rows, audit, minute: elapsed() / 60, visits: sent }
  console.log(line(now))
  return now
}
