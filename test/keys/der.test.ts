import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { expect, test } from 'vitest'
import { concatToDer, derToConcat } from '../../src/keys/der.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const header = Buffer.from('{"alg":"ES256"}').toString('base64url')

test('RFC 7518 §3.4: r‖s of every length that DER makes is what jose verifies', async () => {
  const lengths = new Set<number>()
  for (let i = 0; i < 3000; i++) {
    const input = `${header}.${Buffer.from(String(i)).toString('base64url')}`
    const der = sign('sha256', Buffer.from(input), privateKey)
    lengths.add(der.length)
    await compactVerify(`${input}.${derToConcat(der).toString('base64url')}`, publicKey)
  }
  // Padded, plain and short integers: 70 to 72 bytes are common, 69 comes once in 128.
  expect([...lengths].sort()).toEqual(expect.arrayContaining([69, 70, 71, 72]))
})

test.each([
  ['both padded', `3046022100${'ff'.repeat(32)}022100${'ee'.repeat(32)}`, 'ff'.repeat(32) + 'ee'.repeat(32)],
  ['both plain', `30440220${'7f'.repeat(32)}0220${'01'.repeat(32)}`, '7f'.repeat(32) + '01'.repeat(32)],
  ['a short r', `3043021f${'7f'.repeat(31)}0220${'01'.repeat(32)}`, `00${'7f'.repeat(31)}${'01'.repeat(32)}`],
  ['a short s', `30250220${'7f'.repeat(32)}020105`, `${'7f'.repeat(32)}${'00'.repeat(31)}05`],
  ['a short padded r', `302502020080021f${'01'.repeat(31)}`, `${'00'.repeat(31)}80${'00'}${'01'.repeat(31)}`],
])('%s', (_, der, concat) => {
  expect(derToConcat(Buffer.from(der, 'hex')).toString('hex')).toBe(concat)
  expect(concatToDer(Buffer.from(concat, 'hex'))?.toString('hex')).toBe(der)
})

test('RFC 7518 §3.4: what jose signs is what OpenSSL verifies, as DER', async () => {
  for (let i = 0; i < 500; i++) {
    const jws = await new CompactSign(Buffer.from(String(i))).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    const [head, payload, signature = ''] = jws.split('.')
    const der = concatToDer(Buffer.from(signature, 'base64url')) ?? Buffer.alloc(0)
    expect(verify('sha256', Buffer.from(`${head}.${payload}`), publicKey, der)).toBe(true)
  }
})

test('zero is one byte', () => {
  expect(concatToDer(Buffer.alloc(64))?.toString('hex')).toBe('3006020100020100')
})

test.each([0, 63, 65, 70, 128])('%i bytes are no signature', length => {
  expect(concatToDer(Buffer.alloc(length, 1))).toBeUndefined()
})
