import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JourneyView } from '../../src/journeys/step.ts'
import { authorize, authorizeUrl, openBrowser, signIn, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  revoke,
  userinfo,
} from '../support/token.ts'
import { api } from '../support/world.ts'
import { messages, parameter, refusals, step } from './seen.ts'

let server: TestServer
let issuer: string

beforeAll(async () => {
  server = await startServer()
  issuer = server.issuer
})
afterAll(() => server.close())

/** The journey that something happened in last. */
async function latest(): Promise<JourneyView> {
  const { journeys } = await server.journeys.list({ limit: 200 })
  const [last] = journeys.toSorted((a, b) => b.last_at - a.last_at || (b.id > a.id ? 1 : -1))
  const journey = last && (await server.journeys.journey(last.id))
  if (!journey) throw new Error('no journey')
  return journey
}

const count = async () => (await server.journeys.list({ limit: 200 })).journeys.length

const signInAndConsent = [
  'C?U sends the browser to sign in',
  'U>A GET /authorize',
  'A>U 200',
  'O?U types login and password',
  'U>A POST /sign-in',
  'A>U 200',
  'O?U allows what was shown',
  'U>A POST /consent',
  'A>U 303 to http://127.0.0.1:5001/callback',
  'U?C carries the answer to the app',
]

test('a code flow is one journey between the five roles, and what the server cannot see is marked inferred', async () => {
  const before = await count()
  const tokens = await obtainTokens(issuer)
  await userinfo(issuer, tokens.access_token)
  await introspect(issuer, tokens.access_token, 'api-server')
  const renewed = await refresh(issuer, tokens.refresh_token)
  await introspect(issuer, tokens.access_token)
  await introspect(issuer, String(renewed.body['refresh_token']))
  await revoke(issuer, String(renewed.body['refresh_token']))
  expect(await count()).toBe(before + 1)
  const journey = await latest()
  expect(messages(journey)).toEqual([
    ...signInAndConsent,
    'C>A POST /token',
    'A>C 200',
    `C?R calls ${api} with its token`,
    'C>R GET /userinfo',
    'R>C 200',
    'R>A POST /introspect',
    'A>R 200',
    'C>A POST /token',
    'A>C 200',
    `C?R calls ${api} with its token`,
    'C>A POST /introspect',
    'A>C 200',
    'C>A POST /introspect',
    'A>C 200',
    'C>A POST /revoke',
    'A>C 200',
  ])
  expect(new Set(journey.steps.flatMap(it => [it.from, it.to])).size).toBe(5)
  expect(journey).toMatchObject({
    kind: 'front-channel',
    client_id: 'web',
    login: 'alice',
    outcome: { kind: 'ended' },
    token_requests: 2,
    partial: false,
    forgotten: 0,
  })
})

test('each step says when, what was sent, what was checked, what was stored and how long it took', async () => {
  await obtainTokens(issuer, { prompt: 'consent' })
  const journey = await latest()
  const asked = step(journey, 'GET /authorize')
  expect(asked.reference).toBe(journey.id)
  expect(asked.parameters).toContainEqual({ name: 'redirect_uri', value: 'http://127.0.0.1:5001/callback' })
  expect(asked.parameters).toContainEqual({ name: 'state', length: 7 })
  expect(asked.checks).toContainEqual({ reason: 'redirect-uri-mismatch', passed: true })

  const signedIn = step(journey, 'POST /sign-in')
  expect(signedIn.effects).toEqual([{ done: 'stored', kind: 'session', id: expect.stringMatching(/^[0-9a-v]{20}$/) }])
  expect(parameter(signedIn, 'password')).toEqual({ name: 'password' })

  const consented = step(journey, 'POST /consent')
  const kinds = consented.effects?.map(({ done, kind }) => `${done} ${kind}`)
  expect(kinds).toEqual(['stored parked_request', 'stored family', 'stored consent', 'stored code'])
  const { id: code } = consented.effects?.at(-1) ?? {}
  expect(parameter(step(journey, 'carries the answer to the app'), 'code')).toEqual({ name: 'code', id: code })

  const redeemed = step(journey, 'POST /token')
  expect(redeemed.effects).toEqual([
    { done: 'spent', kind: 'code', id: code },
    { done: 'stored', kind: 'refresh_token', id: expect.any(String) },
  ])
  expect(parameter(redeemed, 'code_verifier')).toEqual({ name: 'code_verifier', length: verifier.length })
  const given = journey.steps[journey.steps.indexOf(redeemed) + 1]
  const family = consented.effects?.find(it => it.kind === 'family')?.id
  expect(given?.parameters).toContainEqual({
    name: 'access_token',
    id: family,
    kid: expect.any(String),
    length: expect.any(Number),
  })
  for (const { took } of [asked, signedIn, consented, redeemed]) expect(took).toBeGreaterThan(0)
  expect(journey.steps.some(({ took }) => took !== undefined && !Number.isInteger(took))).toBe(true)
  expect(journey.steps.map(it => it.at)).toEqual(journey.steps.map(it => it.at).toSorted((a, b) => a - b))
})

