import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { api } from '../support/world.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

interface Api {
  readonly fetches: number
  verify(token: string): Promise<JWTPayload>
}

/** A resource server that verifies by itself (RFC 9068 §4), keeping the keys as the library does. */
function startApi(): Api {
  let fetches = 0
  const jwks = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`), {
    [customFetch]: (...args: Parameters<typeof fetch>) => {
      fetches++
      return fetch(...args)
    },
  })
  const options = { typ: 'at+jwt', issuer: server.issuer, audience: api, algorithms: ['ES256'] }
  return {
    get fetches() {
      return fetches
    },
    verify: async token => (await jwtVerify(token, jwks, options)).payload,
  }
}

async function issue(): Promise<string> {
  const { body } = await post(`${server.issuer}/token`, { grant_type: 'client_credentials' }, basic('job'))
  return String(body['access_token'])
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid

test('a rotation does not disturb an API that holds the keys: nothing fails, nothing is fetched again', async () => {
  const running = startApi()
  const before = await issue()
  await expect(running.verify(before)).resolves.toMatchObject({ iss: server.issuer, aud: api, sub: 'job' })
  await rotateKeys(server.data)
  const after = await issue()
  await expect(running.verify(after)).resolves.toMatchObject({ sub: 'job' })
  await expect(running.verify(before)).resolves.toMatchObject({ sub: 'job' })
  expect(running.fetches).toBe(1)
})

test('two rotations in a row neither: a key signs only once every reader can have it', async () => {
  const running = startApi()
  await running.verify(await issue())
  await rotateKeys(server.data)
  await rotateKeys(server.data)
  await expect(running.verify(await issue())).resolves.toMatchObject({ sub: 'job' })
  expect(running.fetches).toBe(1)
})

test('an API that starts after the rotation verifies what was signed before it, and after', async () => {
  const before = await issue()
  server.clock.pass(301)
  await rotateKeys(server.data)
  const after = await issue()
  expect(kidOf(after)).not.toBe(kidOf(before))
  const started = startApi()
  await expect(started.verify(before)).resolves.toMatchObject({ sub: 'job' })
  await expect(started.verify(after)).resolves.toMatchObject({ sub: 'job' })
})
