import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, codeFields, obtainCode, post } from '../support/token.ts'
import { secret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const encoded = (text: string) => Buffer.from(text).toString('base64')
const authorization = (value: string) => ({ authorization: value })
const job = (more: Record<string, string>, headers: Record<string, string>) =>
  clientCredentials(server.issuer, more, headers)

test('RFC 6749 §2.3.1: a client may send its secret by Basic or in the body, whichever it is registered with', async () => {
  expect((await job({}, basic('job'))).status).toBe(200)
  expect((await job({ client_id: 'job', client_secret: secret }, {})).status).toBe(200)
})

test('RFC 6749 §2.3.1: the credentials of Basic are percent-decoded once', async () => {
  const strange = 'a%2Fb+c%25d:e'.padEnd(40, 'x')
  await register('colon:client', strange)
  const form = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  const sent = `Basic ${encoded(`${form('colon:client')}:${form(strange)}`)}`
  expect((await job({}, authorization(sent))).status).toBe(200)
  const twice = `Basic ${encoded(`${form(form('colon:client'))}:${form(form(strange))}`)}`
  expect((await job({}, authorization(twice))).status).toBe(401)
})

test.each(['a-secret/of=base64'.padEnd(40, 'x'), 'a+secret+of+base64'.padEnd(40, 'x'), '100%-raw'.padEnd(40, 'x')])(
  'RFC 7617 §2: a secret that a library sends raw is taken as it is: %s',
  async raw => {
    await register('raw', raw)
    expect((await job({}, authorization(`Basic ${encoded(`raw:${raw}`)}`))).status).toBe(200)
  },
)

test('RFC 6749 §2.3.1: an id that comes percent-encoded is the same client', async () => {
  await register('dash-ed', 'y'.repeat(40))
  expect((await job({}, authorization(`Basic ${encoded(`dash%2Ded:${'y'.repeat(40)}`)}`))).status).toBe(200)
})

test('RFC 6749 §2.3: two methods at once are refused, even with both right', async () => {
  const both = await job({ client_id: 'job', client_secret: secret }, basic('job'))
  expect(both).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('RFC 6749 §2.3.1: a client_id in the body must be the one of the header', async () => {
  expect((await job({ client_id: 'job' }, basic('job'))).status).toBe(200)
  expect(await job({ client_id: 'web' }, basic('job'))).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
})

test('RFC 6749 §5.2: no credentials at all are invalid_client', async () => {
  expect(await job({}, {})).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('RFC 6749 §5.2: an unknown client, a wrong secret and a wrong method are told apart by nobody', async () => {
  const answers = await Promise.all([
    job({}, basic('nobody')),
    job({}, basic('job', 'wrong')),
    job({ client_id: 'job', client_secret: 'wrong' }, {}),
    job({ client_id: 'job' }, {}),
    job({}, basic('spa')),
    job({ client_id: 'nobody' }, {}),
  ])
  const [first] = answers
  for (const { status, headers, body } of answers) {
    expect(status).toBe(401)
    expect(JSON.stringify(body)).toBe(JSON.stringify(first?.body))
    // Each request has a time and an id of its own, whatever it is answered.
    const own = { date: '', 'x-request-id': '' }
    const told = Object.fromEntries(headers)
    expect({ ...told, ...own }).toEqual({ ...Object.fromEntries(first?.headers ?? []), ...own })
  }
})

test('RFC 6749 §5.2: a 401 names a scheme to authenticate by', async () => {
  const { headers } = await job({}, basic('job', 'wrong'))
  expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/)
})

test.each([
  'Basic',
  'Basic !!!',
  `Basic ${encoded('no-colon')}`,
  `Basic ${encoded(':x')}`,
  'Digest username="job"',
  'Basic a b',
])('RFC 7617 §2: an Authorization header that cannot be read is invalid_client: %s', async value => {
  const answer = await job({}, authorization(value))
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
})

test('RFC 7617 §2: the scheme is read in any case', async () => {
  expect((await job({}, authorization(`bASIC ${encoded(`job:${secret}`)}`))).status).toBe(200)
})

test.each([
  ['by its client_id in the body', { client_id: 'spa' }, {}],
  ['by Basic with an empty password', {}, basic('spa', '')],
  ['by both', { client_id: 'spa' }, basic('spa', '')],
])('RFC 6749 §2.1: a public client names itself %s', async (_how, more, headers) => {
  const redirect_uri = 'http://127.0.0.1:5004/callback'
  const code = await obtainCode(server.issuer, { client_id: 'spa', redirect_uri })
  const answer = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri, ...more }), headers)
  expect(answer.status).toBe(200)
})

test('RFC 6749 §2.3: a confidential client cannot pass for a public one', async () => {
  const code = await obtainCode(server.issuer)
  for (const [more, headers] of [
    [{ client_id: 'web' }, {}],
    [{ client_id: 'web', client_secret: '' }, {}],
    [{}, basic('web', '')],
  ] as const) {
    expect(await post(`${server.issuer}/token`, codeFields(code, more), headers)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
  }
})

test('RFC 6749 §2.3: a public client that sends a secret is refused', async () => {
  expect((await job({ client_id: 'spa', client_secret: 'x' }, {})).body.error).toBe('invalid_client')
})

test('RFC 6749 §2.3.1: while a secret is rotated the old and the new one work, the old for a day', async () => {
  const [old, fresh, wrong] = ['o'.repeat(40), 'f'.repeat(40), 'w'.repeat(40)]
  await register('rotated', old)
  expect((await job({}, basic('rotated', old))).status).toBe(200)
  await register('rotated', fresh)
  for (const secret of [old, fresh]) expect((await job({}, basic('rotated', secret))).status).toBe(200)
  expect((await job({}, basic('rotated', wrong))).status).toBe(401)
  server.clock.pass(86_399)
  expect((await job({}, basic('rotated', old))).status).toBe(200)
  server.clock.pass(1)
  expect((await job({}, basic('rotated', old))).status).toBe(401)
  expect((await job({}, basic('rotated', fresh))).status).toBe(200)
})

test('RFC 6749 §2.3.1: credentials in the URL are refused, even with the right ones in the header', async () => {
  for (const name of ['client_secret', 'client%5Fsecret']) {
    const url = `${server.issuer}/token?client_id=job&${name}=${secret}`
    const answer = await post(url, { grant_type: 'client_credentials' }, basic('job'))
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  }
})

test('RFC 6749 §3.2: parameters in the URL are not read', async () => {
  const url = `${server.issuer}/token?grant_type=client_credentials`
  expect((await post(url, {}, basic('job'))).body.error_description).toBe('grant_type is missing')
})

test('RFC 6749 §2.3: a deleted client is an unknown one', async () => {
  await register('gone', 'g'.repeat(40))
  await server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'gone' }], server.clock.now())
  expect((await job({}, basic('gone', 'g'.repeat(40)))).status).toBe(401)
})

function register(client_id: string, client_secret: string): Promise<void> {
  const grantwise = { runs_on: 'server', acts_for: ['self'], audiences: ['https://api.example.com'] }
  return server.apply({
    clients: [{ client_id, client_secret, grant_types: ['client_credentials'], scope: 'catalog:read', grantwise }],
  })
}
