import { parseArgs } from 'node:util'
import { atTwiceTheLoad } from './at-twice-the-load.ts'
import { capacity } from './open-loop.ts'
import { clientCredentials, requestsTo } from './requests.ts'
import { startLoadedServer } from './server.ts'
import { underSignIns } from './under-sign-ins.ts'
import { withHeldConnections } from './with-held-connections.ts'
import { withLargeRequests } from './with-large-requests.ts'

/** What one server does under more than it can carry. The load comes from this process, over loopback only. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    /** Some of the stages, with commas between. */
    only: { type: 'string' },
    main: { type: 'string', default: 'src/main.ts' },
  },
})
const server = await startLoadedServer(values.main)
const next = () => clientCredentials(requestsTo(server.issuer))
await capacity(server.port, 5, next)
const carried = await capacity(server.port, 10, next)
console.log(`carries ${carried.toFixed(0)} client credentials a second`)

const seconds = Number(values.minutes) * 60
const stages = {
  twice: () => atTwiceTheLoad(server, carried, seconds),
  'sign-ins': () => underSignIns(server, carried, Math.min(20, seconds)),
  held: () => withHeldConnections(server, carried),
  large: () => withLargeRequests(server),
}
const faults: string[] = []
for (const [name, stage] of Object.entries(stages)) {
  if (values.only === undefined || values.only.split(',').includes(name)) faults.push(...(await stage()))
}
const code = await server.close()
if (code !== 0) faults.push(`the server ended with ${code}`)
for (const fault of faults) console.error(`fault: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
