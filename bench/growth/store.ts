import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Cores } from '../cores.ts'
import { type Installation, installGrantwise } from '../servers/grantwise.ts'
import type { Server } from '../servers/server.ts'
import { fill } from './fill.ts'
import type { Population } from './population.ts'

/** An installation with a filled store. */
export interface FilledStore {
  readonly population: Population
  readonly installation: Installation
  readonly file: string
  /** Bytes, as filled. */
  readonly size: number
  /** Seconds that filling took. */
  readonly took: number
}

/** A new one with so many live refresh tokens, and a user for every ten of them. */
export async function fillStore(dist: string, cores: Cores | undefined, tokens: number): Promise<FilledStore> {
  const installation = await installGrantwise(dist, cores, 64)
  await (await installation.start()).stop()
  const file = join(installation.data, 'grantwise.db')
  const population = { tokens, users: Math.ceil(tokens / 10), now: Math.floor(Date.now() / 1000) }
  const began = performance.now()
  fill(file, population)
  const { size } = await stat(file)
  return { population, installation, file, size, took: (performance.now() - began) / 1000 }
}

/** A server on it, with the file in the system's cache: how fast a disk is read is not what is asked. */
export async function serve(store: FilledStore): Promise<Server> {
  await readThrough(store.file)
  return { name: 'grantwise', ...(await store.installation.start()) }
}

export async function readThrough(file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 2 ** 22 })
  stream.resume()
  await finished(stream)
}
