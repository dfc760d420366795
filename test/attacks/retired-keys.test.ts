import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { clientCredentials, get, introspect } from '../support/token.ts'
import { api } from '../support/world.ts'

const day = 24 * 60 * 60
let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const kids = async () => {
  const { body } = await get(`${server.issuer}/.well-known/jwks.json`)
  return (body['keys'] as { kid: string }[]).map(it => it.kid)
}
const isAlive = async (token: string) => (await introspect(server.issuer, token, 'job')).body['active']

async function rotate(): Promise<void> {
  const { store, sealer, clock } = server.data
  // What is promoted has been published for as long as readers keep the keys.
  server.clock.pass(600)
  await rotateKeys({ store, sealer, clock })
}

describe.each([
  ['with no rotation since', async () => {}],
  ['rotated again since', rotate],
])('a key that was retired 90 days ago, %s', (_how, since) => {
  test('neither verifies nor is published', async () => {
    const stored = await server.data.store.resourceServer(api)
    if (!stored) throw new Error('no API')
    // A token that outlives its key, as a file would not allow it.
    const change = { kind: 'put_resource_server', resourceServer: { ...stored, access_token_ttl: 100 * day } } as const
    await server.data.store.applyChanges([change], server.clock.now())
    const token = String((await clientCredentials(server.issuer)).body['access_token'])
    const { kid = '' } = decodeProtectedHeader(token)
    await rotate()
    server.clock.pass(89 * day)
    expect(await kids()).toContain(kid)
    expect(await isAlive(token)).toBe(true)
    server.clock.pass(day)
    await since()
    expect(await kids()).not.toContain(kid)
    expect(await isAlive(token)).toBe(false)
    // The keys of today go on.
    expect(await isAlive(String((await clientCredentials(server.issuer)).body['access_token']))).toBe(true)
  })
})
