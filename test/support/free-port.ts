import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port for a server whose address must be known before it starts. It is below those that systems hand out by
 * themselves, so that no socket of another test takes it in between, and above those that `fetch` refuses to ask.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(11_000, 32_000)
    const probe = createServer()
    const heard = Promise.race([once(probe, 'listening').then(() => true), once(probe, 'error').then(() => false)])
    probe.listen(port, '127.0.0.1')
    if (!(await heard)) continue
    await once(probe.close(), 'close')
    return port
  }
}
