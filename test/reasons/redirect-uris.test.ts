import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareRedirectUris, headline, type Piece } from '../../src/advisor/explain/redirect-uris.ts'
import { openBrowser } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer } from '../support/server.ts'
import { api, password, secret, world } from '../support/world.ts'

const registered = 'https://app.example.com/auth/callback'

/** Each mistake: its name, what is sent, what is registered, and the first line. */
const mistakes = [
  ['trailing slash', `${registered}/`, registered, 'The redirect URI differs in its trailing slash'],
  ['scheme', 'http://app.example.com/auth/callback', registered, 'The redirect URI differs in its scheme'],
  ['port', 'https://app.example.com:8443/auth/callback', registered, 'The redirect URI differs in its port'],
  ['case', 'https://app.example.com/Auth/Callback', registered, 'The redirect URI differs in its case'],
  [
    'localhost against 127.0.0.1',
    'http://localhost:3000/callback',
    'http://127.0.0.1:3000/callback',
    'The redirect URI differs in its host (localhost against 127.0.0.1)',
  ],
  ['encoding', 'https://app.example.com/auth%2Fcallback', registered, 'The redirect URI differs in its encoding'],
  ['path', 'https://app.example.com/callback', registered, 'The redirect URI differs in its path'],
  ['host', 'https://app.example.org/auth/callback', registered, 'The redirect URI differs in its host'],
  ['query', `${registered}?from=here`, registered, 'The redirect URI differs in its query'],
  ['fragment', `${registered}#top`, registered, 'The redirect URI differs in its fragment'],
  ['white space', `${registered} `, registered, 'The redirect URI differs in its white space'],
  [
    'slashes after the scheme',
    'com.example.app://callback',
    'com.example.app:/callback',
    'The redirect URI differs in its slashes after the scheme',
  ],
  ['user name', 'https://me@app.example.com/auth/callback', registered, 'The redirect URI differs in its user name'],
] as const

test.each(mistakes)('%s is named, marked and put in a sentence', (name, sent, expected, line) => {
  const [difference, ...more] = compareRedirectUris(sent, [expected])
  expect(more).toEqual([])
  expect(difference?.names).toEqual([name])
  expect(difference?.sentences).toHaveLength(1)
  expect(headline('The redirect URI', difference ? [difference] : [])).toBe(line)
  const marked = [...(difference?.sentPieces ?? []), ...(difference?.registeredPieces ?? [])].some(it => it.differs)
  expect(marked).toBe(true)
})

test.each([
  [`${registered}`, 'https://app.example.com/auth/callback/', 'No slash at the end was sent, and one is registered.'],
  ['https://app.example.com', 'https://app.example.com/', 'No slash at the end was sent, and one is registered.'],
  ['http://a.example/cb', 'https://a.example/cb', 'Scheme: “http:” was sent, “https:” is registered.'],
  ['http://127.0.0.1:1/cb', 'http://127.0.0.1:2/cb', 'Port: “1” was sent, “2” is registered.'],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:2/cb', 'Port: none was sent, “2” is registered.'],
  [
    'https://A.example/cb',
    'https://a.example/cb',
    'Capital and small letters: “A.example” was sent, “a.example” is registered.',
  ],
  ['https://a.example/a%20b', 'https://a.example/a b', 'Percent-encoding: “/a%20b” was sent, “/a b” is registered.'],
  ['https://a.example/%2f', 'https://a.example/%2F', 'Percent-encoding: “/%2f” was sent, “/%2F” is registered.'],
  [encodeURIComponent(registered), registered, 'All of it was percent-encoded once more than it should be.'],
  ['callback', registered, 'What was sent is no absolute URI: it does not begin with a scheme.'],
])('%s against %s: %s', (sent, expected, sentence) => {
  expect(compareRedirectUris(sent, [expected])[0]?.sentences).toEqual([sentence])
})

test('the nearest comes first, whatever the order of registration', () => {
  const all = [
    'https://other.example/',
    'https://app.example.com/other',
    registered,
    'http://localhost:1/auth/callback',
  ]
  const order = compareRedirectUris(`${registered}/`, all).map(it => it.registered)
  expect(order[0]).toBe(registered)
  expect(order[1]).toBe('https://app.example.com/other')
  expect(compareRedirectUris(`${registered}/`, all.toReversed()).map(it => it.registered)[0]).toBe(registered)
})

test('a port that is free is no difference (RFC 8252 §7.3)', () => {
  const [difference] = compareRedirectUris('http://127.0.0.1:5000/cb', ['http://127.0.0.1/callback'], {
    anyLoopbackPort: true,
  })
  expect(difference?.names).toEqual(['path'])
})

test('several differences are all named', () => {
  const [difference] = compareRedirectUris('HTTP://LOCALHOST:1/Callback/', ['https://127.0.0.1:2/callback'])
  expect(difference?.names).toEqual(['scheme', 'localhost against 127.0.0.1', 'port', 'case', 'trailing slash'])
})

test('the pieces joined are what was sent and what is registered, whatever that is', () => {
  const anything = fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string())
  const joined = (pieces: readonly Piece[] = []) => pieces.map(({ text }) => text).join('')
  fc.assert(
    fc.property(anything, anything, (sent, expected) => {
      const [difference] = compareRedirectUris(sent, [expected])
      expect(joined(difference?.sentPieces)).toBe(sent)
      expect(joined(difference?.registeredPieces)).toBe(expected)
      expect(difference?.names.length === 0).toBe(sent === expected)
    }),
  )
})

describe('on the page of the app’s owner', () => {
  test.each(mistakes)('%s stands in the first line', async (_name, sent, expected, line) => {
    const [web, ...others] = world.clients
    const client = { ...web, redirect_uris: [expected], grantwise: { ...web.grantwise, owners: ['alice'] } }
    const server = await startServer({ document: { ...world, clients: [client, ...others] } })
    try {
      const browser = openBrowser()
      const page = await browser.get(`${server.issuer}/account`)
      await browser.post(`${server.issuer}/sign-in`, { ...fieldsOf(page.html), login: 'alice', password })
      const query = new URLSearchParams({ client_id: 'web', redirect_uri: sent, response_type: 'code', resource: api })
      const refused = await browser.get(`${server.issuer}/authorize?${query}`)
      expect(refused.status).toBe(400)
      expect(/<h1>([^<]*)<\/h1>/.exec(refused.html)?.[1]).toBe(line)
      expect(refused.html).toContain('<mark>')
      expect(refused.html).not.toContain(secret)
    } finally {
      await server.close()
    }
  })
})
