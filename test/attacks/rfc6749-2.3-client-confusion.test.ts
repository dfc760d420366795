import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send } from '../support/raw.ts'
import { countRows, readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, post } from '../support/token.ts'
import { otherSecret, secret } from '../support/world.ts'

/** RFC 6749 §2.3, §10.1: who a client is, is proven in one way, by what it was given, or not at all. */

let server: TestServer
let rows: Record<string, number>
beforeAll(async () => {
  server = await startServer()
  rows = countRows(server.data_dir)
})
afterAll(() => server.close())

type Sent = readonly [headers: Record<string, string>, fields: Record<string, string>]
const base64 = (text: string) => Buffer.from(text).toString('base64')
const header = (authorization: string): Sent => [{ authorization }, {}]
const byBasic = (user: string, word: string = secret): Sent => header(`Basic ${base64(`${user}:${word}`)}`)
const byForm = (client_id: string, client_secret: string): Sent => [{}, { client_id, client_secret }]
const asks = ([headers, fields]: Sent) => clientCredentials(server.issuer, fields, headers)

test('the genuine ways: Basic, once percent-encoded or not at all, and the form', async () => {
  const ways = [byBasic('job'), byBasic('%6aob'), byForm('job', secret), header(`BASIC   ${base64(`job:${secret}`)}`)]
  for (const way of ways) expect((await asks(way)).status).toBe(200)
})

/** Not one of these proves anything: all are told what anybody is told who names a client that is not there. */
const unproven: Record<string, Sent> = {
  'another client’s secret, by Basic': byBasic('job', otherSecret),
  'another client’s secret, by form': byForm('job', otherSecret),
  'no secret': [{}, { client_id: 'job' }],
  'an empty secret, by form': byForm('job', ''),
  'an empty secret, by Basic': byBasic('job', ''),
  'a blank for a secret': byForm('job', ' '),
  'the secret in capitals': byForm('job', secret.toUpperCase()),
  'the secret with a blank behind': byForm('job', `${secret} `),
  'the secret with a line end': byForm('job', `${secret}\n`),
  'the secret with a NUL behind': byForm('job', `${secret}\0`),
  'the secret cut by a NUL': byBasic('job', `${secret}\0x`),
  'the secret but its last character': byForm('job', secret.slice(0, -1)),
  'the secret twice over': byForm('job', secret + secret),
  'the secret, percent-encoded twice': byBasic('job', encodeURIComponent(secret.replaceAll('-', '%2D'))),
  'a public client with a secret, by form': byForm('spa', secret),
  'a public client with a secret, by Basic': byBasic('spa'),
  'a name in capitals': byBasic('JOB'),
  'a name with a blank before': byBasic(' job'),
  'a name with a blank behind': byForm('job ', secret),
  'a name with a NUL behind': byForm('job\0', secret),
  'a name with a NUL, encoded': byBasic('job%00'),
  'a name with a line end': byForm('job\n', secret),
  'a name, percent-encoded twice': byBasic('%256aob'),
  'a name, percent-encoded in the form': byForm('%6aob', secret),
  'a name in wide letters': byForm('ｊｏｂ', secret),
  'a name with what cannot be seen': byForm('job\u200b', secret),
  'a name of no UTF-8': header(`Basic ${Buffer.from(`job\xff:${secret}`, 'latin1').toString('base64')}`),
  'a name in overlong UTF-8': header(`Basic ${Buffer.from(`\xc1\xaaob:${secret}`, 'latin1').toString('base64')}`),
  'a name of SQL': byForm("' OR '1'='1", secret),
  'a wildcard': byForm('%', secret),
  'a property of every object': byForm('__proto__', secret),
  another: byForm('constructor', secret),
  'a very long name': byForm('x'.repeat(90_000), secret),
  'JSON in place of name and secret': header(
    `Basic ${base64(JSON.stringify({ client_id: 'job', client_secret: secret }))}`,
  ),
  'a certificate that a header tells of': [
    {
      'x-ssl-client-verify': 'SUCCESS',
      'x-ssl-client-s-dn': 'CN=job',
      'x-client-cert': 'MII',
      'client-cert': ':MII=:',
    },
    { client_id: 'job' },
  ],
  'a user that a header tells of': [
    { 'x-remote-user': 'job', 'x-forwarded-user': 'job', remote_user: 'job' },
    { client_id: 'job' },
  ],
}

test.each(Object.keys(unproven))('%s is invalid_client, like a client that is not there', async what => {
  const nobody = await asks(byBasic('nobody'))
  const answer = await asks(unproven[what] as Sent)
  expect([answer.status, answer.body]).toEqual([401, nobody.body])
  expect(answer.headers.get('www-authenticate')).toBe(nobody.headers.get('www-authenticate'))
})

