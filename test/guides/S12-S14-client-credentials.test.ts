import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appToken, call, forged, userTokens } from '../demo/support.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, introspect, post, userinfo } from '../support/token.ts'
import { api, opaqueApi, secret, world } from '../support/world.ts'

const everything = 'openid profile email offline_access catalog:read profile:read'
/** A job for two APIs, one for none, and one that is registered for all there is. */
const [job] = world.clients.filter(it => it.client_id === 'job')
const clients = [
  ...world.clients,
  { ...job, client_id: 'job-of-two', grantwise: { ...job?.grantwise, audiences: [api, opaqueApi] } },
  { ...job, client_id: 'job-of-all', scope: everything },
  { ...job, client_id: 'job-of-none', grantwise: { ...job?.grantwise, audiences: [] } },
]

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: { ...world, clients }, config: { dev: true } })
})
afterAll(() => server.close())

test('S12: the token is about the app: no user, no ID Token, no claims of anybody', async () => {
  for (const fields of [{}, { scope: everything }]) {
    const { body } = await clientCredentials(server.issuer, fields, basic('job-of-all'))
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect(body['scope']).toBe('catalog:read')
    const token = String(body['access_token'])
    const claims = decodeJwt(token)
    expect(Object.keys(claims).sort()).toEqual(['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'sub'])
    expect(claims).toMatchObject({ sub: 'job-of-all', client_id: 'job-of-all', aud: api })
    const said = (await introspect(server.issuer, token, 'api-server')).body
    expect(said).toMatchObject({ active: true, sub: 'job-of-all', client_id: 'job-of-all' })
    expect(said).not.toHaveProperty('username')
  }
})

test('S13: it opens what is nobody’s, and nothing that is somebody’s', async () => {
  const token = await appToken(server.issuer)
  const user = (await userTokens(server.issuer, 'demo-ada', 'openid albums:read me:read playlists:read')).access_token
  const statuses = async (access_token: string) => [
    (await call(server.issuer, '/albums', access_token)).status,
    (await call(server.issuer, '/me', access_token)).status,
    (await call(server.issuer, '/me/playlists', access_token)).status,
    (await userinfo(server.issuer, access_token)).status,
  ]
  expect(await statuses(user)).toEqual([200, 200, 200, 200])
  expect(await statuses(token)).toEqual([200, 403, 403, 403])
})

test('S13: nor would it with the scopes for that: there is nobody whose data it could be', async () => {
  const token = await forged(server, { sub: 'demo-job', client_id: 'demo-job' })
  for (const path of ['/me', '/me/playlists']) {
    const { status, body } = await call(server.issuer, path, token)
    expect([status, body.error_description]).toEqual([403, expect.stringContaining('needs a user')])
  }
})

test('S13: a scope that is about a user is not granted to an app alone', async () => {
  const { body } = await clientCredentials(server.issuer, { scope: 'profile:read' })
  expect(body.error).toBe('invalid_scope')
})

test('S14: Spotify’s request: its credentials by Basic, or in the form', async () => {
  for (const [fields, headers] of [
    [{}, basic('job')],
    [{ client_id: 'job', client_secret: secret }, {}],
  ] as const) {
    const { status, body } = await clientCredentials(server.issuer, fields, headers)
    expect(status).toBe(200)
    expect(body).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
    expect(body).not.toHaveProperty('refresh_token')
  }
})

test('S14: both at once, or JSON, are not that request', async () => {
  const both = await clientCredentials(server.issuer, { client_id: 'job', client_secret: secret }, basic('job'))
  expect(both.body.error).toBe('invalid_request')
  const json = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { ...basic('job'), 'content-type': 'application/json' },
    body: '{"grant_type":"client_credentials"}',
  })
  expect(json.status).toBe(400)
})

test('A12: nobody is asked: no request to /authorize, and no consent, session or authorization is kept', async () => {
  const quiet = await startServer()
  const before = countRows(quiet.data_dir)
  const { body } = await clientCredentials(quiet.issuer)
  expect(body['access_token']).toEqual(expect.any(String))
  expect(countRows(quiet.data_dir)).toEqual(before)
  const { journeys } = await quiet.journeys.list({ limit: 10 })
  expect(journeys.map(it => [it.kind, it.client_id, it.token_requests])).toEqual([['back-channel', 'job', 1]])
  const journey = await quiet.journeys.journey(journeys[0]?.id ?? '')
  const between = new Set(journey?.steps.flatMap(it => [it.from, it.to]))
  expect(between).toEqual(new Set(['client', 'authorization_server', 'resource_server']))
  expect(journey?.steps.filter(it => !it.inferred).map(it => it.what)).toEqual(['POST /token', '200'])
  await quiet.close()
})

test.each(['audience', 'resource'])('A15: %s names the API that the token is for', async name => {
  const of = async (audience: string) => clientCredentials(server.issuer, { [name]: audience }, basic('job-of-two'))
  expect(decodeJwt(String((await of(api)).body['access_token'])).aud).toBe(api)
  const opaque = String((await of(opaqueApi)).body['access_token'])
  expect((await introspect(server.issuer, opaque, 'job-of-two')).body['aud']).toBe(opaqueApi)
  for (const unknown of ['https://unknown.example.com', `${api}/`, server.issuer]) {
    expect((await of(unknown)).body.error).toBe('invalid_target')
  }
})

test('A15: an API that is another client’s is invalid_target too', async () => {
  const another = await clientCredentials(server.issuer, { audience: opaqueApi }, basic('job'))
  expect([another.status, another.body.error]).toEqual([400, 'invalid_target'])
})

test('A15: left out, it is the one API of the client, and invalid_target where there is not exactly one', async () => {
  const { body } = await clientCredentials(server.issuer)
  expect(decodeJwt(String(body['access_token'])).aud).toBe(api)
  for (const client_id of ['job-of-two', 'job-of-none']) {
    expect((await clientCredentials(server.issuer, {}, basic(client_id))).body.error).toBe('invalid_target')
  }
  const two = [
    ['grant_type', 'client_credentials'],
    ['resource', api],
    ['resource', opaqueApi],
  ] as const
  expect((await post(`${server.issuer}/token`, two, basic('job-of-two'))).body.error).toBe('invalid_target')
})
