import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** What a program prints, to both of its streams. */
export interface Printed {
  output(): string
  /** Waits until it prints this; what the first group of it matched. @throws once it ends without */
  said(pattern: RegExp): Promise<string>
}

export function listenTo(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Printed {
  const streams = [child.stdout, child.stderr]
  let printed = ''
  for (const stream of streams) {
    stream.on('data', chunk => {
      printed += chunk
    })
  }
  return {
    output: () => printed,
    said: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(printed)
          if (found) resolve(found[1] ?? found[0])
        }
        for (const stream of streams) stream.on('data', look)
        child.once('close', () => reject(new Error(`it ended, and said only: ${printed}`)))
        look()
      }),
  }
}
