import { createHmac, createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askWith, claimsOf, makeKey, sign, signingClient, withAssertion } from '../support/assertions.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, post } from '../support/token.ts'
import { secret, world } from '../support/world.ts'
import { compact, encode, type Json, partsOf } from './forge.ts'

/** RFC 7523 §3, RFC 7521 §8, RFC 8725: assertions that are replayed, carried elsewhere, forged, or another's. */

const key = await makeKey('ES256', 'known')
const rsa = await makeKey('RS256', 'rsa')
const ed = await makeKey('EdDSA', 'ed')
const stranger = await makeKey('ES256', 'known')
const others = await makeKey('ES256', 'others')
const platformKey = await makeKey('RS256', 'platform')
const ci = 'https://ci.example.com'
const main = 'repo:photos/prints:ref:refs/heads/main'

let server: TestServer
let rows: Record<string, number>
beforeAll(async () => {
  const federated = { issuer: ci, subject: main, claims: { owner_id: '4711' }, jwks: { keys: [platformKey.jwk] } }
  server = await startServer({
    document: {
      ...world,
      clients: [
        ...world.clients,
        signingClient('signer', { jwks: { keys: [key.jwk, rsa.jwk, ed.jwk] } }),
        signingClient('other-signer', { jwks: { keys: [others.jwk] } }),
        signingClient('pipeline', {}, { federated }),
        signingClient('other-pipeline', {}, { federated: { ...federated, subject: 'repo:photos/other' } }),
      ],
    },
  })
  rows = countRows(server.data_dir)
})
afterAll(() => server.close())

const own = (changes: Json = {}, header: Json = {}, by = key) => sign(by, claimsOf('signer', server, changes), header)
const ofPlatform = (changes: Json = {}, header: Json = {}, by = platformKey) =>
  sign(by, claimsOf('', server, { iss: ci, sub: main, owner_id: '4711', ...changes }), header)
const ask = (assertion: string, more?: Record<string, string>) => askWith(server.issuer, assertion, more)
const askAsPipeline = (assertion: string) => ask(assertion, { client_id: 'pipeline' })

/** Why the last request was refused, as its operator sees it. */
async function lastReason(): Promise<string | undefined> {
  const { journeys } = await server.journeys.list({ limit: 1 })
  const { outcome } = journeys[0] ?? {}
  return outcome?.kind === 'refused' ? outcome.reason : undefined
}

/** Refused for this, and nothing is written that was not there: no assertion is spent by a request that proves nothing. */
async function expectRefused(answer: Promise<{ readonly status: number }>, reason: string): Promise<void> {
  const before = countRows(server.data_dir)
  const { status } = await answer
  expect([status, await lastReason()]).toEqual([reason === 'client-id-differs' ? 400 : 401, reason])
  expect(countRows(server.data_dir)).toEqual(before)
}

describe('replayed', () => {
  test('one after the other: the first only', async () => {
    const assertion = await own()
    expect((await ask(assertion)).status).toBe(200)
    for (const _ of [1, 2]) await expectRefused(ask(assertion), 'assertion-replayed')
  })

  test('fifty at once: one', async () => {
    const assertion = await own()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
      new Set(['invalid_client']),
    )
  })

  test('at another endpoint, after a failure, and after a restart', async () => {
    const assertion = await own()
    const asked = await post(`${server.issuer}/introspect`, withAssertion(assertion))
    expect(asked.body.error_description).toBe('token is missing')
    await expectRefused(ask(assertion), 'assertion-replayed')
    server = await server.restart()
    await expectRefused(ask(assertion), 'assertion-replayed')
  })

  test('signed once more under the same jti, with other times', async () => {
    const jti = randomUUID()
    expect((await ask(await own({ jti }))).status).toBe(200)
    await expectRefused(ask(await own({ jti, exp: server.clock.now() + 100 })), 'assertion-replayed')
  })

  test('with its signature written the other way that ECDSA allows, where there is no jti', async () => {
    const jwk = await makeKey('ES256', 'ec')
    const federated = { issuer: ci, subject: main, jwks: { keys: [jwk.jwk] } }
    await server.apply({ clients: [signingClient('ec-pipeline', {}, { federated })] })
    const token = await sign(jwk, claimsOf('', server, { iss: ci, sub: main, jti: undefined }))
    const twin = otherSignature(token)
    expect(twin).not.toBe(token)
    expect((await ask(token, { client_id: 'ec-pipeline' })).status).toBe(200)
    await expectRefused(ask(twin, { client_id: 'ec-pipeline' }), 'assertion-replayed')
  })

  test('a jti of one client is not taken by another', async () => {
    const jti = randomUUID()
    expect((await ask(await own({ jti }))).status).toBe(200)
    expect((await ask(await sign(others, claimsOf('other-signer', server, { jti })))).status).toBe(200)
  })
})

