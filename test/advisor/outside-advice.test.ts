import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outsideAdvice } from '../../src/advisor/outside-advice.ts'
import type { Client } from '../../src/core/client.ts'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api, secret, world } from '../support/world.ts'
import { adviceFor, usual } from './samples.ts'

const { policy, answers, flow, rule_id, rules_version } = adviceFor({ ...usual })['best-practice']
const webAdvice = { policy, answers, flow, rule_id, rules_version }
const job = adviceFor({ acts_for: 'self', runs_on: 'server', secret_safe: 'yes', platform_id: 'no' })['best-practice']
const jobAdvice = { policy, answers: job.answers, flow: job.flow, rule_id: job.rule_id, rules_version }

const held = (advice: Client['grantwise']['advice']) => ({ grantwise: { advice } as Client['grantwise'] })

describe('outsideAdvice', () => {
  test.each([
    [{ grant_type: 'authorization_code' }],
    [{ grant_type: 'authorization_code', response_type: 'code' }],
    [{ grant_type: 'refresh_token' }],
  ])('lets %j through for a web app', use => {
    expect(outsideAdvice(held(webAdvice), use)).toBeUndefined()
  })

  test('holds nobody who was registered without advice, and to nothing who was by one that is not known any more', () => {
    expect(outsideAdvice(held(null), { grant_type: 'password' })).toBeUndefined()
    expect(outsideAdvice(held({ flow: 'smoke-signals' }), { grant_type: 'password' })).toMatchObject({
      registered_for: 'smoke-signals',
    })
  })

  test('names what was registered, because of which answers, and what came', () => {
    expect(outsideAdvice(held(webAdvice), { grant_type: 'implicit', response_type: 'id_token token' })).toEqual({
      registered_for: 'authorization_code+pkce:confidential',
      policy: 'best-practice',
      rule: 'bp5',
      answers: expect.arrayContaining(['acts_for=user', 'runs_on=server', 'secret_safe=yes', 'redirect=yes']),
      request: 'implicit',
      response_type: 'id_token token',
    })
  })

  test.each([
    ['client_credentials', 'client_credentials'],
    ['password', 'password'],
    ['urn:ietf:params:oauth:grant-type:device_code', 'device_code'],
    ['urn:example:unheard-of', 'urn:example:unheard-of'],
  ])('calls %s %s', (grant_type, request) => {
    expect(outsideAdvice(held(webAdvice), { grant_type })).toMatchObject({ request, grant_type })
  })
})

describe('through the front door', () => {
  let server: TestServer
  const clients = [
    ...world.clients,
    {
      client_id: 'advised-web',
      client_secret: secret,
      redirect_uris: ['http://127.0.0.1:5001/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid',
      grantwise: { advice: webAdvice },
    },
    {
      client_id: 'advised-job',
      client_secret: secret,
      // Left from before it became a job.
      redirect_uris: ['http://127.0.0.1:5002/callback'],
      grant_types: ['client_credentials'],
      scope: 'catalog:read',
      grantwise: { advice: jobAdvice, audiences: [api] },
    },
  ]
  beforeAll(async () => {
    server = await startServer({ document: { ...world, clients } })
  })
  afterAll(() => server.close())

  const token = async (client_id: string, grant_type: string) => {
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client_id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  test('RFC 6749 §5.2: another grant than the one advised is unauthorized_client, and says which is which', async () => {
    const { status, body } = await token('advised-web', 'client_credentials')
    expect([status, body['error']]).toEqual([400, 'unauthorized_client'])
    expect(body['error_description']).toBe(
      'this client was registered for authorization_code+pkce:confidential, and this request is client_credentials',
    )
    expect(body['error_uri']).toBe(`${server.issuer}/errors/outside-advice`)
  })

  test('RFC 6749 §4.1.2.1: so it is at the authorization endpoint', async () => {
    const redirect_uri = 'http://127.0.0.1:5002/callback'
    const query = new URLSearchParams({ client_id: 'advised-job', response_type: 'code', redirect_uri, state: 's' })
    const { status, location } = await openBrowser().get(`${server.issuer}/authorize?${query}`)
    expect([status, `${location?.origin}${location?.pathname}`]).toEqual([302, redirect_uri])
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
      error: 'unauthorized_client',
      error_description: 'this client was registered for client_credentials, and this request is authorization_code',
      error_uri: `${server.issuer}/errors/outside-advice`,
      state: 's',
    })
  })

  test('what was advised works', async () => {
    expect((await token('advised-job', 'client_credentials')).status).toBe(200)
    const query = new URLSearchParams({
      client_id: 'advised-web',
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:5001/callback',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const page = await openBrowser().get(`${server.issuer}/authorize?${query}`)
    expect([page.status, page.title]).toEqual([200, expect.stringMatching(/^Sign in to/)])
  })

  test('a client without advice is refused as before', async () => {
    expect((await token('web', 'client_credentials')).body['error_description']).not.toMatch(/was registered for/)
  })
})
