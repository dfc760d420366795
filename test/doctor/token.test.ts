import { expect, test } from 'vitest'
import { recognise } from '../../src/doctor/subject.ts'
import { found, look, now } from './samples.ts'

const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k' }
const claims = {
  iss: 'https://id.example.com',
  sub: 'alice',
  aud: 'https://api.example.com',
  scope: 'read',
  iat: now,
  exp: now + 3600,
}

function token(change: object = {}, headers: object = {}): string {
  const parts = [
    { ...header, ...headers },
    { ...claims, ...change },
  ].map(it => Buffer.from(JSON.stringify(it)).toString('base64url'))
  return `${parts.join('.')}.c2lnbmF0dXJl`
}

test('what is sound gives nothing to say, as a token and as its parts', () => {
  expect(found(token())).toEqual([])
  expect(found({ header, claims })).toEqual([])
})

test.each<[string, object, object, string]>([
  ['unsigned', {}, { alg: 'none' }, 'error alg-none'],
  ['unsigned, in other letters', {}, { alg: 'nOnE' }, 'error alg-none'],
  ['without an algorithm', {}, { alg: undefined }, 'error alg-none'],
  ['a shared secret', {}, { alg: 'HS256' }, 'warning alg-symmetric'],
  ['a key of its own', {}, { jku: 'https://evil.example' }, 'warning key-in-header'],
  ['endless', { exp: undefined }, {}, 'error exp-missing'],
  ['long', { exp: now + 8 * 86_400 }, {}, 'warning token-long'],
  ['over', { iat: now - 7200, exp: now - 3600 }, {}, 'note token-expired'],
  ['not yet', { iat: now + 3600, exp: now + 7200 }, {}, 'warning not-yet'],
  ['of nobody', { iss: undefined }, {}, 'error iss-missing'],
  ['of an http issuer', { iss: 'http://id.example.com' }, {}, 'error iss-not-https'],
  ['for every API', { aud: undefined }, {}, 'error aud-missing'],
  ['of no type', {}, { typ: 'JWT' }, 'note typ-missing'],
  ['personal', { email: 'a@example.com' }, {}, 'note personal-data'],
  ['an ID Token', { scope: undefined, nonce: 'n' }, { typ: 'JWT' }, 'note id-token-as-access-token'],
])('%s', (_, change, headers, expected) => {
  expect(found(token(change, headers))).toContain(expected)
})

test('what is personal is named, never said', () => {
  expect(JSON.stringify(look(token({ email: 'alice@example.com' })))).not.toContain('alice@example.com')
})

test.each(['', 'nonsense', '42', '[]', '{}', 'a.b.c', 'https://', '"text"'])('%j is nothing to look at', given => {
  expect(() => recognise(given)).toThrow('expected the address of an issuer')
})
