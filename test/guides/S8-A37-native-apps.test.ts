import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, type Page, s256, signIn } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { post } from '../support/token.ts'

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-desktop-'))
  server = await startServer({ document: {}, config: { dev: true } })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Signs Ada in where an app sent her, and decides; where that leads. */
async function decide(address: string, consent: 'allow' | 'deny' = 'allow'): Promise<string> {
  const browser = openBrowser()
  const asked = await signIn(browser, await browser.get(address), 'demo-ada', 'analytical engine')
  const { headers } = await browser.submit(asked, '/consent', { consent })
  return headers.get('location') ?? ''
}
const shownAddress = /^ {2}(http\S+)$/m
const command = () => startExample('command-line.ts', { ISSUER: server.issuer, BROWSER: 'true' })

test('S8, A37: a command signs in over loopback: a free port, its own state only, and then it listens no more', async () => {
  const cli = command()
  const address = await cli.said(shownAddress)
  const redirect_uri = new URL(address).searchParams.get('redirect_uri') ?? ''
  expect(redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  for (const forged of ['/callback?code=stolen&state=guessed', '/callback?error=access_denied', '/']) {
    expect((await fetch(new URL(forged, redirect_uri))).status).toBe(404)
  }
  const back = await decide(address)
  expect(await (await fetch(back)).text()).toBe('Close this page, and go on in the terminal.')
  expect(await cli.ended()).toBe(0)
  expect(cli.output()).toContain('Signed in as Ada.')
  await expect(fetch(back)).rejects.toThrow()
  // Whoever saw the answer go by has a code without its verifier, and spent at that.
  const code = new URL(back).searchParams.get('code') ?? ''
  const stolen = { grant_type: 'authorization_code', client_id: 'demo-cli', code, redirect_uri }
  expect((await post(`${server.issuer}/token`, stolen)).body.error).toBe('invalid_grant')
})

test('A37: who says no is not signed in', async () => {
  const cli = command()
  const back = await decide(await cli.said(shownAddress), 'deny')
  await fetch(back)
  expect([await cli.ended(), cli.output()]).toEqual([1, expect.stringMatching(/Not let in\.\n$/)])
})

test('A38: each run of an app makes a verifier of 256 random bits, and sends its hash', async () => {
  const verifiers = new Set<string>()
  for (const run of ['one', 'another']) {
    const PENDING = join(folder, `${run}.json`)
    const app = startExample('desktop-app.ts', { ISSUER: server.issuer, PENDING })
    const address = await app.said(shownAddress)
    await app.ended()
    const { pkceCodeVerifier } = JSON.parse(readFileSync(PENDING, 'utf8'))
    expect(Buffer.from(pkceCodeVerifier, 'base64url')).toHaveLength(32)
    expect(new URL(address).searchParams.get('code_challenge')).toBe(s256(pkceCodeVerifier))
    verifiers.add(pkceCodeVerifier)
  }
  expect(verifiers.size).toBe(2)
})

test('S8: a desktop or phone app signs in by a scheme of its own', async () => {
  const env = { ISSUER: server.issuer, PENDING: join(folder, 'pending.json') }
  const begun = startExample('desktop-app.ts', env)
  const back = await decide(await begun.said(shownAddress))
  expect(await begun.ended()).toBe(0)
  expect(back).toMatch(/^com\.example\.demo:\/callback\?code=/)
  // Another app that took the scheme has the code, and not what it is bound to.
  const code = new URLSearchParams(back.split('?')[1]).get('code') ?? ''
  const stolen = { grant_type: 'authorization_code', client_id: 'demo-native', code }
  const thief = { ...stolen, redirect_uri: 'com.example.demo:/callback', code_verifier: 't'.repeat(43) }
  expect((await post(`${server.issuer}/token`, thief)).body.error).toBe('invalid_grant')
  const opened = startExample('desktop-app.ts', env, back)
  expect([await opened.ended(), opened.output()]).toEqual([0, 'Signed in as Ada.\n'])
  const twice = startExample('desktop-app.ts', env, back)
  expect(await twice.ended()).toBe(1)
})

test('S8: the page that asks says that it is for an app on this device, each time', async () => {
  const asks = ({ html }: Page) => html.includes('name="consent" value="allow"')
  const cli = command()
  const address = await cli.said(shownAddress)
  await decide(address)
  const browser = openBrowser()
  expect(asks(await signIn(browser, await browser.get(address), 'demo-ada', 'analytical engine'))).toBe(true)
})
