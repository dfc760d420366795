import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFetchGuarded, type OutgoingOptions } from '../../src/outgoing/fetch-guarded.ts'
import { createFetchJson } from '../../src/outgoing/fetch-json.ts'
import { askWith, claimsOf, makeKey, sign, signingClient } from '../support/assertions.ts'
import { type Answering, type KeyServer, keyHost, startKeyServer } from '../support/key-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { world } from '../support/world.ts'

/**
 * Rule 9: what an operator registered is fetched through one guard: from public addresses that were looked at before
 * they were connected to, by https, without redirects, small and short.
 */

let published: KeyServer
beforeAll(async () => {
  published = await startKeyServer()
  published.documents.set('/jwks.json', { keys: [] })
})
afterAll(() => published.close())

/** Every address that a socket was told to connect to. */
let connected: string[]
beforeEach(() => {
  connected = []
  const connect = Socket.prototype.connect
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [{ host?: string; port?: number | string }]
    connected.push(`${options.host}:${options.port}`)
    return Reflect.apply(connect, this, args) as Socket
  })
})
afterEach(() => vi.restoreAllMocks())

const fetchOver = (options: Partial<OutgoingOptions>) =>
  createFetchJson(createFetchGuarded({ allow: [], ...published.reached.outgoing, ...options }))

/** As a server that may ask on loopback, where the tests' key server is. */
const allowed = (options: Partial<OutgoingOptions> = {}) => fetchOver({ allow: ['127.0.0.1'], ...options })

test('where its network is allowed, the key server is asked', async () => {
  expect(await allowed()(`${published.url}/jwks.json`)).toEqual({ keys: [] })
  expect(await fetchOver({ allow: ['127.0.0.0/8'] })(`${published.url}/jwks.json`)).toEqual({ keys: [] })
})

describe('an address that is not public is not connected to', () => {
  const spelled = [
    'https://127.0.0.1:PORT/jwks.json',
    'https://127.1:PORT/jwks.json',
    'https://127.0.0.1.:PORT/jwks.json',
    'https://0x7f.1:PORT/jwks.json',
    'https://0x7f000001:PORT/jwks.json',
    'https://2130706433:PORT/jwks.json',
    'https://017700000001:PORT/jwks.json',
    'https://0177.0.0.1:PORT/jwks.json',
    'https://１２７.０.０.１:PORT/jwks.json',
    'https://0.0.0.0:PORT/jwks.json',
    'https://0:PORT/jwks.json',
    'https://[::1]:PORT/jwks.json',
    'https://[::]:PORT/jwks.json',
    'https://[::ffff:127.0.0.1]:PORT/jwks.json',
    'https://[::ffff:7f00:1]:PORT/jwks.json',
    'https://[64:ff9b::7f00:1]:PORT/jwks.json',
    'https://[2002:7f00:1::]:PORT/jwks.json',
    'https://localhost:PORT/jwks.json',
    'https://LOCALHOST.:PORT/jwks.json',
  ]
  test.each(spelled)('%s', async url => {
    // By the system’s own look-up, which knows localhost.
    const fetch = createFetchJson(createFetchGuarded({ allow: [] }))
    await expect(fetch(url.replace('PORT', String(published.port)))).rejects.toThrow(
      /not at a public address|no address|could not be reached/,
    )
    expect(connected).toEqual([])
  })

  const addresses = [
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.100.100.200'],
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.170.2', '168.63.129.16'],
    ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
    ...['255.255.255.255', '192.88.99.1'],
    ...['::', '::1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::10.0.0.1', 'fe80::1', 'fe80::1%lo', 'fec0::1'],
    ...['fc00::1', 'fd00:ec2::254', 'ff02::1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:a00:1::', '2001:0:a00:1::'],
    ...['2001:db8::1', '3fff::1', '100::1', '5f00::1', '4000::1', '2001:10::1', '2001:20::1'],
    ...['', 'example.com', '10.1', '0x7f000001', '1.2.3.4.5', '[::1]'],
  ]
  test.each(addresses)('a name that is at %s', async address => {
    const fetch = fetchOver({ resolve: async () => [address] })
    await expect(fetch('https://keys.example.com/jwks.json')).rejects.toThrow('not at a public address')
    expect(connected).toEqual([])
  })

  test('a name that is public and private at once', async () => {
    for (const both of [
      ['8.8.8.8', '10.0.0.1'],
      ['10.0.0.1', '8.8.8.8'],
      ['2606:4700::1111', '::1'],
    ]) {
      await expect(fetchOver({ resolve: async () => both })(`${published.url}/x`)).rejects.toThrow('not at a public')
    }
    expect(connected).toEqual([])
  })

  test('a name that is public when it is looked at and private when it is connected to', async () => {
    const answers = ['127.0.0.1', '10.0.0.1']
    const resolve = vi.fn(async () => [answers.shift() ?? '10.0.0.1'])
    expect(await allowed({ resolve })(`${published.url}/jwks.json`)).toEqual({ keys: [] })
    expect(resolve).toHaveBeenCalledTimes(1)
    expect(connected).toHaveLength(1)
    // The second time it is looked at anew, over a connection of its own.
    await expect(allowed({ resolve })(`${published.url}/jwks.json`)).rejects.toThrow('not at a public')
    expect(connected).toHaveLength(1)
  })

  test('an allowed network opens itself only', async () => {
    for (const host of ['127.0.0.2', '10.0.0.1', '::1']) {
      await expect(allowed({ resolve: async () => [host] })(`${published.url}/x`)).rejects.toThrow('not at a public')
    }
    expect(connected).toEqual([])
  })

  test('public ones are connected to', async () => {
    for (const address of ['8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8']) {
      const refused = new Error('no network in tests')
      vi.mocked(Socket.prototype.connect).mockImplementationOnce(function (this: Socket, ...args: unknown[]) {
        const [options] = (Array.isArray(args[0]) ? args[0] : args) as [{ host?: string }]
        connected.push(`${address} for ${options.host}`)
        setImmediate(() => this.destroy(refused))
        return this
      })
      await expect(fetchOver({ resolve: async () => [address] })('https://keys.example.com/')).rejects.toThrow()
    }
    expect(connected).toHaveLength(3)
  })
})

