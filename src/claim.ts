import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, issuerOf, StartRefused } from './config.ts'
import { lockDirectory } from './control/lock.ts'
import { taken } from './control/place.ts'
import type { Clock } from './core/ports.ts'
import { makeDirectory, refuseNoRoom, refuseUnusable } from './data-directory.ts'
import { examine } from './examine.ts'
import { portOf } from './listen.ts'

/** The right to serve a data directory under an issuer: no other server has it meanwhile. */
export interface Claim {
  readonly port: number
  readonly issuer: string
  release(): void
}

/**
 * Looks at everything that can refuse a start before anything is changed, then keeps other servers off the directory.
 * @throws StartRefused
 */
export async function claimDirectory(config: Config, clock: Clock): Promise<Claim> {
  const { data_dir } = config
  refuseUnusable(data_dir)
  // Of all there is to say, that another server runs comes first.
  const held = existsSync(join(data_dir, 'control.lock')) ? hold(data_dir) : undefined
  try {
    refuseNoRoom(data_dir)
    const port = await portOf(config)
    const issuer = issuerOf(config, port)
    examine(config, issuer, clock.now())
    makeDirectory(data_dir)
    return { port, issuer, release: held ?? hold(data_dir) }
  } catch (error) {
    held?.()
    throw error
  }
}

function hold(data_dir: string): () => void {
  const release = lockDirectory(data_dir)
  if (release === undefined) throw new StartRefused(taken(data_dir).message)
  return release
}
