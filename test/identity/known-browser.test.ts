import { expect, test } from 'vitest'
import { createKnownBrowsers } from '../../src/identity/known-browser.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'

const random = nodeRandom(Date.now)
const known = createKnownBrowsers({ hash: nodeHash, random, key: 'key' })

test('a browser proves the logins it signed in with, under one id', () => {
  const one = known.remember(undefined, 'alice')
  const two = known.remember(one, 'bob')
  const id = known.proves(two, 'alice')
  expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(known.proves(two, 'bob')).toBe(id)
  expect(known.proves(one, 'alice')).toBe(id)
  expect(known.proves(one, 'bob')).toBeUndefined()
})

test('signing in again changes nothing', () => {
  const one = known.remember(undefined, 'alice')
  expect(known.remember(one, 'alice')).toBe(one)
})

test('five logins are remembered, the one used longest ago goes', () => {
  let cookie = known.remember(undefined, 'user0')
  for (let i = 1; i < 5; i++) cookie = known.remember(cookie, `user${i}`)
  cookie = known.remember(cookie, 'user0')
  cookie = known.remember(cookie, 'user5')
  expect([0, 1, 2, 3, 4, 5].map(i => known.proves(cookie, `user${i}`) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
    true,
    true,
  ])
  expect(cookie.split('.')).toHaveLength(6)
})

test('a proof is of its own browser, login and server only', () => {
  const [, proof] = known.remember(undefined, 'alice').split('.')
  const [browser] = known.remember(undefined, 'mallory').split('.')
  expect(known.proves(`${browser}.${proof}`, 'alice')).toBeUndefined()
  const foreign = createKnownBrowsers({ hash: nodeHash, random, key: 'other' })
  expect(known.proves(foreign.remember(undefined, 'alice'), 'alice')).toBeUndefined()
})

test('the cookie does not say who signed in', () => {
  expect(known.remember(undefined, 'alice')).not.toContain('alice')
})

const good = known.remember(undefined, 'alice')
test.each([
  '',
  '.',
  'x',
  `${good}.`,
  `${good}.x`,
  `${good}\n`,
  `.${good}`,
  'a'.repeat(43),
  '☂'.repeat(43),
  `${good}.${'a'.repeat(44)}`,
])('a cookie that is not ours proves nothing: %#', cookie => {
  expect(known.proves(cookie, 'alice')).toBeUndefined()
  const made = known.remember(cookie, 'alice')
  expect(known.proves(made, 'alice')).toBeDefined()
  expect(made.length).toBeLessThan(300)
})
