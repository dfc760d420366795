import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSealer } from '../../src/keys/seal.ts'

const sealer = createSealer(randomBytes(32))
const sealed = sealer.seal('parked', 'hello ☂', 'browser')

test('what was sealed opens', () => {
  expect(sealer.open('parked', sealed, 'browser')).toBe('hello ☂')
  expect(sealer.open('parked', sealer.seal('parked', '', ''), '')).toBe('')
})

test('sealing twice looks different', () => {
  expect(sealer.seal('parked', 'hello ☂', 'browser')).not.toBe(sealed)
})

test.each([
  ['another purpose', 'other', 'browser'],
  ['another binding', 'parked', 'browser2'],
  ['a shifted border', 'parkedb', 'rowser'],
  ['a NUL moved into the purpose', 'parked\0', 'browser'],
])('%s does not open', (_, purpose, boundTo) => {
  expect(sealer.open(purpose, sealed, boundTo)).toBeUndefined()
})

test('a NUL in purpose or binding does not blur the border', () => {
  const blurred = sealer.seal('a\0b', 'x', 'c')
  expect(sealer.open('a', blurred, 'b\0c')).toBeUndefined()
})

test('another key does not open', () => {
  expect(createSealer(randomBytes(32)).open('parked', sealed, 'browser')).toBeUndefined()
})

test('every changed byte is noticed', () => {
  const bytes = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(i) ^ 1, i)
    expect(sealer.open('parked', changed.toString('base64url'), 'browser')).toBeUndefined()
  }
})

test.each([
  '',
  'x',
  '☂',
  'AAAA',
  sealed.slice(0, -4),
  `${sealed}=`,
  `${sealed}\n`,
  `${sealed}AAAA`,
  'A'.repeat(10_000),
])('garbage is answered with nothing: %#', garbage => {
  expect(sealer.open('parked', garbage, 'browser')).toBeUndefined()
})
