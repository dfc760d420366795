import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Options {
  /** Only cases whose names begin so, and nothing else; everything, if none is given. */
  readonly cases: readonly string[]
  readonly rounds: number
  /** Of each case on each server in each round. */
  readonly seconds: number
  readonly connections: number
  /** Only latency at half load and in the storm, and the cases that they need. */
  readonly latency: boolean
  readonly json: boolean
  /** Put the figures into docs/performance.md. */
  readonly write: boolean
  /** The built program to measure; undefined is this checkout's, built anew when older than its sources. */
  readonly dist: string | undefined
  /** Another built program to measure beside it, as `before`. */
  readonly against: string | undefined
}

/** @throws a sentence for whoever typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      connections: { type: 'string', default: '32' },
      latency: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      dist: { type: 'string' },
      against: { type: 'string' },
    },
  })
  return {
    cases: values.cases?.split(',') ?? [],
    rounds: whole('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: whole('connections', values.connections),
    latency: values.latency,
    json: values.json,
    write: values.write,
    dist: values.dist === undefined ? undefined : resolve(values.dist),
    against: values.against === undefined ? undefined : resolve(values.against),
  }
}

function whole(name: string, text: string): number {
  const number = positive(name, text)
  if (!Number.isInteger(number)) throw new Error(`--${name}: expected a whole number; got ${text}`)
  return number
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`--${name}: expected a number above 0; got ${text}`)
  return number
}