/** n − s in the place of s is as good a signature (RFC 7518 §3.4 does not forbid it). */
function otherSignature(token: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex')])
  return `${header}.${payload}.${twin.toString('base64url')}`
}

describe('for somebody else', () => {
  const audiences: Record<string, unknown> = {
    'another server': 'https://evil.example',
    'another server and this one': ['https://evil.example', 'ISSUER'],
    'this server and another': ['ISSUER', 'https://evil.example'],
    'this server twice': ['ISSUER', 'ISSUER'],
    'the token endpoint': 'ISSUER/token',
    'this server with a slash behind': 'ISSUER/',
    'this server in capitals': 'ISSUER-IN-CAPITALS',
    'both in one text': 'ISSUER https://evil.example',
    'an empty list': [],
    'a list in a list': [['ISSUER']],
    'an object': { ISSUER: true },
    nothing: null,
    'nobody at all': undefined,
  }
  const audience = (value: unknown) =>
    value === undefined
      ? undefined
      : JSON.parse(
          JSON.stringify(value)
            .replaceAll('ISSUER-IN-CAPITALS', server.issuer.toUpperCase())
            .replaceAll('ISSUER', server.issuer),
        )

  test.each(Object.keys(audiences))('%s', async name => {
    const aud = audience(audiences[name])
    await expectRefused(ask(await own({ aud })), 'assertion-audience-wrong')
    await expectRefused(askAsPipeline(await ofPlatform({ aud })), 'assertion-audience-wrong')
  })
})

describe('of another', () => {
  test('an assertion of one client beside the name of another', async () => {
    await expectRefused(ask(await own(), { client_id: 'other-signer' }), 'client-id-differs')
  })

  test('one client in iss, another in sub', async () => {
    const crossed = await own({ sub: 'other-signer' })
    await expectRefused(ask(crossed), 'client-missing')
    await expectRefused(ask(crossed, { client_id: 'signer' }), 'assertion-issuer-wrong')
    await expectRefused(ask(crossed, { client_id: 'other-signer' }), 'assertion-issuer-wrong')
  })

  test('signed by one client in the name of another', async () => {
    await expectRefused(ask(await sign(others, claimsOf('signer', server))), 'assertion-key-unknown')
    await expectRefused(ask(await sign(stranger, claimsOf('signer', server))), 'assertion-signature-wrong')
  })

  test('in the name of clients with a secret, without one, and of nobody: alike', async () => {
    const answers = await Promise.all(
      ['job', 'spa', 'pipeline', 'nobody'].map(async name => ask(await sign(stranger, claimsOf(name, server)))),
    )
    const [{ body: nobody } = { body: {} }] = answers.slice(-1)
    for (const { status, body } of answers) expect([status, body]).toEqual([401, nobody])
    expect(nobody).toMatchObject({ error: 'invalid_client', error_description: 'client authentication failed' })
  })

  test('a client that signs shows a secret instead', async () => {
    await expectRefused(clientCredentials(server.issuer, {}, basic('signer', secret)), 'client-auth-method-wrong')
    await expectRefused(
      clientCredentials(server.issuer, { client_id: 'signer', client_secret: secret }, {}),
      'client-auth-method-wrong',
    )
    await expectRefused(clientCredentials(server.issuer, { client_id: 'signer' }, {}), 'client-auth-method-wrong')
  })
})

