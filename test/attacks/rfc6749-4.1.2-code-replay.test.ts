import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, verifier } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  type Answer,
  basic,
  codeFields,
  isAlive,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  userinfo,
} from '../support/token.ts'
import { otherSecret } from '../support/world.ts'

/** Rule 2: a code is spent once, by its client and with its proofs; whoever could spend it twice ends what it bought. */

let server: TestServer
/** Signed in once, and agreed. */
const alice = openBrowser()
const granted = () => obtainCode(server.issuer, {}, alice)
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const refused = { status: 400, body: { error: 'invalid_grant' } }
const as = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  post(`${server.issuer}/token`, fields, headers)

/** Nothing that a redemption bought is worth anything. */
async function expectEnded({ body }: Pick<Answer, 'body'>): Promise<void> {
  expect(await isAlive(server.issuer, String(body['access_token']))).toBe(false)
  expect(await isAlive(server.issuer, String(body['refresh_token']))).toBe(false)
  expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(401)
  expect(await refresh(server.issuer, String(body['refresh_token']))).toMatchObject(refused)
}

async function expectLiving({ body }: Pick<Answer, 'body'>): Promise<void> {
  expect(await isAlive(server.issuer, String(body['access_token']))).toBe(true)
  expect((await refresh(server.issuer, String(body['refresh_token']))).status).toBe(200)
}

describe('RFC 6749 §4.1.2, §10.5: a code that is redeemed twice', () => {
  test('one after the other: the second is refused, and revokes what the first bought', async () => {
    const code = await granted()
    const first = await redeem(server.issuer, code)
    expect(first.status).toBe(200)
    expect(await redeem(server.issuer, code)).toMatchObject(refused)
    await expectEnded(first)
  })

  test('at once, over two connections: one wins, and what it won is revoked', async () => {
    for (let round = 0; round < 5; round++) {
      const body = new URLSearchParams(codeFields(await granted())).toString()
      const headers = { ...basic('web'), 'content-type': 'application/x-www-form-urlencoded' }
      const race = () => send(`${server.issuer}/token`, { method: 'POST', headers, body })
      const answers = await Promise.all([race(), race()])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
      const won = answers.find(({ status }) => status === 200)
      await expectEnded({ body: JSON.parse((await won?.text()) ?? '{}') })
    }
  })

  test('twenty times at once: one wins at most, and what it won is revoked', async () => {
    const code = await granted()
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(server.issuer, code)))
    const won = answers.filter(it => it.status === 200)
    expect(won).toHaveLength(1)
    expect(answers.filter(it => it.body.error === 'invalid_grant')).toHaveLength(19)
    await expectEnded(won[0] as Answer)
  })

  test('after it would have expired: it still revokes what it bought', async () => {
    const code = await granted()
    const first = await redeem(server.issuer, code)
    server.clock.pass(600)
    expect(await redeem(server.issuer, code)).toMatchObject(refused)
    await expectEnded(first)
  })

  test('after what it bought was renewed: all of it ends', async () => {
    const code = await granted()
    const first = await redeem(server.issuer, code)
    const renewed = await refresh(server.issuer, String(first.body['refresh_token']))
    server.clock.pass(3000)
    expect(await redeem(server.issuer, code)).toMatchObject(refused)
    await expectEnded(renewed)
  })

  test('after a restart: what was spent is spent', async () => {
    const code = await granted()
    const first = await redeem(server.issuer, code)
    server = await server.restart()
    expect(await redeem(server.issuer, code)).toMatchObject(refused)
    await expectEnded(first)
  })
})

/** Ways to offer somebody else's code that lack a proof. RFC 9700 §4.5: whoever intercepts one must not be able to burn it. */
const withoutProof: Record<string, (code: string) => Promise<Answer>> = {
  'another client': code => as(codeFields(code), basic('other-web', otherSecret)),
  'another client, with its own redirect_uri': code =>
    as(codeFields(code, { redirect_uri: 'http://127.0.0.1:5002/callback' }), basic('other-web', otherSecret)),
  'a public client': code => as(codeFields(code, { client_id: 'spa' })),
  'its client without a secret': code => as(codeFields(code, { client_id: 'web' })),
  'its client with a wrong secret': code => as(codeFields(code), basic('web', otherSecret)),
  nobody: code => as(codeFields(code)),
  'its client without a verifier': code => redeem(server.issuer, code, { code_verifier: '' }),
  'its client with the challenge for a verifier': code =>
    redeem(server.issuer, code, { code_verifier: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }),
  ...Object.fromEntries(
    [
      'http://127.0.0.1:5001/other',
      'http://127.0.0.1:5001/callback/',
      'http://127.0.0.1:5001/callback?',
      'http://127.0.0.1:5001/callback#',
      'http://127.0.0.1:5001/Callback',
      'http://127.0.0.1:5001/%63allback',
      'http://127.0.0.1:5001//callback',
      'https://127.0.0.1:5001/callback',
      'http://localhost:5001/callback',
      'http://127.0.0.1/callback',
      'https://evil.example/callback',
    ].map(redirect_uri => [
      `redirect_uri ${redirect_uri}`,
      (code: string) => redeem(server.issuer, code, { redirect_uri }),
    ]),
  ),
}

