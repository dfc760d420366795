import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { followUps } from '../../src/advisor/follow-ups.ts'
import { questionIds } from '../../src/advisor/questions.ts'
import { run } from '../../src/cli/run.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { adviceFor, inputs } from './samples.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
afterEach(() => vi.restoreAllMocks())

/** Answers by which a follow-up is asked, under some policy. */
function askedBy(id: string): Readonly<Record<string, string>> {
  const input = inputs.find(answers =>
    Object.values(adviceFor({ ...answers })).some(({ followups }) => followups.some(it => it.id === id)),
  )
  if (input === undefined) throw new Error(`${id} is never asked`)
  return { ...input }
}

const cases = followUps.flatMap(({ id, choices }) => choices.map(({ value }) => [id, value] as const))

test.each(cases)('%s=%s: the same bytes on the page, the command line and the API', async (id, value) => {
  const answers = askedBy(id)
  const bytes = toJson(advise({ answers, followups: { [id]: value } }))

  const body = JSON.stringify({ answers, followups: { [id]: value } })
  const headers = { 'content-type': 'application/json' }
  expect(await (await fetch(`${server.issuer}/api/advise`, { method: 'POST', headers, body })).text()).toBe(bytes)

  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    out += String(chunk)
    return true
  })
  const flags = questionIds.flatMap(it => [`--${it.replaceAll('_', '-')}`, answers[it] ?? ''])
  await run(['advise', ...flags, '--follow-up', `${id}=${value}`, '--json'])
  expect(out).toBe(bytes)

  const page = await (await fetch(`${server.issuer}/?${new URLSearchParams({ ...answers, [id]: value })}`)).text()
  const [, shown = ''] = /<pre class="json"[^>]*>(.*?)<\/pre>/s.exec(page) ?? []
  const text = shown.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  expect(text).toBe(bytes)
})
