import { expect, test } from 'vitest'
import { found, look } from './samples.ts'

const sound = {
  response_type: 'code',
  client_id: 'web',
  redirect_uri: 'https://app.example.com/callback',
  scope: 'openid',
  state: 'af0ifjsldkj',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}

function request(change: Record<string, string | undefined> = {}): string {
  const params = Object.entries({ ...sound, ...change }).filter((it): it is [string, string] => it[1] !== undefined)
  return `https://id.example.com/authorize?${new URLSearchParams(params)}`
}

const unbound = { code_challenge: undefined, code_challenge_method: undefined }

test('what is sound gives nothing to say', () => {
  expect(found(request())).toEqual([])
  expect(found(request({ state: undefined }))).toEqual([])
})

test.each<[string, Record<string, string | undefined>, string]>([
  ['a token in front', { response_type: 'token' }, 'error implicit-used'],
  ['a token beside the code', { response_type: 'code token' }, 'error implicit-used'],
  ['an ID Token in front', { response_type: 'id_token', nonce: 'n' }, 'warning implicit-id-token'],
  ['neither state nor challenge', { ...unbound, state: undefined }, 'error csrf-unguarded'],
  ['no challenge', unbound, 'warning pkce-missing'],
  ['plain', { code_challenge_method: 'plain' }, 'error pkce-plain'],
  ['plain by leaving it out', { code_challenge_method: undefined }, 'error pkce-plain'],
  ['a challenge in hexadecimal', { code_challenge: 'a'.repeat(64) }, 'error pkce-malformed'],
  ['an ID Token without nonce', { response_type: 'code id_token' }, 'error nonce-missing'],
  ['tokens in a query', { response_type: 'token', response_mode: 'query' }, 'error token-in-query'],
  ['a secret', { client_secret: 'hush' }, 'error secret-in-url'],
  ['a redirect over http', { redirect_uri: 'http://app.example.com/cb' }, 'error redirect-not-https'],
  ['a pattern', { redirect_uri: 'https://*.example.com/cb' }, 'error redirect-wildcard'],
  ['localhost', { redirect_uri: 'http://localhost:3000/cb' }, 'warning redirect-localhost'],
  ['a scheme that anybody may claim', { redirect_uri: 'myapp://cb' }, 'warning redirect-scheme'],
])('%s', (_, change, expected) => {
  expect(found(request(change))).toContain(expected)
})

test.each(['http://127.0.0.1:5001/cb', 'http://[::1]/cb', 'com.example.app:/cb'])('%s is fine', redirect_uri => {
  expect(found(request({ redirect_uri }))).toEqual([])
})

test('an old request comes with the migrated one, which keeps what it had and no secret', () => {
  const old = request({ ...unbound, response_type: 'token', state: undefined, client_secret: 'hush', audience: 'a b' })
  const instead = look(old)
    .flatMap(({ findings }) => findings)
    .find(({ id }) => id === 'implicit-used')?.instead
  expect(instead).toBe(
    'https://id.example.com/authorize?response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback' +
      '&scope=openid&audience=a%20b&state=<random>&code_challenge=<S256 of a new verifier>&code_challenge_method=S256',
  )
})

test('what a secret was is not said again', () => {
  expect(JSON.stringify(look(request({ client_secret: 'hush-hush-hush' })))).not.toContain('hush')
})
