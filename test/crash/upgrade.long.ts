import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { issuer, writeDataDirectory } from '../fixtures/first-schema/held.ts'
import { launch, start } from '../support/program.ts'
import { createChance } from './chance.ts'
import { inspectLeftovers } from './database.ts'

const kills = 25
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1e9)
const args = ['--issuer', issuer, '--port', '0', '--log-level', 'silent']

test(`killed ${kills} times while it brings an old database up to date, it goes on (seed ${seed})`, {
  timeout: 0,
}, async () => {
  const chance = createChance(seed)
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-upgrade-kill-'))
  const data_dir = join(cwd, '.grantwise')
  let took = 1_000
  for (let kill = 0; kill < kills; kill++) {
    writeDataDirectory(data_dir)
    const child = launch(['start', ...args], { cwd })
    const exited = once(child, 'exit')
    // The beginning is spent in loading the program.
    await pause(took / 2 + chance.below(took))
    child.kill('SIGKILL')
    await exited
    inspectLeftovers(data_dir)
    const began = performance.now()
    const running = await start(args, { cwd })
    took = performance.now() - began
    expect(await running.stop()).toBe(0)
    inspectLeftovers(data_dir)
    rmSync(data_dir, { recursive: true })
  }
  rmSync(cwd, { recursive: true })
})
