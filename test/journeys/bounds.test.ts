import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createJourneys, type Journeys, type Sampling } from '../../src/journeys/journeys.ts'
import type { RequestFacts } from '../../src/journeys/trace.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { startServer } from '../support/server.ts'
import { clientCredentials, obtainTokens, refresh } from '../support/token.ts'

const random = nodeRandom(Date.now)
let tick = 0

function open(sampling: Sampling, limits?: { journeys: number; steps: number; bytes: number }): Journeys {
  return createJourneys({
    sampling,
    issuer: 'https://id.example.com',
    now: () => 1_800_000_000_000 + tick++,
    stopwatch: () => tick,
    loginOf: async () => undefined,
    ...(limits ? { limits } : {}),
  })
}

const facts = (change: Partial<RequestFacts> = {}): RequestFacts => ({
  method: 'POST',
  path: '/token',
  parameters: [['grant_type', 'client_credentials']],
  authorization: { client_id: 'job' },
  status: 200,
  location: undefined,
  ...change,
})

/** One request, refused for this reason or not at all. */
function request(journeys: Journeys, change: Partial<RequestFacts> = {}, continues?: string): string {
  const id = random.id()
  const journey = journeys.open(id)
  if (continues !== undefined) journey.continues(continues)
  journey.passed('client-unknown')
  if ((change.status ?? 200) >= 400) journey.refused('client-secret-wrong', 'wrong secret', { client_id: 'job' })
  journeys.close(journey, facts(change), () => facts(change))
  return id
}

async function everyPage(journeys: Journeys): Promise<string[]> {
  const ids: string[] = []
  let after: string | undefined
  do {
    const page = await journeys.list({ after, limit: 200 })
    ids.push(...page.journeys.map(it => it.id))
    after = page.next
  } while (after !== undefined)
  return ids
}

describe('what is kept is bounded', () => {
  test('by the number of journeys: the quietest goes first', async () => {
    const journeys = open('all', { journeys: 3, steps: 100, bytes: 1e6 })
    const [first = '', second = ''] = [request(journeys), request(journeys)]
    request(journeys)
    request(journeys, {}, first)
    const last = request(journeys)
    expect(await everyPage(journeys)).toContain(first)
    expect(await everyPage(journeys)).toContain(last)
    expect(await journeys.journey(second)).toBeUndefined()
    expect(await everyPage(journeys)).toHaveLength(3)
  })

  test('10 000 journeys keep 1000, and the memory of those', async () => {
    const journeys = open('all')
    const long = 'x'.repeat(400)
    const fill = () => {
      for (let i = 0; i < 10_000; i++) {
        request(journeys, {
          parameters: [
            ['scope', `${long}${i}`],
            ['resource', long],
            ['state', long.repeat(100)],
          ],
        })
      }
    }
    fill()
    const used = heap()
    fill()
    expect(heap() - used).toBeLessThan(4_000_000)
    expect(await everyPage(journeys)).toHaveLength(1000)
  })

  test('by bytes, however long one journey is', async () => {
    const journeys = open('all', { journeys: 1000, steps: 10_000, bytes: 100_000 })
    for (let i = 0; i < 500; i++) request(journeys)
    const kept = await everyPage(journeys)
    expect(kept.length).toBeLessThan(100)
    const views = await Promise.all(kept.map(id => journeys.journey(id)))
    expect(JSON.stringify(views.map(it => it?.steps)).length).toBeLessThan(100_000)
  })

  test('by steps: a journey that goes on and on keeps its beginning and its end', async () => {
    const journeys = open('all', { journeys: 10, steps: 20, bytes: 1e6 })
    const id = request(journeys, { path: '/authorize', method: 'GET', authorization: undefined })
    for (let i = 0; i < 100; i++) request(journeys, {}, id)
    const last = request(journeys, { path: '/revoke' }, id)
    const journey = await journeys.journey(id)
    expect(journey?.steps).toHaveLength(20)
    expect(journey?.steps[1]?.what).toBe('GET /authorize')
    expect(journey?.steps.at(-2)).toMatchObject({ what: 'POST /revoke', reference: last })
    expect(journey?.forgotten).toBeGreaterThan(180)
  })

  test('a request of many, long and odd parameters makes a small step', async () => {
    const journeys = open('all')
    const parameters = Array.from({ length: 5000 }, (_, i): [string, string] => [`p${i}`, 'v'.repeat(20)])
    const id = request(journeys, { parameters: [['scope', '\u{1f600}'.repeat(20_000)], ...parameters] })
    const journey = await journeys.journey(id)
    expect(JSON.stringify(journey).length).toBeLessThan(10_000)
    expect(journey?.steps[0]?.parameters?.[1]?.value?.length).toBeLessThan(600)
  })

  test("strangers' junk pushes out other refusals, and of the sampled journeys no more than its share", async () => {
    const journeys = open(0.05)
    let kept: string | undefined
    while (kept === undefined) {
      const id = request(journeys)
      if (await journeys.journey(id)) kept = id
    }
    for (let i = 0; i < 5000; i++) request(journeys, { status: 401 })
    expect(await journeys.journey(kept)).toBeDefined()
    expect((await everyPage(journeys)).length).toBeLessThan(1500)
  })
})

