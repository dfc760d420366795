import dns from 'node:dns'
import { readdirSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, obtainTokens, post } from '../support/token.ts'

/**
 * Rule 9: nothing that a stranger names is fetched. What an operator registered is, through the one guard
 * (rule-9-fetched-keys); here nothing is registered: server and tests share a process, and the only connections of it
 * are those to the server.
 */

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const evil = 'https://evil.example/x'
const names = [
  'request_uri',
  'request',
  'jwks_uri',
  'jwks',
  'logo_uri',
  'client_uri',
  'policy_uri',
  'tos_uri',
  'sector_identifier_uri',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'registration_client_uri',
  'resource',
  'audience',
  'client_id',
  'redirect_uri',
  'post_logout_redirect_uri',
  'iss',
  'login_hint',
  'claims',
  'scope',
  'state',
  'subject_token',
  'client_assertion',
  'assertion',
  'webhook',
]

test('no parameter, header, token or body makes the server call anybody or look anybody up', async () => {
  const { host } = new URL(server.url)
  const called: string[] = []
  const connect = Socket.prototype.connect
  const connects = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
    this: Socket,
    ...args: unknown[]
  ) {
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [
      { host?: string; port?: number | string; path?: string },
    ]
    const to = options.path ?? `${options.host}:${options.port}`
    if (to !== host) called.push(to)
    return Reflect.apply(connect, this, args) as Socket
  })
  const lookup = vi.spyOn(dns, 'lookup')
  const asked = vi.spyOn(dns.promises, 'lookup')

  const browser = openBrowser()
  const { access_token } = await obtainTokens(server.issuer, {}, browser)
  for (const name of names) {
    await browser.get(authorizeUrl(server.issuer, { [name]: evil }))
    await openBrowser().get(authorizeUrl(server.issuer, { [name]: evil, prompt: 'none' }))
    await post(`${server.issuer}/token`, { grant_type: 'client_credentials', [name]: evil }, basic('job'))
    await post(`${server.issuer}/introspect`, { token: access_token, [name]: evil }, basic('web'))
    await post(`${server.issuer}/revoke`, { token: 'x', [name]: evil }, basic('web'))
    await openBrowser().get(`${server.issuer}/logout?${new URLSearchParams({ [name]: evil })}`)
  }
  const page = await openBrowser().get(authorizeUrl(server.issuer))
  await signIn(openBrowser(), page, evil, evil)
  const headers = { referer: evil, origin: 'https://evil.example', host: 'evil.example', via: evil, link: `<${evil}>` }
  await send(`${server.issuer}/token`, {
    method: 'POST',
    headers: { ...headers, ...basic('job') },
    body: 'grant_type=x',
  })
  await send(server.issuer, { path: evil })
  const advice = JSON.stringify({ policy: evil, answers: { acts_for: evil } })
  await send(`${server.issuer}/advise`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: advice,
  })

  expect(connects.mock.calls.length).toBeGreaterThan(0)
  expect([...new Set(called)]).toEqual([])
  expect([lookup.mock.calls, asked.mock.calls]).toEqual([[], []])
  vi.restoreAllMocks()
})

/** Files that speak to the network, and with whom. A new one needs the guard of rule 9 first. */
const speakers: Record<string, string> = {
  'control/client.ts': 'the socket file of a running server, from the command line',
  'control/place.ts': 'the same socket file, to see whether anybody answers there',
  'demo/access-token.ts': 'the published keys, by the fetch that it is handed',
  'demo/api.ts': 'hands that fetch on',
  'config/tls.ts': 'tries a certificate and its key as a server would, and connects to nobody',
  'compose.ts': 'makes it: to itself, without a socket',
  'http/listener.ts': 'listens, and asks nobody',
  'outgoing/fetch-guarded.ts': 'the guard, and the only one that goes out',
}

test('no source file can make a request that is not known here', () => {
  const root = join(import.meta.dirname, '../../src')
  const speaks =
    /\bfetch\b\s*[(:]|\bcustomFetch\b|createRemoteJWKSet|from '(node:)?(dns|tls|dgram|http2|undici|axios|got)|getBuiltinModule\('node:(dns|tls|net|https?|http2)|\b(connect|createConnection|request|get)\b[^'\n]*\} from 'node:(net|http|https)'|new WebSocket|EventSource/
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .filter(file => speaks.test(readFileSync(join(root, file), 'utf8')))
  expect(found.sort()).toEqual(Object.keys(speakers).sort())
})