test('client credentials are a journey of the other kind, one for each request, without a browser or a person', async () => {
  await clientCredentials(issuer)
  const first = await latest()
  const { body } = await clientCredentials(issuer)
  const second = await latest()
  expect(second.id).not.toBe(first.id)
  expect(messages(second)).toEqual(['C>A POST /token', 'A>C 200', `C?R calls ${api} with its token`])
  expect(second).toMatchObject({ kind: 'back-channel', client_id: 'job', outcome: { kind: 'granted' } })
  expect(second.sub).toBeUndefined()
  expect(step(second, 'POST /token').effects).toBeUndefined()

  await introspect(issuer, String(body['access_token']), 'job')
  await post(`${issuer}/revoke`, { token: String(body['access_token']) }, basic('job'))
  const ended = await latest()
  expect(messages(ended).slice(3)).toEqual(['C>A POST /introspect', 'A>C 200', 'C>A POST /revoke', 'A>C 200'])
  expect(ended).toMatchObject({ id: second.id, outcome: { kind: 'ended' } })
})

test('an opaque token of the client itself leads back to its journey too', async () => {
  const { body } = await clientCredentials(issuer, { resource: 'https://opaque.example.com' }, basic('opaque-job'))
  const given = await latest()
  const [stored] = step(given, 'POST /token').effects ?? []
  expect(stored).toMatchObject({ done: 'stored', kind: 'access_token' })
  await post(`${issuer}/revoke`, { token: String(body['access_token']) }, basic('opaque-job'))
  expect(await latest()).toMatchObject({ id: given.id, outcome: { kind: 'ended' } })
})

test('a replayed code shows where it was refused, in the journey it belongs to', async () => {
  const code = await obtainCode(issuer)
  const { id } = await latest()
  expect((await redeem(issuer, code)).status).toBe(200)
  expect((await redeem(issuer, code)).status).toBe(400)
  const journey = await latest()
  expect(journey).toMatchObject({ id, outcome: { kind: 'refused', reason: 'code-replayed' } })
  const requests = journey.steps.filter(it => it.what === 'POST /token')
  expect(requests.map(refusals)).toEqual([[], ['code-replayed']])
  expect(requests[1]?.checks?.at(-1)).toMatchObject({ passed: false, sentence: 'code was used before' })
  expect(parameter(step(journey, '400'), 'error')).toEqual({ name: 'error', value: 'invalid_grant' })
})

test("a stranger's try with another client's code is part of the code's journey", async () => {
  const code = await obtainCode(issuer)
  const { id } = await latest()
  await post(`${issuer}/token`, codeFields(code), basic('other-web', 'another-secret-of-32-characters-or-more'))
  const journey = await latest()
  expect(journey).toMatchObject({ id, client_id: 'web', outcome: { reason: 'code-of-another' } })
})

