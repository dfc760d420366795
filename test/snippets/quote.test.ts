import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { envValue, js, percentEncoded, py, sh } from '../../src/snippets/quote.ts'
import { has, python } from './support.ts'

/** Texts in which all that means something anywhere is frequent; no shell and no environment can hold a NUL. */
const hostileTexts = fc.sample(
  fc.string({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be taken for one
    unit: fc.constantFrom(...'\'"`\\$(){}<>/!#%&;|*?~=: \n\r\tax\u2028é𝄞', '</script>', '${x}'),
    maxLength: 24,
  }),
  { numRuns: 300, seed: 6 },
)
const readBack = JSON.stringify(hostileTexts)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantwise-quote-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program prints that is in a file of this name. */
function printed(command: string, name: string, text: string, ...args: readonly string[]): string {
  writeFileSync(join(folder, name), text)
  return execFileSync(command, [...args, name], { cwd: folder, encoding: 'utf8' })
}

test('js: JavaScript reads every text back', () => {
  const program = `console.log(JSON.stringify([${hostileTexts.map(js).join(',')}]))`
  expect(printed(process.execPath, 'texts.mjs', program).trim()).toBe(readBack)
})

test('js: no text ends the script element of a page', () => {
  for (const text of hostileTexts) expect(js(text)).not.toMatch(/[<\n\r\u2028]/)
})

test.skipIf(!has('python3'))('py: Python reads every text back', () => {
  const program = `import json\nprint(json.dumps([${hostileTexts.map(py).join(',')}]))`
  expect(JSON.parse(printed('python3', 'texts.py', program))).toEqual(hostileTexts)
})

test('sh: a shell reads every text back as one word', () => {
  const program = hostileTexts.map(text => `printf '%s\\0' ${sh(text)}`).join('\n')
  expect(printed('sh', 'texts.sh', program).split('\0').slice(0, -1)).toEqual(hostileTexts)
})

test('percentEncoded: what stands in an address needs no quotes, and means the text', () => {
  for (const text of hostileTexts) {
    expect(percentEncoded(text)).toMatch(/^[\w.~%-]*$/)
    expect(decodeURIComponent(percentEncoded(text))).toBe(text)
  }
})

const written = hostileTexts.flatMap(text => {
  const value = envValue(text)
  return value === undefined ? [] : [{ text, value }]
})
const envFile = written.map(({ value }, at) => `V${at}=${value}\n`).join('')
const texts = written.map(({ text }) => text)

test('envValue: Node reads back what it writes', () => {
  expect(texts.length).toBeGreaterThan(100)
  writeFileSync(join(folder, '.env'), envFile)
  const program = `console.log(JSON.stringify(Array.from({ length: ${texts.length} }, (_, at) => process.env['V' + at])))`
  expect(JSON.parse(printed(process.execPath, 'env.mjs', program, '--env-file=.env'))).toEqual(texts)
})

test('envValue: so does a shell', () => {
  writeFileSync(join(folder, '.env'), envFile)
  const program = `. ./.env\n${texts.map((_, at) => `printf '%s\\0' "$V${at}"`).join('\n')}`
  expect(printed('sh', 'env.sh', program).split('\0').slice(0, -1)).toEqual(texts)
})

test.skipIf(python === undefined)('envValue: so does python-dotenv', () => {
  writeFileSync(join(folder, '.env'), envFile)
  const program = `import json, dotenv\nv = dotenv.dotenv_values('.env')\nprint(json.dumps([v['V%d' % at] for at in range(${texts.length})]))`
  expect(JSON.parse(printed(python ?? '', 'env.py', program))).toEqual(texts)
})
