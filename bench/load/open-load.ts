import { type Connection, openConnection } from './connection.ts'
import type { Load, Work } from './full-load.ts'

/**
 * So many units a second, evenly spaced, whether or not the server keeps up. A unit's time counts from when it was due:
 * one that had to wait for a connection has waited all the same. Those of the first `lead` seconds are not counted.
 */
export async function openLoad(
  port: number,
  works: readonly Work[],
  rate: number,
  seconds: number,
  lead = 0,
): Promise<Load> {
  const connections = await Promise.all(works.map(() => openConnection(port)))
  try {
    const latencies = await new Promise<readonly number[]>((resolve, reject) => {
      arrive(works, connections, { rate, seconds, lead }, resolve, reject)
    })
    return { count: latencies.length, seconds, latencies: Float64Array.from(latencies).sort() }
  } finally {
    for (const connection of connections) connection.close()
  }
}

function arrive(
  works: readonly Work[],
  connections: readonly Connection[],
  { rate, seconds, lead }: { readonly rate: number; readonly seconds: number; readonly lead: number },
  resolve: (latencies: readonly number[]) => void,
  reject: (error: unknown) => void,
): void {
  const first = Math.floor(rate * lead)
  const total = first + Math.max(1, Math.floor(rate * seconds))
  const idle = works.map((_, index) => index)
  const latencies: number[] = []
  const began = performance.now()
  const dueAt = (unit: number) => began + (unit * 1000) / rate
  let begun = 0
  let ended = 0

  function begin(): void {
    while (begun < total && idle.length > 0 && dueAt(begun) <= performance.now()) {
      // In turn: each connection has a chain of tokens that must not be forgotten meanwhile.
      void run(idle.shift() as number, begun)
      begun += 1
    }
  }

  async function run(index: number, unit: number): Promise<void> {
    try {
      await works[index]?.(connections[index] as Connection)
    } catch (error) {
      begun = total
      reject(error)
      return
    }
    if (unit >= first) latencies.push(performance.now() - dueAt(unit))
    idle.push(index)
    ended += 1
    if (ended === total) resolve(latencies)
    begin()
  }

  // Timers are a millisecond apart; this core has nothing else to do.
  function spin(): void {
    begin()
    if (begun < total) setImmediate(spin)
  }
  spin()
}