test('a replayed refresh token is refused in its journey', async () => {
  const { refresh_token } = await obtainTokens(issuer)
  const renewed = await refresh(issuer, refresh_token)
  await refresh(issuer, String(renewed.body['refresh_token']))
  await refresh(issuer, refresh_token)
  expect(refusals(step(await latest(), 'POST /token'))).toEqual(['refresh-token-replayed'])
})

test('a wrong password, a page shown again and a denial are steps of their journey', async () => {
  const browser = openBrowser()
  const page = await browser.get(authorizeUrl(issuer, { prompt: 'consent' }))
  const again = await signIn(browser, page, 'alice', 'not the password')
  expect(await latest()).toMatchObject({ outcome: { kind: 'refused', reason: 'password-wrong' } })
  const consent = await signIn(browser, again)
  expect(await latest()).toMatchObject({ outcome: { kind: 'waiting' } })
  await browser.submit(consent, '/consent', { consent: 'deny' })
  const journey = await latest()
  expect(messages(journey).slice(-4)).toEqual([
    'O?U declines',
    'U>A POST /consent',
    'A>U 303 to http://127.0.0.1:5001/callback',
    'U?C carries the error to the app',
  ])
  expect(journey.outcome).toEqual({ kind: 'refused', reason: 'access-denied' })
})

test('signing out ends each journey of the session', async () => {
  const browser = openBrowser()
  const { id_token } = await obtainTokens(issuer, {}, browser)
  const first = await latest()
  await authorize(browser, authorizeUrl(issuer))
  const second = await latest()
  expect(second.id).not.toBe(first.id)
  await browser.get(`${issuer}/logout?${new URLSearchParams({ id_token_hint: id_token })}`)
  for (const { id } of [first, second]) {
    const journey = await server.journeys.journey(id)
    expect(journey?.outcome).toEqual({ kind: 'ended' })
    expect(journey && messages(journey).slice(-3)).toEqual([
      'C?U sends the browser to sign out',
      'U>A GET /logout',
      'A>U 200',
    ])
  }
})

test('an answer in a form is one that the browser carries', async () => {
  const browser = openBrowser()
  const page = await signIn(
    browser,
    await browser.get(authorizeUrl(issuer, { response_mode: 'form_post', prompt: 'consent' })),
  )
  await browser.submit(page, '/consent', { consent: 'allow' })
  const journey = await latest()
  expect(messages(journey).slice(-2)).toEqual([
    'A>U 200 to http://127.0.0.1:5001/callback',
    'U?C carries the answer to the app',
  ])
  expect(parameter(step(journey, 'carries the answer to the app'), 'code')).toEqual({
    name: 'code',
    id: expect.any(String),
  })
})

test('a refusal is found by the reference number of its page, whatever it was', async () => {
  const browser = openBrowser()
  const { html } = await browser.get(authorizeUrl(issuer, { redirect_uri: 'http://127.0.0.1:5001/other' }))
  const reference = /[0-9a-v]{20}/.exec(html)?.[0] ?? ''
  const found = await server.journeys.find(reference)
  expect(found && refusals(found.step)).toEqual(['redirect-uri-mismatch'])
  expect(found?.step.checks?.at(-1)?.detail).toMatchObject({ sent: 'http://127.0.0.1:5001/other' })
  expect(await server.journeys.find('00000000000000000000')).toBeUndefined()

  const foreign = await browser.post(`${issuer}/consent`, { parked: 'x' })
  const other = await server.journeys.find(/[0-9a-v]{20}/.exec(foreign.html)?.[0] ?? '')
  expect(other && refusals(other.step)).toEqual(['page-foreign'])
})

test('documents, pages and files make no journeys', async () => {
  const before = await count()
  const quiet = ['/', '/.well-known/openid-configuration', '/.well-known/jwks.json', '/healthz', '/nowhere']
  for (const path of quiet) await fetch(issuer + path)
  expect(await count()).toBe(before)
})
