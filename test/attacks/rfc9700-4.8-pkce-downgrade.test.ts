import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, type Browser, challenge, openBrowser, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, get, obtainCode, obtainTokens, post, redeem } from '../support/token.ts'

let server: TestServer
/** Alice, who is signed in and has agreed: a request of these clients that is accepted is answered with a code. */
let victim: Browser
beforeAll(async () => {
  server = await startServer()
  victim = openBrowser()
  await obtainTokens(server.issuer, {}, victim)
  for (const client of Object.values(clients)) await obtainCode(server.issuer, client, victim)
})
afterAll(() => server.close())

const clients = {
  web: { client_id: 'web', redirect_uri: 'http://127.0.0.1:5001/callback' },
  'when-sent': { client_id: 'when-sent', redirect_uri: 'http://127.0.0.1:5003/callback' },
  spa: { client_id: 'spa', redirect_uri: 'http://127.0.0.1:5004/callback' },
  native: { client_id: 'native', redirect_uri: 'com.example.app:/callback' },
} as const
type Name = keyof typeof clients
const everybody = Object.keys(clients) as Name[]
/** Those that may not leave it out: `when-sent` may. */
const bound = everybody.filter(it => it !== 'when-sent')

type Changes = Record<string, string | undefined>

/** By GET, by POST and silently: no code, and the client is told why. */
async function expectRefused(name: Name, changes: Changes): Promise<void> {
  const url = authorizeUrl(server.issuer, { ...clients[name], ...changes })
  const pages = [
    await victim.get(url),
    await victim.get(`${url}&prompt=none`),
    await victim.post(`${server.issuer}/authorize`, new URL(url).search.slice(1)),
  ]
  for (const { location } of pages) {
    expect(location?.href.startsWith(clients[name].redirect_uri)).toBe(true)
    expect(location?.searchParams.get('error')).toBe('invalid_request')
    expect(location?.searchParams.get('state')).toBe('state-1')
    expect(location?.searchParams.has('code')).toBe(false)
  }
}

describe.each(bound)('RFC 9700 §2.1.1: the first form, the challenge left out of the request of %s', name => {
  test.each([
    ['with its method', { code_challenge: undefined, code_challenge_method: undefined }],
    ['alone', { code_challenge: undefined }],
    ['and empty', { code_challenge: '', code_challenge_method: 'S256' }],
    ['under another name', { code_challenge: undefined, 'code_challenge[]': challenge }],
  ])('%s', async (_how, changes) => expectRefused(name, changes))
})

describe.each(everybody)('RFC 7636 §7.2: the second form, a method that %s would be bound by less with', name => {
  test.each(['plain', 'PLAIN', 's256', 'S256 ', 'S256\u0000', 'S512', 'none', 'undefined'])('%j', async method => {
    await expectRefused(name, { code_challenge: verifier, code_challenge_method: method })
    await expectRefused(name, { code_challenge_method: method })
  })
})

describe.each(everybody)('RFC 7636 §4.3: the third form, plain by another name, of %s', name => {
  test.each([
    ['no method, which means plain', { code_challenge: verifier, code_challenge_method: undefined }],
    ['no method, with a hash', { code_challenge_method: undefined }],
    ['an empty method', { code_challenge: verifier, code_challenge_method: '' }],
    ['S256 with what cannot be a hash: short', { code_challenge: 'short' }],
    ['S256 with what cannot be a hash: long', { code_challenge: 'x'.repeat(44) }],
    ['S256 with what cannot be a hash: padded', { code_challenge: `${challenge}=` }],
    ['S256 with what cannot be a hash: a tilde', { code_challenge: `~${challenge.slice(1)}` }],
  ])('%s', async (_how, changes) => expectRefused(name, changes))
})

test('RFC 7636 §4.6: the third form, S256 declared with the verifier itself: it redeems nothing', async () => {
  const code = await obtainCode(server.issuer, { code_challenge: verifier }, victim)
  for (const changes of [{}, { code_challenge_method: 'plain' }, { code_verifier: challenge }]) {
    expect((await redeem(server.issuer, code, changes)).body.error).toBe('invalid_grant')
  }
})

describe('RFC 9700 §4.8.2: the fourth form, the challenge taken out on its way', () => {
  test('the verifier of a client that had sent one gives it away', async () => {
    const { redirect_uri } = clients['when-sent']
    const without = { code_challenge: undefined, code_challenge_method: undefined }
    const code = await obtainCode(server.issuer, { ...clients['when-sent'], ...without }, victim)
    const send = (fields: Record<string, string>) =>
      post(
        `${server.issuer}/token`,
        { grant_type: 'authorization_code', code, redirect_uri, ...fields },
        basic('when-sent'),
      )
    for (const code_verifier of [verifier, 'v'.repeat(43), 'short']) {
      expect(await send({ code_verifier })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    }
    expect((await send({})).status).toBe(200)
  })

  test('nothing that is posted with the consent page takes it out', async () => {
    for (const changes of [{ code_challenge: '' }, { code_challenge: verifier, code_challenge_method: 'plain' }]) {
      const page = await victim.get(authorizeUrl(server.issuer, { prompt: 'consent' }))
      const { location } = await victim.submit(page, '/consent', { consent: 'allow', ...changes })
      const code = location?.searchParams.get('code') ?? ''
      expect((await redeem(server.issuer, code, { code_verifier: '' })).body.error).toBe('invalid_grant')
      expect((await redeem(server.issuer, code)).status).toBe(200)
    }
  })
})

test.each(everybody)(
  'RFC 9700 §2.1.1: the other way round, a challenge sent by %s binds, whatever it is registered for',
  async name => {
    const { client_id, redirect_uri } = clients[name]
    const page = await victim.get(authorizeUrl(server.issuer, clients[name]))
    const sent = page.location ?? (await victim.submit(page, '/consent', { consent: 'allow' })).location
    const headers = name === 'web' || name === 'when-sent' ? basic(name) : {}
    const fields = codeFields(sent?.searchParams.get('code') ?? '', {
      redirect_uri,
      ...('authorization' in headers ? {} : { client_id }),
    })
    const { code_verifier, ...without } = fields
    const send = (sentFields: Record<string, string>) => post(`${server.issuer}/token`, sentFields, headers)
    expect((await send(without)).body.error).toBe('invalid_grant')
    expect((await send({ ...without, code_verifier: '' })).body.error).toBe('invalid_grant')
    expect((await send({ ...without, code_verifier: String(code_verifier) })).status).toBe(200)
  },
)

test('RFC 9700 §2.1.1: the metadata offers S256 and nothing else', async () => {
  const { body } = await get(`${server.issuer}/.well-known/openid-configuration`)
  expect(body['code_challenge_methods_supported']).toEqual(['S256'])
})
