import { expect, test } from 'vitest'
import { normaliseLogin } from '../../src/identity/login-name.ts'

test.each([
  ['alice', 'alice'],
  ['  Alice@Example.COM\t', 'alice@example.com'],
  ['ＡＬＩＣＥ', 'alice'],
  ['ﬁona', 'fiona'],
  ['Jose\u0301', 'josé'],
  ['İstanbul', 'i̇stanbul'],
  ['a b', 'a b'],
  ['\u00a0alice\u3000', 'alice'],
  ['x'.repeat(254), 'x'.repeat(254)],
])('%j is kept as %j', (typed, login) => {
  expect(normaliseLogin(typed)).toBe(login)
  expect(normaliseLogin(login)).toBe(login)
})

test.each([
  '',
  '  \n ',
  'a\0b',
  'a\nb',
  'a\u007fb',
  'ali\u200bce',
  'ali\u00adce',
  '\u202ealice',
  'a\u2028b',
  '\ud800',
  'x'.repeat(255),
  'ﷺ'.repeat(20),
  `alice${' '.repeat(2000)}`,
  // What cannot be seen, and is not a format character.
  'alice\ufe0f',
  'alice\u{e0100}',
  'al\u034fice',
  'alice\u3164',
  'alice\u2800',
  'ali\u180bce',
  // What a page shows as one space.
  'a  b',
  'a\u3000 b',
  'a\u1680b',
])('%j is nobody', typed => {
  expect(normaliseLogin(typed)).toBeUndefined()
})
