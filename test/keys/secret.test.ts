import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServerSecret } from '../../src/keys/secret.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'grantwise-secret-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('is made at first start, for its owner only, and found again', () => {
  const nested = join(dataDir, 'new', 'place')
  const first = openServerSecret({ dataDir: nested })
  expect(statSync(join(nested, 'secret')).mode & 0o777).toBe(0o600)
  expect(readdirSync(nested)).toEqual(['secret'])
  expect(openServerSecret({ dataDir: nested }).deriveKey('a')).toEqual(first.deriveKey('a'))
  expect(first.exposed).toBe(false)
})

test('gives each purpose its own 32 bytes', () => {
  const { deriveKey } = openServerSecret({ dataDir })
  expect(deriveKey('a')).toHaveLength(32)
  expect(deriveKey('a')).not.toEqual(deriveKey('b'))
})

test('says when others can read the file', () => {
  openServerSecret({ dataDir })
  chmodSync(join(dataDir, 'secret'), 0o640)
  expect(openServerSecret({ dataDir }).exposed).toBe(true)
})

test('from the environment makes no file', () => {
  openServerSecret({ text: 'x'.repeat(32), dataDir })
  expect(readdirSync(dataDir)).toEqual([])
})

test('may move from the file into the environment', () => {
  const file = openServerSecret({ dataDir })
  const text = readFileSync(join(dataDir, 'secret'), 'utf8')
  expect(openServerSecret({ text, dataDir: '/nowhere' }).deriveKey('a')).toEqual(file.deriveKey('a'))
})

test('too short is refused with what to do, and an emptied file is never replaced', () => {
  expect(() => openServerSecret({ text: 'short', dataDir })).toThrow(/GRANTWISE_SECRET.*32.*openssl/)
  writeFileSync(join(dataDir, 'secret'), '')
  expect(() => openServerSecret({ dataDir })).toThrow(/restore/)
  expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe('')
})