const unreadable = [
  'Basic',
  'Basic ',
  'Basic\t',
  `Basic${base64(`job:${secret}`)}`,
  `Basic ${base64(`job:${secret}`)} ${base64(`job:${secret}`)}`,
  `Basic ${base64(`job:${secret}`)}, Basic ${base64(`web:${secret}`)}`,
  `Basic ${base64(`job:${secret}`)},`,
  `Basic "${base64(`job:${secret}`)}"`,
  `Basic job:${secret}`,
  `Basic ${base64('job')}`,
  `Basic ${base64(`:${secret}`)}`,
  `Basic ====`,
  `Digest username="job", response="x"`,
  `Negotiate ${base64(`job:${secret}`)}`,
  `DPoP ${base64(`job:${secret}`)}`,
  `Bearer ${base64(`job:${secret}`)}`,
  `Basic\u00a0${base64(`job:${secret}`)}`,
]
test.each(unreadable)('RFC 7617 §2: the header %j proves nothing', async authorization => {
  for (const fields of [{}, { client_id: 'job' }] as Record<string, string>[]) {
    const answer = await send(`${server.issuer}/token`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString(),
    })
    expect([answer.status, (await answer.json())['error']]).toEqual([401, 'invalid_client'])
  }
})

describe('RFC 6749 §2.3: two ways at once', () => {
  const [right] = byBasic('job')
  const both: Record<string, Sent> = {
    'both right': [right, { client_id: 'job', client_secret: secret }],
    'the header right, the form wrong': [right, { client_id: 'job', client_secret: 'wrong' }],
    'the form right, the header wrong': [basic('job', 'wrong'), { client_id: 'job', client_secret: secret }],
    'two clients, both right': [right, { client_id: 'other-web', client_secret: otherSecret }],
    'a public client by Basic, a confidential one in the form': [
      basic('spa', ''),
      { client_id: 'job', client_secret: secret },
    ],
    'one name in the header, another in the form': [right, { client_id: 'web' }],
    'one name in the header, a public one in the form': [right, { client_id: 'spa' }],
    'a secret without a name, beside the header': [right, { client_secret: secret }],
  }
  test.each(Object.keys(both))('%s: invalid_request', async what => {
    expect(await asks(both[what] as Sent)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test.each([
    ['both right', [basic('job'), basic('job')]],
    ['the second right', [basic('job', 'wrong'), basic('job')]],
    ['the first right', [basic('job'), basic('job', 'wrong')]],
    ['two clients', [basic('job'), basic('other-web', otherSecret)]],
    ['a token behind', [basic('job'), { authorization: 'Bearer x' }]],
  ])('two Authorization headers, %s: invalid_client', async (_what, headers) => {
    for (const path of ['/token', '/introspect', '/revoke']) {
      const answer = await send(server.issuer + path, {
        method: 'POST',
        headers: {
          authorization: headers.map(it => it['authorization'] ?? ''),
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials&token=x',
      })
      expect([answer.status, (await answer.json())['error']]).toEqual([401, 'invalid_client'])
    }
  })

  test.each([
    [
      ['client_id', 'job'],
      ['client_id', 'job'],
      ['client_secret', secret],
    ],
    [
      ['client_id', 'job'],
      ['client_id', 'web'],
      ['client_secret', secret],
    ],
    [
      ['client_id', 'job'],
      ['client_secret', secret],
      ['client_secret', 'wrong'],
    ],
    [
      ['client_id', 'job'],
      ['client_secret', 'wrong'],
      ['client_secret', secret],
    ],
  ] as const)('a name or a secret twice: %j', async (...pairs) => {
    const answer = await post(`${server.issuer}/token`, [['grant_type', 'client_credentials'], ...pairs])
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('names that only look alike are no names: client_id[], CLIENT_ID, client-id', async () => {
    for (const name of ['client_id[]', 'CLIENT_ID', 'client-id', 'client_id ', 'client_id.0']) {
      const answer = await post(`${server.issuer}/token`, {
        grant_type: 'client_credentials',
        [name]: 'job',
        client_secret: secret,
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
  })
})

test('an assertion beside what proves a client is two proofs at once', async () => {
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const [headers] = byBasic('job')
  const assertion = { client_assertion_type, client_assertion: 'a.b.c' }
  for (const [by, fields] of [[headers, {}], byForm('job', secret), [byBasic('job', '')[0], {}]] as const) {
    const { status, body } = await asks([by, { ...fields, ...assertion }])
    expect([status, body.error_description]).toEqual([400, 'use one client authentication method, not two at once'])
  }
})

test('what stands in the database is no secret: neither a hash, nor a hash as an export writes it', async () => {
  for (const { client_id, hash } of readRows(server.data_dir, 'client_secrets')) {
    for (const guess of [String(hash), `sha256:${hash}`])
      expect((await asks(byForm(String(client_id), guess))).status).toBe(401)
  }
})

test('after all that, nothing was written, and the genuine ways are as good as before', async () => {
  expect(countRows(server.data_dir)).toEqual(rows)
  expect((await asks(byBasic('job'))).status).toBe(200)
})
