import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { describe, onTestFinished, test } from 'vitest'
import { expectRefusal, nobody, notRoot, place, useInstalled } from './support.ts'

const installed = useInstalled()
/** A port that another program has. */
async function takenPort(port = 0): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>(resolve => server.close(() => resolve())))
  return String((server.address() as AddressInfo).port)
}

describe('where it cannot listen', () => {
  test('a taken port makes no data directory', async () => {
    const port = await takenPort()
    const words = new RegExp(
      `^Port ${port} of 127\\.0\\.0\\.1 is taken by another program\\. Stop it, or choose one with --port`,
    )
    await expectRefusal(place(), ['--port', port], [words])
  })

  test('nor changes one', async () => {
    await takenPort(Number(installed.args[1]))
    await expectRefusal(place(installed), installed.args, [/is taken by another program/])
  })

  test('a host that is not ours', async () => {
    await expectRefusal(
      place(),
      ['--host', '192.0.2.1', '--issuer', 'https://id.example.com'],
      [/^192\.0\.2\.1 is no address of this machine\. Name one that is with --host/],
    )
  })

  test('a host that nobody knows', async () => {
    await expectRefusal(
      place(),
      ['--host', 'nowhere.invalid', '--issuer', 'https://id.example.com'],
      [/^No address is known for the host nowhere\.invalid .*--host/],
    )
  })

  const setting = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
  const lowest = existsSync(setting) ? Number(readFileSync(setting, 'utf8')) : 0
  test.skipIf(notRoot !== undefined || lowest <= 80)(
    'a port for root only (needs root to play another user)',
    async () => {
      const where = place()
      chmodSync(where.cwd, 0o777)
      await expectRefusal(where, ['--port', '80'], [/may not listen on port 80 .*EACCES.*--port.*proxy/], {
        uid: nobody,
      })
    },
  )
})
