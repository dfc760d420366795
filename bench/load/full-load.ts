import { type Connection, openConnection } from './connection.ts'

/** One unit of what is measured: a token, a code flow, a page. */
export type Work = (connection: Connection) => Promise<void>

export interface Load {
  /** Units done within the time. */
  readonly count: number
  readonly seconds: number
  /** Milliseconds each, ascending. */
  readonly latencies: Float64Array
}

/** Every connection does its work again and again, without a pause, for so many seconds. */
export async function fullLoad(port: number, works: readonly Work[], seconds: number): Promise<Load> {
  const connections = await Promise.all(works.map(() => openConnection(port)))
  const latencies: number[] = []
  const ends = performance.now() + seconds * 1000
  try {
    await Promise.all(
      works.map(async (work, index) => {
        const connection = connections[index] as Connection
        for (let from = performance.now(); from < ends; ) {
          await work(connection)
          const now = performance.now()
          // What ends after the bell is not counted, nor is its time.
          if (now <= ends) latencies.push(now - from)
          from = now
        }
      }),
    )
  } finally {
    for (const connection of connections) connection.close()
  }
  return { count: latencies.length, seconds, latencies: Float64Array.from(latencies).sort() }
}
