import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, introspect, post, revoke } from '../support/token.ts'
import { otherSecret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ config: { log_level: 'trace' } })
})
afterAll(() => server.close())

/** The lines that were logged meanwhile. */
async function logged(happens: () => Promise<unknown>): Promise<readonly string[]> {
  const before = server.log.length
  await happens()
  return server.log.slice(before)
}

/** Of the lines about refusals, beside those that say what was answered. */
const reasonsOf = (lines: readonly string[]) =>
  lines.map(line => (JSON.parse(line) as Record<string, unknown>)['reason']).filter(reason => reason !== undefined)

describe('what strangers send is in the log as what it is, never as it was', () => {
  test('id and secret swapped, in Basic and in the form', async () => {
    const lines = await logged(async () => {
      await clientCredentials(server.issuer, {}, basic(otherSecret, 'other-web'))
      await post(`${server.issuer}/token`, { grant_type: 'x', client_id: otherSecret, client_secret: 'other-web' })
      await introspect(server.issuer, 'x', otherSecret, 'other-web')
      await openBrowser().get(authorizeUrl(server.issuer, { client_id: otherSecret }))
    })
    expect(reasonsOf(lines)).toEqual([
      'client-unknown',
      'client-unknown',
      'client-unknown',
      'client-unknown-at-authorize',
    ])
    expect(lines.join('')).not.toContain(otherSecret)
    expect(lines.join('')).toContain(`(${otherSecret.length} characters)`)
  })

  test('but a short name that nobody has is there to be read', async () => {
    const lines = await logged(() => clientCredentials(server.issuer, {}, basic('jbo')))
    expect(lines.join('')).toContain('"client_id":"jbo"')
  })

  test.each(['https://alice:hunter2hunter2@evil.example/cb', `https://alice:${'hunter2'.repeat(400)}@evil.example/cb`])(
    'a name and password in a redirect URI',
    async redirect_uri => {
      const lines = await logged(async () => {
        await openBrowser().get(authorizeUrl(server.issuer, { redirect_uri }))
        const params = new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: redirect_uri })
        await openBrowser().get(`${server.issuer}/logout?${params}`)
      })
      expect(reasonsOf(lines)).toEqual(['redirect-uri-mismatch', 'logout-redirect-mismatch'])
      expect(lines.join('')).not.toContain('hunter2')
      expect(lines.join('')).toContain('evil.example')
    },
  )

  test.each([
    ['a client_id', () => clientCredentials(server.issuer, {}, basic('x'.repeat(30_000)))],
    ['a client_id in a form', () => post(`${server.issuer}/token`, { grant_type: 'x', client_id: 'x'.repeat(99_000) })],
    ['a scope', () => clientCredentials(server.issuer, { scope: 'x'.repeat(99_000) })],
    ['scopes', () => clientCredentials(server.issuer, { scope: 'xyz '.repeat(24_000).trim() })],
    [
      'many scopes',
      () => clientCredentials(server.issuer, { scope: Array.from({ length: 14_000 }, (_, at) => `s${at}`).join(' ') }),
    ],
    [
      'a resource',
      () => clientCredentials(server.issuer, { resource: `https://api.example.com/${'x'.repeat(90_000)}` }),
    ],
    ['a grant_type', () => post(`${server.issuer}/token`, { grant_type: 'x'.repeat(99_000) }, basic('job'))],
    ['a token', () => revoke(server.issuer, 'x'.repeat(99_000))],
    [
      'the name of a parameter',
      () =>
        post(`${server.issuer}/token`, [
          ['x'.repeat(45_000), '1'],
          ['x'.repeat(45_000), '2'],
        ]),
    ],
    [
      'a request for authorization',
      () =>
        openBrowser().post(`${server.issuer}/authorize`, {
          ...Object.fromEntries(new URL(authorizeUrl(server.issuer)).searchParams),
          scope: 'x'.repeat(45_000),
          redirect_uri: `https://evil.example/${'x'.repeat(45_000)}`,
        }),
    ],
  ])('%s of 99 kB makes no line that is longer than a screen', async (_what, attack) => {
    const lines = await logged(attack)
    expect(Math.max(0, ...lines.map(line => line.length))).toBeLessThan(20_000)
    expect(lines.join('')).not.toMatch(/x{600}/)
  })
})