describe('of another platform, job or kind', () => {
  const wrong: Record<string, readonly [reason: string, changes: Json]> = {
    'another issuer': ['assertion-issuer-wrong', { iss: 'https://evil.example' }],
    'an issuer with a slash behind': ['assertion-issuer-wrong', { iss: `${ci}/` }],
    'an issuer in capitals': ['assertion-issuer-wrong', { iss: ci.toUpperCase() }],
    'a pull request': ['assertion-subject-wrong', { sub: 'repo:photos/prints:pull_request' }],
    'a longer branch': ['assertion-subject-wrong', { sub: `${main}2` }],
    'a star': ['assertion-subject-wrong', { sub: '*' }],
    'another case': ['assertion-subject-wrong', { sub: main.toUpperCase() }],
    'a claim that differs': ['assertion-subject-wrong', { owner_id: '4712' }],
    'a claim of another type': ['assertion-subject-wrong', { owner_id: 4711 }],
    'a claim in a list': ['assertion-subject-wrong', { owner_id: ['4711'] }],
    'no such claim': ['assertion-subject-wrong', { owner_id: undefined }],
  }
  test.each(Object.keys(wrong))('%s', async name => {
    const [reason, changes] = wrong[name] ?? ['', {}]
    await expectRefused(askAsPipeline(await ofPlatform(changes)), reason)
  })

  test('what is registered stands in the token, signed by a key of the attacker’s', async () => {
    const forged = await makeKey('RS256', 'platform')
    await expectRefused(askAsPipeline(await ofPlatform({}, {}, forged)), 'assertion-signature-wrong')
    await expectRefused(askAsPipeline(await ofPlatform({}, { kid: 'x' }, forged)), 'assertion-key-unknown')
  })

  test('the token of one job at the client of another', async () => {
    await expectRefused(ask(await ofPlatform(), { client_id: 'other-pipeline' }), 'assertion-subject-wrong')
    await expectRefused(ask(await ofPlatform(), { client_id: 'signer' }), 'assertion-issuer-wrong')
    await expectRefused(ask(await ofPlatform(), { client_id: 'job' }), 'client-auth-method-wrong')
    await expectRefused(ask(await ofPlatform()), 'client-missing')
  })

  test('a job that says it is the client itself', async () => {
    const assertion = await sign(platformKey, claimsOf('pipeline', server))
    await expectRefused(askAsPipeline(assertion), 'assertion-issuer-wrong')
  })

  test('an access token, a logout token, or a DPoP proof of the platform', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'logout+jwt', 'dpop+jwt', '']) {
      await expectRefused(askAsPipeline(await ofPlatform({}, { typ })), 'assertion-malformed')
    }
  })

  test('a token of this server itself', async () => {
    const { body } = await ask(await own())
    await expectRefused(askAsPipeline(String(body['access_token'])), 'assertion-malformed')
  })
})