describe('docs/decisions/0003: a redemption that lacks a proof', () => {
  test.each(Object.keys(withoutProof))('by %s is refused, and neither burns the code nor revokes', async how => {
    const code = await granted()
    const attempt = withoutProof[how]
    if (!attempt) throw new Error(how)
    const early = await attempt(code)
    expect([early.status, early.body.error]).toEqual(
      early.status === 401 ? [401, 'invalid_client'] : [400, 'invalid_grant'],
    )
    const bought = await redeem(server.issuer, code)
    expect(bought.status).toBe(200)
    expect((await attempt(code)).status).toBe(early.status)
    await expectLiving(bought)
  })

  test('twenty wrong verifiers, one after the other and at once, and the right one still redeems it', async () => {
    const code = await granted()
    const wrong = Array.from({ length: 20 }, (_, at) => `${verifier.slice(0, -2)}${String(at).padStart(2, '0')}`)
    for (const code_verifier of wrong)
      expect(await redeem(server.issuer, code, { code_verifier })).toMatchObject(refused)
    const both = await Promise.all([
      ...wrong.map(code_verifier => redeem(server.issuer, code, { code_verifier })),
      redeem(server.issuer, code),
    ])
    expect(both.map(({ status }) => status)).toEqual([...wrong.map(() => 400), 200])
    await expectLiving(both.at(-1) as Answer)
  })

  test('another client is told what anybody is told of a code that never was', async () => {
    const code = await granted()
    const told = await Promise.all(
      [code, `${code.slice(0, -1)}_`, 'x'].map(it => as(codeFields(it), basic('other-web', otherSecret))),
    )
    expect(new Set(told.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
  })
})

test('RFC 6749 §4.1.2: once its minute is over a code buys nothing, whatever is shown with it', async () => {
  const code = await granted()
  server.clock.pass(60)
  const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(server.issuer, code)))
  for (const answer of answers) expect(answer).toMatchObject(refused)
})

test('a code that is changed is none, and the genuine one is as good as before', async () => {
  const [code, other] = [await granted(), await granted()]
  const nearMisses = [
    `${code}A`,
    code.slice(0, -1),
    `${code}\n`,
    `${code}\0`,
    ` ${code}`,
    code.toUpperCase(),
    code.slice(0, 20),
    `${other.slice(0, 20)}${code.slice(20)}`,
    `${code},${other}`,
    `${code.slice(0, 20)}.' OR '1'='1' --`,
    `${code.slice(0, 20)}.${'%'.repeat(43)}`,
    ...readRows(server.data_dir, 'codes').map(({ id, hash }) => `${id}.${hash}`),
  ]
  for (const guess of nearMisses)
    expect([guess, (await redeem(server.issuer, guess)).body.error]).toEqual([guess, 'invalid_grant'])
  expect((await redeem(server.issuer, code)).status).toBe(200)
})

test('one kind of token never passes for another', async () => {
  const code = await granted()
  const { refresh_token, access_token, id_token } = await obtainTokens(server.issuer, {}, alice)
  const name = `grantwise-session-${new URL(server.issuer).port}`
  const session = alice.cookies.get(name) ?? ''
  expect(session).toMatch(/^[0-9a-v]{20}\./)
  for (const token of [refresh_token, access_token, id_token, session])
    expect(await redeem(server.issuer, token)).toMatchObject(refused)
  for (const token of [code, access_token, id_token, session])
    expect(await refresh(server.issuer, token)).toMatchObject(refused)
  for (const token of [code, refresh_token, id_token, session])
    expect((await userinfo(server.issuer, token)).status).toBe(401)
  for (const token of [code, refresh_token, access_token]) {
    const thief = openBrowser()
    thief.cookies.set(name, token)
    expect((await thief.get(`${server.issuer}/account`)).html).toContain('id="password"')
  }
  expect((await redeem(server.issuer, code)).status).toBe(200)
})
