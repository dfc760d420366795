import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, s256, sentBack, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Answer, basic, codeFields, isAlive, obtainCode, post, redeem } from '../support/token.ts'
import { otherSecret, secret, world } from '../support/world.ts'

const [web] = world.clients
const twoPlaces = {
  ...web,
  client_id: 'two-places',
  redirect_uris: ['http://127.0.0.1:5031/callback', 'http://127.0.0.1:5032/callback'],
} as const

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: { ...world, clients: [...world.clients, twoPlaces] } })
})
afterAll(() => server.close())

/** What an app keeps of a sign-in that it began, in a session with its own visitor. */
interface Begun {
  readonly checks: client.AuthorizationCodeGrantChecks
  /** Where the server sent the browser back to. */
  readonly callback: URL
}

const protections = [
  ['PKCE and nonce', 'web', 'http://127.0.0.1:5001/callback', { pkce: true, nonce: true }],
  ['PKCE alone', 'web', 'http://127.0.0.1:5001/callback', { pkce: true, nonce: false }],
  ['PKCE of a client without a secret', 'spa', 'http://127.0.0.1:5004/callback', { pkce: true, nonce: false }],
  ['a nonce without PKCE', 'when-sent', 'http://127.0.0.1:5003/callback', { pkce: false, nonce: true }],
] as const

describe.each(protections)(
  'RFC 9700 §4.5: injection into another session of the app, with %s',
  (_by, client_id, redirect_uri, by) => {
    const discover = () =>
      client.discovery(new URL(server.issuer), client_id, client_id === 'spa' ? undefined : secret, undefined, {
        execute: [client.allowInsecureRequests],
      })

    async function begin(login: string): Promise<Begun> {
      const pkceCodeVerifier = client.randomPKCECodeVerifier()
      const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
      const url = authorizeUrl(server.issuer, {
        client_id,
        redirect_uri,
        state: expectedState,
        nonce: by.nonce ? expectedNonce : undefined,
        code_challenge: by.pkce ? s256(pkceCodeVerifier) : undefined,
        code_challenge_method: by.pkce ? 'S256' : undefined,
      })
      const callback = await sentBack(openBrowser(), url, login)
      const checks = { expectedState, ...(by.pkce ? { pkceCodeVerifier } : {}), ...(by.nonce ? { expectedNonce } : {}) }
      return { checks, callback }
    }

    /** The attacker's own callback, with the code of somebody else in it. */
    function injected(own: Begun, stolen: Begun): URL {
      const url = new URL(own.callback)
      url.searchParams.set('code', stolen.callback.searchParams.get('code') ?? '')
      return url
    }

    test('the app takes nobody for the victim', async () => {
      const [config, victim, attacker] = [await discover(), await begin('alice'), await begin('bob')]
      const attack = client.authorizationCodeGrant(config, injected(attacker, victim), attacker.checks)
      await expect(attack).rejects.toMatchObject(
        by.pkce ? { error: 'invalid_grant' } : { cause: { cause: { claim: 'nonce' } } },
      )
      if (!by.pkce) return
      // Nothing was burnt: each may still redeem their own.
      for (const [{ callback, checks }, name] of [
        [victim, 'Alice'],
        [attacker, 'Bob'],
      ] as const) {
        const tokens = await client.authorizationCodeGrant(config, callback, checks)
        expect(tokens.claims()?.['name']).toBe(name)
      }
    })

    test('the victim’s own session is not made the attacker’s either', async () => {
      const [config, victim, attacker] = [await discover(), await begin('alice'), await begin('bob')]
      await expect(client.authorizationCodeGrant(config, injected(victim, attacker), victim.checks)).rejects.toThrow()
      const csrf = client.authorizationCodeGrant(config, attacker.callback, victim.checks)
      await expect(csrf).rejects.toMatchObject({ cause: { message: expect.stringContaining('state') } })
    })
  },
)