describe('forged', () => {
  const publicKey = createPublicKey({ key: rsa.jwk as JsonWebKey, format: 'jwk' })
  const byHmac = (word: string | Buffer) => (signed: string) =>
    createHmac('sha256', word).update(signed).digest('base64url')
  const claims = () => claimsOf('signer', server)

  test('alg none, in every spelling, with and without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 0, ['ES256'], { alg: 'ES256' }]) {
      await expectRefused(ask(compact({ alg, kid: 'known' }, claims(), () => 'AA')), 'assertion-malformed')
      await expectRefused(ask(compact({ alg, kid: 'known' }, claims())), 'assertion-malformed')
    }
  })

  test('an HMAC with the public key for a secret, in each of its forms', async () => {
    const words = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(rsa.jwk),
      String(rsa.jwk.n),
      secret,
      '',
    ]
    for (const word of words) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        await expectRefused(ask(compact({ alg, kid: 'rsa' }, claims(), byHmac(word))), 'assertion-malformed')
      }
    }
  })

  test('one key under the algorithm of another', async () => {
    const [header, payload, signature] = (await own({}, {}, rsa)).split('.')
    expect(header).toBeTruthy()
    for (const alg of ['PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']) {
      const forged = `${encode({ alg, kid: 'rsa' })}.${payload}.${signature}`
      await expectRefused(ask(forged), 'assertion-key-unknown')
      const unnamed = `${encode({ alg })}.${payload}.${signature}`
      const answer = await ask(unnamed)
      expect([answer.status, await lastReason()]).toEqual([
        401,
        expect.stringMatching(/assertion-(key-unknown|signature-wrong)/),
      ])
    }
  })

  test('a key in the header, or where to find one', async () => {
    const headers: Json[] = [
      { jwk: stranger.jwk },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/cert.pem' },
      { x5c: ['MIIB'] },
      { kid: '../../../../dev/null' },
      { kid: 'https://evil.example/jwks.json' },
      { kid: "' OR '1'='1" },
      { kid: '__proto__' },
      { kid: 'constructor' },
      { kid: '' },
    ]
    for (const header of headers) {
      const { status } = await ask(await own({}, header, stranger))
      expect([header, status]).toEqual([header, 401])
      expect(await lastReason()).toMatch(/^assertion-(key-unknown|signature-wrong)$/)
    }
    for (const kid of [0, null, ['known'], { kid: 'known' }]) {
      const assertion = compact({ alg: 'ES256', kid }, claims(), () => 'AA'.repeat(32))
      expect((await ask(assertion)).status).toBe(401)
    }
  })

  test('extensions that must be understood, and payloads that are not encoded', async () => {
    const signature = 'A'.repeat(86)
    for (const header of [{ crit: ['exp'], exp: 1 }, { crit: ['b64'], b64: false }, { crit: [] }, { crit: null }]) {
      const assertion = compact({ alg: 'ES256', kid: 'known', ...header }, claims(), () => signature)
      await expectRefused(ask(assertion), 'assertion-malformed')
    }
  })

  test('a claim, a header or a signature changed after signing', async () => {
    const assertion = await own()
    const { header, claims: said, signature } = partsOf(assertion)
    const forged = [
      compact(header, { ...said, exp: Number(said['exp']) + 1 }, () => signature),
      compact({ ...header, typ: undefined }, said, () => signature),
      compact(header, said, () => `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`),
      compact(header, said, () => 'A'.repeat(86)),
    ]
    for (const one of forged) await expectRefused(ask(one), 'assertion-signature-wrong')
    expect((await ask(assertion)).status).toBe(200)
  })
})

