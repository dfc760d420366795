// Client-credentials throughput with journeys off, by default and all: `node test/journeys/bench.mjs [rounds] [seconds]`.
// One server for each, in processes of their own; the load goes to one after the other, round by round, so that what
// else the machine does falls on all of them alike. Ratios of medians are what counts.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [rounds = 9, seconds = 2] = process.argv.slice(2).map(Number)
const modes = ['off', '0.01', 'all']
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
  modes.map(async mode => {
    const args = ['start', '--port', '0', '--data-dir', mode, '--apply', 'apply.json', '--log-level', 'silent']
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

async function measure(server, ms) {
  const began = performance.now()
  const counts = await Promise.all(Array.from({ length: 16 }, () => ask(server, began + ms)))
  return counts.reduce((sum, it) => sum + it, 0) / ((performance.now() - began) / 1000)
}

for (const server of servers) await measure(server, 2000)
for (let round = 0; round < rounds; round++) {
  const order = servers.map((_, at) => servers[(at + round) % servers.length])
  for (const server of order) server.rates.push(await measure(server, seconds * 1000))
}
const median = rates => rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)]
const off = median(servers[0].rates)
for (const { mode, rates } of servers) {
  const ratios = rates.map((it, at) => it / servers[0].rates[at])
  console.log(
    `${mode.padEnd(5)} ${median(rates).toFixed(0).padStart(6)}/s  ${(median(rates) / off).toFixed(3)} of off  (per round ${median(ratios).toFixed(3)})`,
  )
}
for (const { child, agent } of servers) {
  agent.destroy()
  child.kill()
}
await Promise.all(servers.map(({ child }) => new Promise(resolve => child.once('exit', resolve))))
rmSync(directory, { recursive: true })