test('RFC 9700 §4.5.3.2: the nonce of an ID Token is that of the request that the code came from', async () => {
  const changes = {
    client_id: 'when-sent',
    redirect_uri: 'http://127.0.0.1:5003/callback',
    code_challenge_method: undefined,
  }
  const code = await obtainCode(server.issuer, { ...changes, code_challenge: undefined, nonce: 'of-the-victim' })
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: changes.redirect_uri,
    nonce: 'of-the-attacker',
  }
  const { body } = await post(`${server.issuer}/token`, fields, basic('when-sent'))
  const claims = JSON.parse(Buffer.from(String(body['id_token']).split('.')[1] ?? '', 'base64url').toString())
  expect(claims['nonce']).toBe('of-the-victim')
})

describe('RFC 6749 §4.1.3, §10.5: a code of one client with another', () => {
  const clients = {
    web: ['http://127.0.0.1:5001/callback', basic('web'), {}],
    'other-web': ['http://127.0.0.1:5002/callback', basic('other-web', otherSecret), {}],
    'when-sent': ['http://127.0.0.1:5003/callback', basic('when-sent'), {}],
    spa: ['http://127.0.0.1:5004/callback', {}, { client_id: 'spa' }],
    native: ['http://127.0.0.1:53211/callback', {}, { client_id: 'native' }],
  } as const
  type Name = keyof typeof clients
  const names = Object.keys(clients) as Name[]

  /** Redeems it as this client would its own, or says of itself what the other would say. */
  const redeemAs = (name: Name, code: string, changes: Record<string, string> = {}): Promise<Answer> => {
    const [redirect_uri, headers, named] = clients[name]
    return post(`${server.issuer}/token`, codeFields(code, { redirect_uri, ...named, ...changes }), headers)
  }

  test.each(names)('a code of %s is to all others one that never was, and stays good', async owner => {
    const [redirect_uri] = clients[owner]
    const code = await obtainCode(server.issuer, { client_id: owner, redirect_uri })
    for (const thief of names.filter(it => it !== owner)) {
      const unknown = await redeemAs(thief, `${'0'.repeat(20)}.${'A'.repeat(43)}`)
      for (const changes of [{}, { redirect_uri }]) {
        const { status, body } = await redeemAs(thief, code, changes)
        expect([thief, status, body]).toEqual([thief, 400, unknown.body])
      }
      // Naming the owner in the form does not make it the owner.
      const [, , named] = clients[thief]
      if (!('client_id' in named)) expect((await redeemAs(thief, code, { client_id: owner })).status).toBe(400)
    }
    expect((await redeemAs(owner, code)).status).toBe(200)
  })

  test('replayed by another, a spent code ends nothing of its owner’s', async () => {
    const code = await obtainCode(server.issuer)
    const { body } = await redeem(server.issuer, code)
    expect((await redeemAs('other-web', code)).body.error).toBe('invalid_grant')
    expect(await isAlive(server.issuer, String(body['access_token']))).toBe(true)
  })
})

test('RFC 6749 §10.6: a code that went to one address of a client is none at its other', async () => {
  const [first, second] = twoPlaces.redirect_uris
  const code = await obtainCode(server.issuer, { client_id: 'two-places', redirect_uri: first })
  const at = (redirect_uri: string) =>
    post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), basic('two-places'))
  for (const redirect_uri of [second, `${first}/`, first.replace('127.0.0.1', 'localhost'), 'https://evil.example/']) {
    expect((await at(redirect_uri)).body.error).toBe('invalid_grant')
  }
  expect((await at(first)).status).toBe(200)
})

test('RFC 7636 §1: two codes and two verifiers, crossed', async () => {
  const other = 'o'.repeat(43)
  const [one, two] = [await obtainCode(server.issuer), await obtainCode(server.issuer, { code_challenge: s256(other) })]
  const crossed = await Promise.all([
    redeem(server.issuer, one, { code_verifier: other }),
    redeem(server.issuer, two, { code_verifier: verifier }),
  ])
  expect(crossed.map(({ body }) => body.error)).toEqual(['invalid_grant', 'invalid_grant'])
  expect((await redeem(server.issuer, one)).status).toBe(200)
  expect((await redeem(server.issuer, two, { code_verifier: other })).status).toBe(200)
})