describe('its times', () => {
  const now = () => server.clock.now()
  const wrong: Record<string, readonly [reason: string, changes: () => Json]> = {
    expired: ['assertion-expired', () => ({ exp: now() - 30 })],
    'expired long ago': ['assertion-expired', () => ({ exp: 0 })],
    'of the far future': ['assertion-times-wrong', () => ({ exp: now() + 331 })],
    'of a future that is no date': ['assertion-times-wrong', () => ({ exp: 8.64e15 })],
    'not yet': ['assertion-times-wrong', () => ({ nbf: now() + 31 })],
    'made in the future': ['assertion-times-wrong', () => ({ iat: now() + 31 })],
    'without an end': ['assertion-malformed', () => ({ exp: undefined })],
    'that ends at a text': ['assertion-malformed', () => ({ exp: String(now() + 60) })],
    'that ends in a list': ['assertion-malformed', () => ({ exp: [now() + 60] })],
    'that ends below zero': ['assertion-malformed', () => ({ exp: -1 })],
    'made at a text': ['assertion-malformed', () => ({ iat: 'now' })],
    'without a jti': ['assertion-malformed', () => ({ jti: undefined })],
    'with an empty jti': ['assertion-malformed', () => ({ jti: '' })],
    'with a jti that is a number': ['assertion-malformed', () => ({ jti: 7 })],
    'without iss': ['assertion-malformed', () => ({ iss: undefined })],
    'with nobody for iss and sub': ['assertion-malformed', () => ({ iss: '', sub: '' })],
    'with lists for iss and sub': ['assertion-malformed', () => ({ iss: ['signer'], sub: ['signer'] })],
  }
  test.each(Object.keys(wrong))('%s', async name => {
    const [reason, changes] = wrong[name] ?? ['', () => ({})]
    await expectRefused(ask(await own(changes())), reason)
  })

  test('an end that is more than any number', async () => {
    const payload = JSON.stringify(claimsOf('signer', server)).replace(/"exp":\d+/, '"exp":1e999')
    await expectRefused(ask(compact({ alg: 'ES256', kid: 'known' }, payload, () => 'AA')), 'assertion-malformed')
  })

  test('a platform’s token: a day, and not two', async () => {
    expect((await askAsPipeline(await ofPlatform({ exp: now() + 86_400 }))).status).toBe(200)
    await expectRefused(askAsPipeline(await ofPlatform({ exp: now() + 86_431 })), 'assertion-times-wrong')
    await expectRefused(askAsPipeline(await ofPlatform({ exp: now() - 30 })), 'assertion-expired')
  })
})

describe('what is no assertion', () => {
  test('malformed, oversized, of other types', async () => {
    const good = await own()
    const bad = [
      'x',
      '..',
      'a.b',
      'a.b.c.d',
      `${good}.`,
      ` ${good}`,
      `${good}=`,
      good.replace('.', '..'),
      compact('[]', '[]', () => 'AA'),
      compact('"x"', '{}', () => 'AA'),
      `${encode('{')}.${encode('{}')}.AA`,
      compact(
        { alg: 'ES256', kid: 'known' },
        { ...claimsOf('signer', server), filler: 'x'.repeat(16_384) },
        () => 'AA',
      ),
      'a.'.repeat(40_000),
    ]
    for (const one of bad) await expectRefused(ask(one, { client_id: 'signer' }), 'assertion-malformed')
    for (const type of ['', 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer', 'jwt-bearer']) {
      const sent = { ...withAssertion(good), client_assertion_type: type }
      await expectRefused(clientCredentials(server.issuer, sent, {}), 'assertion-type-unsupported')
    }
  })

  test('in the URL, twice, or beside another proof', async () => {
    const fields = withAssertion(await own())
    const query = `${server.issuer}/token?${new URLSearchParams(fields)}`
    expect((await post(query, { grant_type: 'client_credentials' })).body.error_description).toMatch(/never in its URL/)
    const twice = [
      ...Object.entries(fields),
      ['client_assertion', fields.client_assertion],
      ['grant_type', 'x'],
    ] as const
    expect((await post(`${server.issuer}/token`, twice)).status).toBe(400)
    for (const headers of [basic('job'), basic('signer', '')]) {
      expect((await clientCredentials(server.issuer, fields, headers)).body.error).toBe('invalid_request')
    }
    expect((await clientCredentials(server.issuer, fields, {})).status).toBe(200)
  })
})

test('after all that, only assertions that were good were spent', () => {
  const { assertion_jtis: spent = 0, audit: _, clients: _c, ...rest } = countRows(server.data_dir)
  const { assertion_jtis: before, audit: _a, clients: _b, ...restBefore } = rows
  expect(before).toBe(0)
  expect(spent).toBeGreaterThan(5)
  expect(rest).toEqual(restBefore)
})
