import { tmpdir } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readConfig, StartRefused } from '../../src/config.ts'
import { problemsOfClient } from '../admin/harness.ts'
import { startServer } from '../support/server.ts'

/** Hosts that URL parsers take, and that would be syntax in a list of hosts: a CSP, a header. */
const hosts = [
  'a;script-src',
  "a'b.example",
  'a,b.example',
  'a!b.example',
  'a$b.example',
  'a(b).example',
  'a&b.example',
]

describe('CSP3 §2.3.1: a registered address is never syntax in a header', () => {
  test.each(hosts)('the host %s is refused wherever a client registers one', host => {
    for (const [member, members] of [
      ['redirect_uris[0]', { redirect_uris: [`https://${host}/cb`] }],
      ['post_logout_redirect_uris[0]', { post_logout_redirect_uris: [`https://${host}/`] }],
      ['client_uri', { client_uri: `https://${host}/` }],
      ['grantwise.web_origins[0]', { grantwise: { runs_on: 'browser', web_origins: [`https://${host}`] } }],
    ] as const) {
      expect(problemsOfClient(members).join('\n'), member).toContain(`clients[0].${member}: expected`)
    }
  })

  test('hosts that are names or addresses are taken', () => {
    for (const host of ['app.example.com', 'xn--bcher-kva.example', 'a-b_c.example', '127.0.0.1:5001', '[::1]:5001']) {
      const scheme = host.includes(':') ? 'http' : 'https'
      const address = `${scheme}://${host}`
      const members = { redirect_uris: [`${address}/cb`], post_logout_redirect_uris: [`${address}/`] }
      expect(problemsOfClient({ ...members, grantwise: { web_origins: [address] } }), host).toEqual([])
    }
  })
})

describe('an issuer’s path is never a pattern', () => {
  test.each(['/:t', '/a*', '/(x)', '/a+', '/a%2fb', '/{x}', '/a;b', '/a?'])('%s does not start', path => {
    const env = { GRANTWISE_ISSUER: `https://id.example.com${path}` }
    expect(() => readConfig({}, env, tmpdir())).toThrow(StartRefused)
  })

  test('letters, digits and - . _ ~ do, and no other path answers in its place', async () => {
    const issuer = 'https://id.example.com/a.b-c_d~1'
    expect(readConfig({}, { GRANTWISE_ISSUER: issuer }, tmpdir()).issuer).toBe(issuer)
    const server = await startServer({ config: { issuer } })
    onTestFinished(() => server.close())
    const ask = (path: string) => fetch(`${server.url}${path}/.well-known/openid-configuration`)
    expect((await ask('/a.b-c_d~1')).status).toBe(200)
    expect((await ask('/aXb-c_d~1')).status).toBe(404)
  })
})