describe('what is not an https address of somebody’s server', () => {
  const schemes = ['http:', 'ftp:', 'file:', 'gopher:', 'data:', 'blob:', 'ws:', 'javascript:', 'https+unix:']
  test.each(schemes)('%s', async scheme => {
    await expect(allowed()(`${scheme}//${keyHost}:${published.port}/jwks.json`)).rejects.toThrow('not https')
    expect(connected).toEqual([])
  })

  test.each([22, 25, 53, 80, 110, 143, 389, 445, 465, 587, 636, 993, 995, 1023])('port %i', async port => {
    await expect(allowed()(`https://${keyHost}:${port}/`)).rejects.toThrow('not one for https')
    expect(connected).toEqual([])
  })

  test('a user in the address, and no address at all', async () => {
    for (const url of [`https://user@${keyHost}/`, `https://u:p@${keyHost}/`]) {
      await expect(allowed()(url)).rejects.toThrow('names a user')
    }
    for (const url of ['', '//x', 'https://', 'https://[', 'keys.example.com']) {
      await expect(allowed()(url)).rejects.toThrow('not https')
    }
    expect(connected).toEqual([])
  })

  test('a server that speaks plain http, or shows the certificate of another name', async () => {
    const plain = createServer((_, reply) => reply.end('{}'))
    await once(plain.listen(0, '127.0.0.1'), 'listening')
    const { port } = plain.address() as AddressInfo
    await expect(allowed()(`https://${keyHost}:${port}/`)).rejects.toThrow('could not be reached')
    plain.close()
    const other = allowed({ resolve: async () => ['127.0.0.1'] })
    await expect(other(`https://other.example.com:${published.port}/jwks.json`)).rejects.toThrow('ERR_TLS_CERT_ALTNAME')
    const distrusting = createFetchJson(
      createFetchGuarded({ allow: ['127.0.0.1'], resolve: async () => ['127.0.0.1'] }),
    )
    await expect(distrusting(`${published.url}/jwks.json`)).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(published.asked.at(-1)).toBe('/jwks.json')
  })
})

