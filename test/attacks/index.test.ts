import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the index names every file of attacks, and no other', () => {
  const files = readdirSync(import.meta.dirname).filter(file => /\.test\.ts$/.test(file) && file !== 'index.test.ts')
  const index = readFileSync(`${import.meta.dirname}/README.md`, 'utf8')
  const named = new Set([...index.matchAll(/\]\(([^)]+\.test\.ts)\)/g)].map(([, file]) => file))
  expect([...named].sort()).toEqual(files.sort())
})
