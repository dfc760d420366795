// Client-credentials throughput with journeys off, by default and all: `node test/journeys/bench.mjs [rounds] [seconds]`.
// Three servers for each, since two alike may differ by a tenth; the load goes to one after the other, round by round, so that what
// else the machine does falls on all of them alike. Ratios count, and on a busy machine those of processor time (Linux).
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [rounds = 9, seconds = 2] = process.argv.slice(2).map(Number)
const modes = ['off', '0.01', 'all', '0.01', 'all', 'off', 'all', 'off', '0.01']
const directory = mkdtempSync(join(tmpdir(), 'grantwise-bench-'))
const secret = 'a-secret-of-32-characters-or-more'
const scopes = { 'a:read': { description: 'Read' } }
writeFileSync(
  join(directory, 'apply.json'),
  JSON.stringify({
    resource_servers: [{ audience: 'urn:example:api', scopes }],
    clients: [
      {
        client_id: 'job',
        client_secret: secret,
        grant_types: ['client_credentials'],
        scope: 'a:read',
        grantwise: { acts_for: ['self'], audiences: ['urn:example:api'] },
      },
    ],
  }),
)

const servers = await Promise.all(
  modes.map(async (mode, at) => {
    const args = ['start', '--port', '0', '--data-dir', String(at), '--apply', 'apply.json', '--log-level', 'silent']
    const main = join(import.meta.dirname, '../../src/main.ts')
    const child = spawn(process.execPath, [main, ...args, '--journeys', mode], { cwd: directory })
    let said = ''
    for await (const chunk of child.stdout) {
      said += chunk
      if (/Data {2}/.test(said)) break
    }
    return {
      mode,
      child,
      issuer: /Issuer +(\S+)/.exec(said)[1],
      agent: new Agent({ keepAlive: true, maxSockets: 32 }),
      rates: [],
      spent: 0,
      asked: 0,
    }
  }),
)

/** Asks for one token after the other until the time is up. */
async function ask(server, until) {
  const body = 'grant_type=client_credentials'
  let count = 0
  while (performance.now() < until) {
    await new Promise((resolve, reject) => {
      const outgoing = request(
        `${server.issuer}/token`,
        {
          method: 'POST',
          agent: server.agent,
          headers: {
            authorization: `Basic ${btoa(`job:${secret}`)}`,
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': body.length,
          },
        },
        response => {
          if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
          response.resume().on('end', resolve)
        },
      )
      outgoing.on('error', reject).end(body)
    })
    count++
  }
  return count
}

/** Milliseconds of processor time that a process has had. */
function spent({ child }) {
  try {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

async function measure(server, ms) {
  const [began, before] = [performance.now(), spent(server)]
  const counts = await Promise.all(Array.from({ length: 16 }, () => ask(server, began + ms)))
  const count = counts.reduce((sum, it) => sum + it, 0)
  server.asked += count
  server.spent += spent(server) - before
  return count / ((performance.now() - began) / 1000)
}

for (const server of servers) {
  await measure(server, 3000)
  server.asked = 0
  server.spent = 0
}
for (let round = 0; round < rounds; round++) {
  const order = servers.map((_, at) => servers[(at + round) % servers.length])
  for (const server of order) server.rates.push(await measure(server, seconds * 1000))
}
const total = (some, of) => some.reduce((sum, it) => sum + of(it), 0)
function of(mode) {
  const some = servers.filter(it => it.mode === mode)
  const costs = some.map(it => (it.spent / it.asked) * 1000)
  return {
    rate: total(some, it => total(it.rates, rate => rate)) / total(some, it => it.rates.length),
    cost: (total(some, it => it.spent) / total(some, it => it.asked)) * 1000,
    costs: costs.map(it => it.toFixed(0)).join(', '),
  }
}
const off = of('off')
for (const mode of ['off', '0.01', 'all']) {
  const { rate, cost, costs } = of(mode)
  console.log(
    `${mode.padEnd(5)} ${rate.toFixed(0).padStart(6)}/s (${(rate / off.rate).toFixed(2)} of off)`,
    ` processor ${cost.toFixed(0)} µs each (${(off.cost / cost).toFixed(2)} of off; servers: ${costs})`,
  )
}
for (const { child, agent } of servers) {
  agent.destroy()
  child.kill()
}
await Promise.all(servers.map(({ child }) => new Promise(resolve => child.once('exit', resolve))))
rmSync(directory, { recursive: true })
