import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportPKCS8 } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimsOf, makeKey, type SigningKey, sign, signingClient } from '../support/assertions.ts'
import { startExample } from '../support/example.ts'
import { type KeyServer, startKeyServer } from '../support/key-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { api, otherSecret, secret, world } from '../support/world.ts'

const [first, second, ofPlatform] = await Promise.all([makeKey(), makeKey(), makeKey('RS256')])
const main = 'repo:photos/prints:ref:refs/heads/main'

let server: TestServer
let published: KeyServer
beforeAll(async () => {
  published = await startKeyServer()
  published.documents.set('/jwks.json', { keys: [first.jwk] })
  published.documents.set('/keys', { keys: [ofPlatform.jwk] })
  const metadata = { issuer: published.url, jwks_uri: `${published.url}/keys` }
  published.documents.set('/.well-known/openid-configuration', metadata)
  server = await startServer({
    ...published.reached,
    document: {
      ...world,
      clients: [
        ...world.clients,
        signingClient('listed', { jwks: { keys: [first.jwk] } }),
        signingClient('remote', { jwks_uri: `${published.url}/jwks.json` }),
        signingClient('pipeline', {}, { runs_on: 'ci', federated: { issuer: published.url, subject: main } }),
      ],
    },
  })
})
afterAll(async () => {
  await server.close()
  await published.close()
})

async function tokenOf(client_id: string, proof: client.ClientAuth): Promise<string> {
  const options = { execute: [client.allowInsecureRequests] }
  const config = await client.discovery(new URL(server.issuer), client_id, {}, proof, options)
  return (await client.clientCredentialsGrant(config, { resource: api })).token_type
}

const byKey = ({ privateKey, kid }: SigningKey) => client.PrivateKeyJwt({ key: privateKey, kid })

describe('a program that holds its client id and its credential gets a token, with openid-client', () => {
  test('A14: another secret breaks the job a day later, and the new one mends it', async () => {
    const job = (word: string) => clientCredentials(server.issuer, {}, basic('job', word)).then(({ status }) => status)
    expect(await job(secret)).toBe(200)
    const registered = world.clients.find(({ client_id }) => client_id === 'job')
    await server.apply({ clients: [{ ...registered, client_secret: otherSecret }] })
    expect([await job(secret), await job(otherSecret)]).toEqual([200, 200])
    server.clock.pass(86_400)
    expect([await job(secret), await job(otherSecret)]).toEqual([401, 200])
    server.clock.pass(-86_400)
  })

  test('A14: a key that is registered, and the next', async () => {
    expect(await tokenOf('listed', byKey(first))).toBe('bearer')
    await expect(tokenOf('listed', byKey(second))).rejects.toThrow()
    await server.apply({ clients: [signingClient('listed', { jwks: { keys: [first.jwk, second.jwk] } })] })
    expect(await tokenOf('listed', byKey(second))).toBe('bearer')
    await server.apply({ clients: [signingClient('listed', { jwks: { keys: [second.jwk] } })] })
    await expect(tokenOf('listed', byKey(first))).rejects.toThrow()
  })

  test('A14: a key that is published, and the next', async () => {
    expect(await tokenOf('remote', byKey(first))).toBe('bearer')
    published.documents.set('/jwks.json', { keys: [second.jwk] })
    server.clock.pass(30)
    expect(await tokenOf('remote', byKey(second))).toBe('bearer')
    await expect(tokenOf('remote', byKey(first))).rejects.toThrow()
    server.clock.pass(-30)
  })

  test('A14: a CI job that holds nothing but what its platform gives it', async () => {
    const token = () => sign(ofPlatform, claimsOf('', server, { iss: published.url, sub: main }))
    const proof: client.ClientAuth = async (_as, { client_id }, body) => {
      body.set('client_id', client_id)
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      body.set('client_assertion', await token())
    }
    expect(await tokenOf('pipeline', proof)).toBe('bearer')
    expect(await tokenOf('pipeline', proof)).toBe('bearer')
  })

  test('A14: the example, with a key of its own and with a token of its platform', async () => {
    const dev = await startServer({ document: {}, config: { dev: true } })
    const folder = mkdtempSync(join(tmpdir(), 'grantwise-signed-job-'))
    const KEY = join(folder, 'private.pem')
    writeFileSync(KEY, await exportPKCS8(first.privateKey))
    const settings = { audiences: [`${dev.issuer}/demo/api`] }
    const federated = { issuer: 'https://ci.example.com', subject: main, jwks: { keys: [ofPlatform.jwk] } }
    const asked = { scope: 'albums:read' }
    await dev.apply({
      clients: [
        { ...signingClient('signed-job', { jwks: { keys: [first.jwk] } }, settings), ...asked },
        { ...signingClient('pipeline', {}, { ...settings, federated }), ...asked },
      ],
    })
    const PLATFORM_TOKEN = await sign(ofPlatform, claimsOf('', dev, { iss: federated.issuer, sub: main }))
    const run = async (env: Record<string, string>) => {
      const job = startExample('signed-job.ts', { ISSUER: dev.issuer, ...env })
      return [await job.ended(), job.output()]
    }
    const done = [0, expect.stringMatching(/\n\d+ albums\n$/)]
    expect(await run({ KEY })).toEqual(done)
    expect(await run({ CLIENT_ID: 'pipeline', PLATFORM_TOKEN })).toEqual(done)
    // The platform's token is good once.
    expect((await run({ CLIENT_ID: 'pipeline', PLATFORM_TOKEN }))[0]).not.toBe(0)
    await dev.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
