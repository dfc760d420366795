import { expect, onTestFinished, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { decide, typeCode } from '../support/device.ts'
import { startExample } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { startServer } from '../support/server.ts'

test('examples/device.ts: a television shows its code and plays once it is let in', async () => {
  const server = await startServer({ document: {}, config: { dev: true } })
  onTestFinished(() => server.close())
  const port = await freePort()
  const tv = startExample('device.ts', { ISSUER: server.issuer, PORT: String(port) })
  const user_code = await tv.said(/Type {4}(\S+)\n/)
  // The picture for a camera, as blocks of a terminal and as SVG.
  expect(tv.output()).toMatch(/[█▀▄]{5}/)
  const screen = await (await fetch(`http://127.0.0.1:${port}`)).text()
  expect(screen).toContain(`<h1>${user_code}</h1>`)
  expect(screen).toContain('<svg')
  const { browser } = await enter(server, 'demo-ada', 'analytical engine')
  await decide(browser, await typeCode(browser, server.issuer, user_code))
  expect(await tv.ended()).toBe(0)
  expect(tv.output()).toMatch(/Signed in as Ada Lovelace, with the playlists \w/)
})