/** Bytes that are still held once everything else is collected. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

describe('which journeys are kept', () => {
  test('about the share that was asked for, whole ones', async () => {
    const journeys = open(0.1, { journeys: 10_000, steps: 10, bytes: 1e8 })
    const ids = Array.from({ length: 5000 }, () => request(journeys))
    const kept = await everyPage(journeys)
    expect(kept.length).toBeGreaterThan(400)
    expect(kept.length).toBeLessThan(600)
    for (const id of ids) request(journeys, {}, id)
    expect(await everyPage(journeys)).toEqual(kept)
  })

  test('each refusal, and from then on the rest of its journey', async () => {
    const journeys = open(0)
    const begun = request(journeys)
    const refused = request(journeys, { status: 400 }, begun)
    const after = request(journeys, {}, begun)
    expect(await journeys.find(refused)).toMatchObject({ journey: { id: begun, partial: true } })
    expect((await journeys.journey(begun))?.steps.map(it => it.reference)).toContain(after)
    expect(await journeys.find(begun)).toBeUndefined()
  })

  test('the last thousand refusals stay to be found', async () => {
    const journeys = open(0)
    const references = Array.from({ length: 1500 }, () => request(journeys, { status: 401 }))
    expect(await journeys.find(references.at(-1000) ?? '')).toBeDefined()
    expect(await journeys.find(references[0] ?? '')).toBeUndefined()
  })

  test('none when they are off, and a check costs no object', async () => {
    const journeys = open('off')
    const id = request(journeys, { status: 400 })
    expect(await everyPage(journeys)).toEqual([])
    expect(await journeys.find(id)).toBeUndefined()
    const journey = journeys.open(random.id())
    const before = JSON.stringify(journey)
    for (let i = 0; i < 100; i++) journey.passed('client-unknown')
    expect(JSON.stringify(journey)).toBe(before)
    let asked = false
    journeys.close(journey, facts({ status: 400 }), () => {
      asked = true
      return facts()
    })
    expect(asked).toBe(false)
  })
})

test('a server with journeys off answers as ever, and remembers nothing', async () => {
  const server = await startServer({ config: { journeys: 'off' } })
  onTestFinished(() => server.close())
  const { refresh_token } = await obtainTokens(server.issuer)
  expect((await refresh(server.issuer, refresh_token)).status).toBe(200)
  expect((await clientCredentials(server.issuer, { scope: 'none' })).status).toBe(400)
  const { html } = await openBrowser().get(authorizeUrl(server.issuer, { client_id: 'nobody' }))
  expect(html).toMatch(/[0-9a-v]{20}/)
  expect(await server.journeys.list()).toEqual({ journeys: [] })
})