describe('what comes back', () => {
  const answering = (path: string, document: Answering) => {
    published.documents.set(path, document)
    return allowed()(published.url + path)
  }

  test('a redirect is not followed, wherever it leads', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const asked = published.asked.length
      const came = answering('/redirect', (_, reply) =>
        reply.writeHead(status, { location: `${published.url}/jwks.json` }).end(),
      )
      await expect(came).rejects.toThrow(`redirects (${status})`)
      expect(published.asked.slice(asked)).toEqual(['/redirect'])
    }
    expect(new Set(connected)).toEqual(new Set([`${keyHost}:${published.port}`]))
  })

  test('more than 64 kB, said or not', async () => {
    const body = JSON.stringify({ keys: [], filler: 'x'.repeat(65_536) })
    await expect(answering('/large', (_, reply) => reply.end(body))).rejects.toThrow('larger than 65536 bytes')
    const endless = answering('/endless', (_, reply) => {
      const more = () => {
        while (!reply.destroyed && reply.write('x'.repeat(16_384)));
        if (!reply.destroyed) reply.once('drain', more)
      }
      more()
    })
    await expect(endless).rejects.toThrow('larger than 65536 bytes')
  })

  test('a header without end', async () => {
    const came = answering('/header', (_, reply) => reply.setHeader('x-filler', 'x'.repeat(20_000)).end('{}'))
    await expect(came).rejects.toThrow('HPE_HEADER_OVERFLOW')
  })

  test('something compressed, which may be as large as it likes once it is unpacked', async () => {
    const came = answering('/gzip', (_, reply) => reply.setHeader('content-encoding', 'gzip').end('{}'))
    await expect(came).rejects.toThrow('compressed')
  })

  test('nothing at all, a body that never ends, a name that is never found: three seconds', async () => {
    const silent = answering('/silent', () => {})
    const slow = answering('/slow', (_, reply) => reply.write('{'))
    const unknown = allowed({ resolve: () => new Promise(() => {}) })(`${published.url}/x`)
    for (const came of await Promise.allSettled([silent, slow, unknown])) {
      expect(came).toMatchObject({ status: 'rejected', reason: { message: 'there was no answer within 3 seconds' } })
    }
  })

  test('a page, another status, no JSON', async () => {
    const page = answering('/page', (_, reply) => reply.setHeader('content-type', 'text/html').end('<html>'))
    await expect(page).rejects.toThrow('a page')
    await expect(allowed()(`${published.url}/nothing`)).rejects.toThrow('answers 404')
    await expect(answering('/text', (_, reply) => reply.end('{'))).rejects.toThrow('no JSON')
    await expect(answering('/early', (_, reply) => reply.writeHead(103).end('{}'))).rejects.toThrow()
  })

  test('no more than sixteen at once: others wait their turn, and who comes when many wait is refused', async () => {
    const held: (() => void)[] = []
    const arrived = new Promise<void>(resolve => {
      published.documents.set('/held', (_, reply) => {
        held.push(() => reply.end('{}'))
        if (held.length === 16) resolve()
      })
    })
    const fetch = allowed()
    const all = Array.from({ length: 16 }, () => fetch(`${published.url}/held`))
    await arrived
    const waiting = Array.from({ length: 32 }, () => fetch(`${published.url}/jwks.json`))
    await expect(fetch(`${published.url}/jwks.json`)).rejects.toThrow('too much')
    expect(held).toHaveLength(16)
    for (const release of held) release()
    await Promise.all([...all, ...waiting])
    expect(await fetch(`${published.url}/jwks.json`)).toEqual({ keys: [] })
  })

  test('what is asked says nothing of us: no cookie, no credential, no referrer', async () => {
    let said = {}
    await answering('/told', (incoming, reply) => {
      said = incoming.headers
      reply.end('{}')
    })
    expect(said).toEqual({
      host: `${keyHost}:${published.port}`,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'Grantwise',
      connection: 'close',
    })
  })
})

