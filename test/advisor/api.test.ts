import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { inputs } from './samples.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const post = (body: unknown, headers: Record<string, string> = {}, path = '/api/advise') =>
  fetch(server.issuer + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('POST /api/advise answers every input with the engine’s bytes', async () => {
  for (const answers of inputs) {
    const response = await post({ answers })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(toJson(advise({ answers: { ...answers } })))
  }
})

test('it asks the next question, and takes follow-ups beside the answers', async () => {
  expect(await (await post({ answers: { acts_for: 'user' } })).json()).toMatchObject({
    question: { id: 'runs_on', text: 'Where does it run?' },
    advice: null,
  })
  const request = { answers: { ...inputs[0] }, followups: { F1: 'yes' } }
  expect(await (await post(request)).text()).toBe(toJson(advise(request)))
})

describe('what it cannot answer is 400 and named', () => {
  test.each([
    [{ answers: { runs_at: 'server' } }, /unknown question 'runs_at'/, 'question-unknown'],
    [{ answers: { runs_on: 'toaster' } }, /unknown answer 'toaster' to runs_on/, 'answer-unknown'],
    [{ followups: { F99: 'yes' } }, /unknown follow-up 'F99'/, 'question-unknown'],
    [{ followups: { F1: 'perhaps' } }, /unknown answer 'perhaps' to F1/, 'answer-unknown'],
    [[], /expected a JSON object/, 'advice-malformed'],
    ['null', /expected a JSON object/, 'advice-malformed'],
    ['{"answers":', /send JSON/, 'advice-malformed'],
    ['', /send JSON/, 'advice-malformed'],
  ])('%j', async (body, named, reason) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    const { error, error_description, error_uri } = (await response.json()) as Record<string, string>
    expect([error, error_description]).toEqual(['invalid_request', expect.stringMatching(named)])
    expect(error_uri).toBe(`${server.issuer}/errors/${reason}`)
  })

  test.each([
    ['answers', `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['an answer', `{"answers":{"runs_on":${'['.repeat(40_000)}${']'.repeat(40_000)}}}`],
    ['a follow-up', `{"followups":{"F1":${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}}}`],
  ])('%s deeper than anything that is written out by itself', async (_what, body) => {
    const response = await post(body)
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({
        error: 'invalid_request',
        error_description: expect.stringMatching(/a list|an object/),
      }),
    ])
  })

  test('a body that is no JSON', async () => {
    expect((await post('answers', { 'content-type': 'text/plain' })).status).toBe(400)
  })

  test('a body over the limit is 413', async () => {
    expect((await post({ answers: { runs_on: 'x'.repeat(200_000) } })).status).toBe(413)
  })
})

test('a page of any origin may ask and read the answer, refusals too, without credentials', async () => {
  const origin = 'https://anywhere.example'
  const preflight = await fetch(`${server.issuer}/api/advise`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/content-type/i)
  for (const body of [{ answers: {} }, { answers: { x: 'y' } }]) {
    const { headers } = await post(body, { origin })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  }
})

test('JSON opens no other endpoint', async () => {
  for (const path of ['/token', '/introspect', '/revoke']) {
    const response = await post({ grant_type: 'client_credentials', client_id: 'job' }, {}, path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  }
})

test('it answers to POST only', async () => {
  const response = await fetch(`${server.issuer}/api/advise`)
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
})
