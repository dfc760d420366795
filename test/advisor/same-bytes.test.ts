import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Answers, questionIds } from '../../src/advisor/questions.ts'
import { run } from '../../src/cli/run.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { goldenCases } from './golden-cases.ts'
import { usual } from './samples.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** What the page shows as JSON, as a browser would copy it. */
async function onPage(query: URLSearchParams): Promise<string> {
  const page = await (await fetch(`${server.issuer}/?${query}`)).text()
  const shown = /<pre class="json"[^>]*>([^<]*)<\/pre>/.exec(page)?.[1] ?? ''
  return shown.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
}

async function overApi(answers: object, followups: object): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ answers, followups })
  return (await fetch(`${server.issuer}/api/advise`, { method: 'POST', headers, body })).text()
}

async function inTerminal(answers: Answers, followups: Readonly<Record<string, string>>): Promise<string> {
  let out = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    out += chunk
    return true
  })
  try {
    await run([
      'advise',
      '--json',
      ...questionIds.flatMap(id => [`--${id.replaceAll('_', '-')}`, answers[id]]),
      ...Object.entries(followups).flatMap(([id, answer]) => ['--follow-up', `${id}=${answer}`]),
    ])
  } finally {
    spy.mockRestore()
  }
  return out
}

test.each(goldenCases)('%s: page, API and terminal give the same bytes', async (_name, given) => {
  const answers = { ...usual, ...given }
  for (const followups of [{}, { F1: 'yes', F3: 'yes', F12: 'no' }]) {
    const said = await overApi(answers, followups)
    expect(await onPage(new URLSearchParams({ ...answers, ...followups, policy: 'spotify' }))).toBe(said)
    expect(await inTerminal(answers, followups)).toBe(said)
  }
})
