import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { decide, typeCode } from '../support/device.ts'
import { startServer } from '../support/server.ts'

/** A port that nobody has at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

test('examples/device.ts: a television shows its code and plays once it is let in', async () => {
  const server = await startServer({ document: {}, config: { dev: true } })
  onTestFinished(() => server.close())
  const port = await freePort()
  const { PATH = '' } = process.env
  const tv = spawn(process.execPath, [join(import.meta.dirname, '../../examples/device.ts')], {
    env: { PATH, ISSUER: server.issuer, PORT: String(port) },
  })
  onTestFinished(() => void tv.kill('SIGKILL'))
  let said = ''
  const user_code = await new Promise<string>((resolve, reject) => {
    for (const stream of [tv.stdout, tv.stderr])
      stream.on('data', chunk => {
        said += chunk
        const shown = /Type {4}(\S+)\n/.exec(said)?.[1]
        if (shown !== undefined) resolve(shown)
      })
    tv.once('exit', () => reject(new Error(said)))
  })
  // The picture for a camera, as blocks of a terminal and as SVG.
  expect(said).toMatch(/[█▀▄]{5}/)
  const screen = await (await fetch(`http://127.0.0.1:${port}`)).text()
  expect(screen).toContain(`<h1>${user_code}</h1>`)
  expect(screen).toContain('<svg')
  const { browser } = await enter(server, 'demo-ada', 'analytical engine')
  await decide(browser, await typeCode(browser, server.issuer, user_code))
  const [code] = await once(tv, 'exit')
  expect([code, said]).toEqual([0, expect.stringMatching(/Signed in as Ada Lovelace, with the playlists \w/)])
})
