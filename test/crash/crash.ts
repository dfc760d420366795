import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { portOf } from '../../src/listen.ts'
import { launch, type Running, start } from '../support/program.ts'
import { type Chance, createChance } from './chance.ts'
import { operate } from './commands.ts'
import { inspectLeftovers } from './database.ts'
import { type Chain, Ledger, sum } from './ledger.ts'
import { load, populate } from './load.ts'
import { type Extent, verify } from './verify.ts'
import type { Victim } from './victim.ts'
import { crashWorld } from './world.ts'

export interface CrashOptions {
  readonly kills: number
  /** Repeats a run, as far as what runs at the same time can be repeated. */
  readonly seed: number
  /** How many writes are answered, at least, before a kill comes; any number of them unless given. */
  readonly leastWrites?: number
  /** Told in one line how far it is. */
  readonly report?: (line: string) => void
}

/** How much of what is older than the last restart each restart is asked for. */
const sampled = 20
/** How many writes are answered, at most, before the kill comes; and how many milliseconds later it may come. */
const mostWrites = 400
const longestDelay = 20
/** Milliseconds after which it comes on a machine that is slow. */
const patience = 10_000

interface Scene {
  readonly cwd: string
  readonly data_dir: string
  readonly args: readonly string[]
  readonly ledger: Ledger
  readonly chance: Chance
  /** Milliseconds since 1970 until when the ledger was held against a server. */
  verified_at: number
  readonly verified: { people: number; jobTokens: number; additions: number }
  readonly leastWrites: number
  /** Milliseconds that the last start took. */
  started_in: number
}

/**
 * Kills a server at random moments under mixed load and starts it again on the same data, until it was killed often
 * enough; then asks it for everything that it ever acknowledged. @throws the promise that was broken, and leaves the
 * data directory for whoever looks into it.
 */
export async function crash({ kills, seed, leastWrites = 0, report = () => {} }: CrashOptions): Promise<string> {
  const scene = await prepare(seed, leastWrites)
  const began = performance.now()
  const line = (kill: number) => lineOf(scene.ledger, kill, seed, performance.now() - began)
  try {
    for (let kill = 1; kill <= kills; kill++) {
      // The first start above all: it makes everything.
      await (kill % 6 === 1 ? killStarting(scene) : killLoaded(scene))
      inspectLeftovers(scene.data_dir)
      report(line(kill))
    }
    await verifyEverything(scene)
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error)
    throw new Error(`seed ${seed}, data in ${scene.data_dir}: ${sentence}`, { cause: error })
  }
  rmSync(scene.cwd, { recursive: true, force: true })
  return line(kills)
}

async function prepare(seed: number, leastWrites: number): Promise<Scene> {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-crash-'))
  writeFileSync(join(cwd, 'world.json'), JSON.stringify(crashWorld))
  const port = String(await portOf({ host: '127.0.0.1', port: 0 }))
  const data_dir = join(cwd, '.grantwise')
  const args = ['--port', port, '--apply', 'world.json', '--sign-up', '--trust-proxy', '127.0.0.1']
  const verified = { people: 0, jobTokens: 0, additions: 0 }
  return {
    cwd,
    data_dir,
    args,
    ledger: new Ledger(),
    chance: createChance(seed),
    verified_at: 0,
    verified,
    leastWrites,
    started_in: 500,
  }
}

async function killStarting({ cwd, args, chance, started_in }: Scene): Promise<void> {
  const child = launch(['start', ...args], { cwd })
  const exited = once(child, 'exit')
  await pause(chance.below(started_in * 1.2))
  child.kill('SIGKILL')
  const [code] = await exited
  if (code !== null) throw new Error(`broken: a start after a kill works; got exit code ${code}`)
}

async function killLoaded(scene: Scene): Promise<void> {
  const { cwd, args, ledger, chance, leastWrites } = scene
  const began = performance.now()
  const running = await start(['--log-level', 'silent', ...args], { cwd })
  scene.started_in = performance.now() - began
  const victim = victimOf(running)
  try {
    await verify(victim, ledger, chance, recent(scene))
    markVerified(scene)
    await populate(victim, ledger, chance)
    const moment = ledger
      .further(leastWrites + chance.below(mostWrites - leastWrites))
      .then(() => pause(chance.below(longestDelay)))
    const loads = Promise.all([load(victim, ledger, chance), operate({ cwd }, ledger, chance)])
    // A fault under load is told at once, not when the kill comes.
    await Promise.race([loads, moment, pause(patience)])
    const exited = once(running.child, 'exit')
    victim.killed = true
    running.child.kill('SIGKILL')
    await Promise.all([loads, exited])
  } finally {
    victim.killed = true
    await running.stop('SIGKILL')
  }
}

async function verifyEverything({ cwd, data_dir, args, ledger, chance }: Scene): Promise<void> {
  const running = await start(['--log-level', 'silent', ...args], { cwd })
  try {
    await verify(victimOf(running), ledger, chance, { ...ledger, replays: false })
    const code = await running.stop()
    if (code !== 0) throw new Error(`broken: a server ends with 0 when it is told to; got ${code}`)
  } finally {
    await running.stop('SIGKILL')
  }
  inspectLeftovers(data_dir)
}

function victimOf({ issuer }: Running): Victim {
  return { issuer, killed: false }
}

/** What was touched since the last restart, and a sample of what is older. */
function recent({ ledger, chance, verified, verified_at }: Scene): Extent {
  const isRecent = ({ heard_at, state }: Chain) =>
    heard_at >= verified_at || !['issued', 'live', 'ended'].includes(state)
  const since = <T>(values: readonly T[], from: number) => [
    ...values.slice(from),
    ...chance.some(values.slice(0, from), sampled),
  ]
  return {
    chains: [
      ...ledger.chains.filter(isRecent),
      ...chance.some(
        ledger.chains.filter(chain => !isRecent(chain)),
        sampled,
      ),
    ],
    people: since(ledger.people, verified.people),
    jobTokens: since(ledger.jobTokens, verified.jobTokens),
    additions: since(ledger.additions, verified.additions),
    replays: true,
  }
}

function markVerified(scene: Scene): void {
  const { people, jobTokens, additions } = scene.ledger
  scene.verified_at = Date.now()
  Object.assign(scene.verified, {
    people: people.length,
    jobTokens: jobTokens.length,
    additions: additions.length,
  })
}

function lineOf(
  { acknowledged, kept, unheard, kids, signed }: Ledger,
  kill: number,
  seed: number,
  milliseconds: number,
): string {
  const words = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')
  return (
    `${kill} kills in ${Math.round(milliseconds / 1000)} s, seed ${seed}: ` +
    `${sum(acknowledged)} acknowledged writes (${words(acknowledged)}); ${unheard} requests cut off; ${signed.size} of ${kids.size} keys have signed; ` +
    `${sum(kept)} promises found kept (${words(kept)})`
  )
}
