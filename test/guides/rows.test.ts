import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rows, rowsNamed, summary } from './rows.ts'

const numbered = (letter: string, last: number) => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`)

/** Every row that the title of a test names, there and in the tests with strangers' clients. */
function namedByTests(): ReadonlySet<string> {
  const folders = [import.meta.dirname, join(import.meta.dirname, '../e2e')]
  const files = folders.flatMap(folder =>
    readdirSync(folder)
      .filter(it => it.endsWith('.test.ts') && it !== 'rows.test.ts')
      .map(it => readFileSync(join(folder, it), 'utf8')),
  )
  const titles = files.flatMap(source => [...source.matchAll(/['"`]([SA]\d[^'"`\n]*)/g)].map(([, title = '']) => title))
  return new Set(titles.flatMap(rowsNamed))
}

test('every row of both guides is listed, once', () => {
  const claiming = [...numbered('S', 35), ...numbered('A', 44)].filter(id => id !== 'S33')
  expect(rows.map(({ id }) => id)).toEqual(claiming)
})

test('a row that claims to hold has a test, and a test names rows that there are', () => {
  const named = namedByTests()
  const owed = rows.filter(({ id, without }) => without === undefined && !named.has(id))
  expect(owed.map(({ id }) => id)).toEqual([])
  const ids = rows.map(({ id }) => id)
  expect([...named].filter(id => !ids.includes(id))).toEqual([])
})

test.each([
  ['S17: no refresh token', ['S17']],
  ['A17, S4: both', ['A17', 'S4']],
  ['S256 is a method', []],
  ['RFC 7636 §4.6: a rule', []],
  ['of A17: no', []],
])('%j names %j', (title, named) => {
  expect(rowsNamed(title)).toEqual(named)
})

test('the summary counts what passed, and says why something is missing', () => {
  const held = new Map(rows.map(({ id }) => [id, true]))
  expect(summary(held)).toBe(`Guides: ${rows.length} of ${rows.length} rows hold`)
  held.set('S3', false)
  held.delete('A44')
  expect(summary(held)).toBe(
    `Guides: ${rows.length - 2} of ${rows.length} rows hold (missing: S3, A44 comes with --face auth0)`,
  )
})
