import { gzipSync } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogue } from '../../src/advisor/catalogue.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { adviceFor, inputs } from './samples.ts'

let server: TestServer
let page: ClientApp
beforeAll(async () => {
  server = await startServer()
  page = await startClientApp(() => server.issuer)
})
afterAll(async () => {
  await page.close()
  await server.close()
})

/** What a bundler makes of a program; of the whole advisor, unless it says otherwise. */
async function bundled(program = "export * from './src/advisor/index.ts'"): Promise<string> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'neutral',
    plugins: [
      {
        name: 'program',
        resolveId: id => (id === 'program' ? `${process.cwd()}/program.ts` : null),
        load: id => (id.endsWith('/program.ts') ? program : null),
      },
    ],
  })
  const { output } = await bundle.generate({ minify: true })
  const [chunk, ...more] = output
  expect([more.length, chunk.imports, chunk.dynamicImports]).toEqual([0, [], []])
  return chunk.code
}

test('GET /api/advisor: questions, rules, flows and sources, in the shape that its schema says', async () => {
  const data = await fetch(`${server.issuer}/api/advisor`)
  expect([data.status, data.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  const { $schema, ...rest } = (await data.json()) as Record<string, unknown>
  expect(rest).toEqual(JSON.parse(JSON.stringify(catalogue())))
  const schema = (await (await fetch(String($schema))).json()) as Record<string, unknown>
  expect(schema['$id']).toBe($schema)
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  const validate = ajv.compile(schema)
  validate({ ...rest })
  expect(validate.errors).toBeNull()
  expect(validate({ ...rest, questions: [] })).toBe(false)
  expect(validate({ ...rest, flows: [{ id: 'x' }] })).toBe(false)
})

test('the data is enough to decide by: the first rule that fits is the engine’s', () => {
  const { policies } = catalogue()
  for (const input of inputs) {
    const advice = adviceFor({ ...input })
    for (const id of policyIds) {
      const { answers, rule_id, flow, normalised } = advice[id]
      // Answers that others overrule are put right first, as the engine says it did.
      const overruled = normalised.map(({ question, to }) => [question, to])
      const settled: Record<string, string> = { ...answers, ...Object.fromEntries(overruled) }
      const rule = policies
        .find(it => it.id === id)
        ?.rules.find(({ when }) => Object.entries(when).every(([question, value]) => settled[question] === value))
      expect([rule?.id, rule?.flow]).toEqual([rule_id, flow])
    }
  }
})

test('every source that a rule names is there, and none twice', () => {
  const { policies, sources } = catalogue()
  const codes = sources.map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const { rules } of policies)
    for (const rule of rules) expect(codes).toEqual(expect.arrayContaining([...rule.sources]))
})

test('grantwise/advisor is less than 15 KB gzipped, needs nothing, and does nothing when it is imported', async () => {
  const code = await bundled()
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(15_000)
  expect((await bundled("import './src/advisor/index.ts'")).trim()).toBe('')
})

test('it answers in a browser with the bytes of POST /api/advise', async () => {
  page.serve('/advisor.js', 'text/javascript', await bundled())
  page.serve('/', 'text/html', '<!doctype html><title>Any page</title>')
  const browser = await launchChromium()
  try {
    const tab = await browser.newPage()
    await tab.goto(`${page.origin}/`)
    for (const answers of inputs.filter((_, index) => index % 97 === 0)) {
      const request = { answers }
      const said = await tab.evaluate(
        `import('/advisor.js').then(({ advise, toJson }) => toJson(advise(${JSON.stringify(request)})))`,
      )
      const answer = await fetch(`${server.issuer}/api/advise`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      expect(said).toBe(await answer.text())
    }
  } finally {
    await browser.close()
  }
})