describe('through the token endpoint', () => {
  let server: TestServer
  let key: Awaited<ReturnType<typeof makeKey>>
  beforeAll(async () => {
    key = await makeKey('ES256', 'known')
    const at = (client_id: string, url: string) => signingClient(client_id, { jwks_uri: url })
    const federated = (issuer: string) => ({ federated: { issuer, subject: 'job' } })
    server = await startServer({
      ...published.reached,
      document: {
        ...world,
        clients: [
          ...world.clients,
          at('remote', `${published.url}/jwks.json`),
          at('metadata', 'https://169.254.169.254/latest/meta-data'),
          at('rebound', `https://rebound.example.com:${published.port}/jwks.json`),
          signingClient('pipeline', {}, federated(published.url)),
        ],
      },
    })
    published.documents.set('/jwks.json', { keys: [key.jwk] })
  })
  afterAll(() => server.close())

  const asking = async (client_id: string, header = {}, changes = {}) =>
    askWith(server.issuer, await sign(key, claimsOf(client_id, server, changes), header), { client_id })
  const keyRequests = () => connected.filter(it => !it.endsWith(`:${new URL(server.url).port}`))

  test('a stranger’s kids make one request in half a minute, however many come', async () => {
    expect((await asking('remote')).status).toBe(200)
    const before = published.asked.length
    await Promise.all(Array.from({ length: 40 }, (_, at) => asking('remote', { kid: `kid-${at}` })))
    server.clock.pass(29)
    await asking('remote', { kid: 'another' })
    expect(published.asked.length).toBe(before)
    server.clock.pass(1)
    await Promise.all(Array.from({ length: 40 }, (_, at) => asking('remote', { kid: `kid-${at}` })))
    expect(published.asked.length).toBe(before + 1)
    expect((await asking('remote')).status).toBe(200)
  })

  test('a failure is remembered as long, and tells a stranger nothing', async () => {
    for (const _ of [1, 2, 3]) {
      const { body } = await asking('metadata')
      expect(body.error_description).toBe('client authentication failed')
    }
    const before = published.asked.length
    published.documents.delete('/jwks.json')
    server.clock.pass(3600)
    for (const _ of [1, 2, 3]) expect((await asking('remote')).status).toBe(401)
    expect(published.asked.length).toBe(before + 1)
    published.documents.set('/jwks.json', { keys: [key.jwk] })
    expect(keyRequests().every(it => it === `${keyHost}:${published.port}`)).toBe(true)
  })

  test('jku, x5u and iss of a token are never asked', async () => {
    const elsewhere = `${published.url}/elsewhere`
    const before = published.asked.length
    server.clock.pass(60)
    await asking('remote', { jku: elsewhere, x5u: elsewhere, kid: elsewhere })
    await asking('remote', {}, { iss: elsewhere, sub: 'remote' })
    await asking('pipeline', {}, { iss: elsewhere, sub: 'job' })
    await asking('job', {}, { iss: elsewhere, sub: 'job' })
    expect(published.asked.slice(before).filter(path => path !== '/jwks.json')).toEqual([])
  })

  test('metadata of another issuer, and metadata that leads inside', async () => {
    const asPipeline = () => asking('pipeline', {}, { iss: published.url, sub: 'job' })
    const wellKnown = '/.well-known/openid-configuration'
    const wrong = [
      { issuer: `${published.url}/`, jwks_uri: `${published.url}/jwks.json` },
      { issuer: 'https://evil.example', jwks_uri: `${published.url}/jwks.json` },
      { issuer: published.url, jwks_uri: 'https://169.254.169.254/jwks' },
      { issuer: published.url, jwks_uri: 'https://10.0.0.1/jwks' },
      { issuer: published.url, jwks_uri: `http://${keyHost}:${published.port}/jwks.json` },
      { issuer: published.url, jwks_uri: ['https://10.0.0.1/jwks'] },
      { issuer: published.url },
    ]
    for (const metadata of wrong) {
      published.documents.set(wellKnown, metadata)
      server.clock.pass(30)
      expect([metadata, (await asPipeline()).status]).toEqual([metadata, 401])
    }
    expect(keyRequests().filter(it => it !== `${keyHost}:${published.port}`)).toEqual([])
    published.documents.set(wellKnown, { issuer: published.url, jwks_uri: `${published.url}/jwks.json` })
    server.clock.pass(30)
    expect((await asPipeline()).status).toBe(200)
  })

  test('sets that are none, keys that are secret or too short, and a thousand of them', async () => {
    const short = { kty: 'RSA', kid: 'known', n: 'AQAB', e: 'AQAB' }
    const sets = [
      [],
      { keys: 'x' },
      { keys: [null, 1, 'x', []] },
      { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'known' }] },
      { keys: [short] },
      { keys: [{ ...key.jwk, use: 'enc' }] },
      { keys: [{ ...key.jwk, key_ops: ['sign'] }] },
      { keys: [{ ...key.jwk, crv: 'P-521' }] },
      { keys: [{ ...key.jwk, x: 'AAAA' }] },
      { keys: [...Array.from({ length: 1000 }, (_, at) => ({ kty: 'EC', kid: `k${at}` })), key.jwk] },
    ]
    for (const set of sets) {
      published.documents.set('/jwks.json', set)
      server.clock.pass(4000)
      expect([set, (await asking('remote')).status]).toEqual([set, 401])
    }
    published.documents.set('/jwks.json', { keys: [key.jwk] })
    server.clock.pass(30)
    expect((await asking('remote')).status).toBe(200)
  })
})
