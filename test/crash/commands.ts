import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { launch, type Surroundings } from '../support/program.ts'
import type { Chance } from './chance.ts'
import type { Ledger } from './ledger.ts'
import { insist } from './victim.ts'
import { addition } from './world.ts'

/** What operators do beside the running server, by processes of their own, of which some are killed too. */
export async function operate(surroundings: Surroundings, ledger: Ledger, chance: Chance): Promise<void> {
  if (chance.oneIn(4)) await rotateKeys(surroundings, ledger, chance)
  if (chance.oneIn(2)) await applyMore(surroundings, ledger, chance)
}

async function rotateKeys(surroundings: Surroundings, ledger: Ledger, chance: Chance): Promise<void> {
  const out = await ended(
    ['keys', 'rotate', '--alg', chance.oneOf(['ES256', 'Ed25519']), '--json'],
    surroundings,
    chance,
  )
  if (out === undefined) return
  const { keys } = JSON.parse(out) as { keys: readonly { kid: string }[] }
  for (const { kid } of keys) ledger.kids.add(kid)
  ledger.acknowledge('rotation')
}

async function applyMore(surroundings: Surroundings, ledger: Ledger, chance: Chance): Promise<void> {
  const added = { name: `added-${ledger.additions.length}`, done: false }
  const file = join(surroundings.cwd, `${added.name}.json`)
  writeFileSync(file, JSON.stringify(addition(added.name)))
  ledger.additions.push(added)
  added.done = (await ended(['apply', file], surroundings, chance)) !== undefined
  if (added.done) ledger.acknowledge('apply')
}

/** What a command printed; nothing when it was killed before it ended, as every third is. */
async function ended(args: readonly string[], surroundings: Surroundings, chance: Chance): Promise<string | undefined> {
  const child = launch(args, surroundings)
  child.stdin.end()
  const timer = chance.oneIn(3) ? setTimeout(() => child.kill('SIGKILL'), chance.below(900)) : undefined
  const closed = once(child, 'close') as Promise<[number | null]>
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await closed
  clearTimeout(timer)
  insist(code === 0 || child.signalCode === 'SIGKILL', `${args.slice(0, 2).join(' ')} works beside the server`, err)
  return code === 0 ? out : undefined
}
