import { writeSync } from 'node:fs'

/** Milliseconds that a line waits for a reader who is behind, and between two looks at him. */
const patience = 100
const pause = 5

const never = new Int32Array(new SharedArrayBuffer(4))

/**
 * Log lines, to standard output. What cannot be written, since the disk is full or the reader is gone, is dropped and
 * counted, and the next line that can be is preceded by the count: no request waits for the log, or fails with it.
 */
export function createStdoutLog(fd = 1): { write(line: string): void } {
  let dropped = 0
  /** Whether what was written last ends in the middle of a line. */
  let torn = false

  function put(text: string): void {
    let left = Buffer.from(text)
    for (let waited = 0; left.length > 0; ) {
      try {
        left = left.subarray(writeSync(fd, left))
        torn = left.length > 0
      } catch (error) {
        const isBehind = (error as NodeJS.ErrnoException).code === 'EAGAIN'
        if (!isBehind || dropped > 0 || waited >= patience) throw error
        Atomics.wait(never, 0, 0, pause)
        waited += pause
      }
    }
  }

  return {
    write(line) {
      try {
        if (dropped > 0)
          put(`${torn ? '\n' : ''}${JSON.stringify({ level: 40, time: Date.now(), dropped, msg: 'lost lines' })}\n`)
        dropped = 0
        put(line)
      } catch {
        dropped += 1
      }
    },
  }
}
