import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const answers = 'acts_for=user&runs_on=browser&trusted_pw=no&backend=no'

async function sizeOf(query: string): Promise<number> {
  const answer = await fetch(`${server.issuer}/?${query}`)
  return answer.ok ? (await answer.arrayBuffer()).byteLength : 0
}

test('DESIGN §5 rule 6: what a stranger puts into the advisor’s address is not paid back a hundredfold', async () => {
  const plain = await sizeOf(answers)
  const padding = '('.repeat(12_000)
  // What is no client_id is none of ours; the same letters anywhere else are not repeated either.
  for (const name of ['client', 'policy', 'for', 'utm_source', 'part']) {
    expect(await sizeOf(`${answers}&${name}=${padding}`), name).toBeLessThan(plain + 20_000)
  }
  const part = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(answers)), name: 'x'.repeat(60) })
  const parts = Array.from({ length: 7 }, () => `part=${encodeURIComponent(`${part}`)}`).join('&')
  expect(await sizeOf(`${answers}&${parts}`)).toBeLessThan(500_000)
  expect(await sizeOf(`${answers}&${parts}&part=x`)).toBe(0)
})
