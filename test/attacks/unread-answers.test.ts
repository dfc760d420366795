import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { assets } from '../../src/http/assets/index.ts'
import type { Connection } from '../../src/http/connections.ts'
import { createUnread } from '../../src/http/unread.ts'
import { writeCertificate } from '../support/certificate.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'

/** Answers that nobody reads: who asks for much and takes none of it. */

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

let server: TestServer | undefined
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close()
  server = undefined
})

async function start(options: TestServerOptions): Promise<string> {
  server = await startServer(options)
  return server.issuer
}

const largest = assets.toSorted((one, other) => other.body.length - one.body.length)[0]
const often = 20
const never = { answerTimeout: Number.POSITIVE_INFINITY, unread: Number.POSITIVE_INFINITY }

/** Answers beyond what the kernel keeps on the way: the rest stays with the server. */
const greed = Math.ceil(5_500_000 / (largest?.body.length ?? 1))

function large(issuer: string): string {
  const { host, pathname } = new URL(issuer)
  return `GET ${pathname.replace(/\/$/, '')}${largest?.path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`
}

/** A connection that asks for much, and reads no more than the beginning of its answer. */
async function greedy(issuer: string, socket = connect(Number(new URL(issuer).port), '127.0.0.1')): Promise<void> {
  sockets.push(socket)
  socket.on('error', () => {})
  socket.write(large(issuer).repeat(greed))
  await Promise.race([once(socket, 'readable'), once(socket, 'close')])
}

/** The server's ends of its connections that are open: who does not read hears of no reset. */
const accepted = new Set<Socket>()
function accept(message: unknown): void {
  const { socket } = message as { socket: Socket }
  accepted.add(socket)
  socket.once('close', () => accepted.delete(socket))
}
beforeAll(() => subscribe('net.server.socket', accept))
afterAll(() => unsubscribe('net.server.socket', accept))

/** Opens so many greedy connections, and waits until the server has none of them any more. */
async function cutOff(issuer: string, many: number): Promise<void> {
  await Promise.all(Array.from({ length: many }, () => greedy(issuer)))
  await vi.waitUntil(() => accepted.size === 0, 60_000)
}

const statusOf = async (issuer: string) =>
  (await fetch(`${issuer}/healthz`, { headers: { connection: 'close' } }).catch(() => undefined))?.status

function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('by the hundred, they are cut off when their time is over: memory and connections come back', async () => {
  const limits = { connectionsCheckingInterval: often, answerTimeout: 200, unread: Number.POSITIVE_INFINITY }
  const issuer = await start({ limits })
  await cutOff(issuer, 1)
  const before = held()
  await cutOff(issuer, 100)
  sockets.splice(0)
  expect(await statusOf(issuer)).toBe(200)
  expect(held() - before).toBeLessThan(20_000_000)
})

test('they are cut off before that when all of it is too much, and who reads gets everything', async () => {
  const limits = { connectionsCheckingInterval: often, answerTimeout: never.answerTimeout, unread: 1_000_000 }
  const issuer = await start({ limits })
  await cutOff(issuer, 5)
  for (let at = 0; at < greed; at++) {
    const answer = await fetch(issuer + largest?.path)
    expect([answer.status, await answer.text()]).toEqual([200, largest?.body])
  }
})

test('and who asks for thousands of small answers behind theirs has nobody else cut off', async () => {
  const issuer = await start({ limits: { connectionsCheckingInterval: 1, answerTimeout: never.answerTimeout } })
  const { host, port } = new URL(issuer)
  const slow = connect(Number(port), '127.0.0.1')
  await greedy(issuer, slow)
  for (let at = 0; at < 3; at++) {
    const pipelining = connect(Number(port), '127.0.0.1')
    await greedy(issuer, pipelining)
    for (let more = 0; more < 20; more++) {
      pipelining.write(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(200))
      expect(await statusOf(issuer)).toBe(200)
    }
  }
  let read = 0
  slow.on('data', (chunk: Buffer) => {
    read += chunk.length
  })
  await vi.waitUntil(() => read > greed * (largest?.body.length ?? 0), 60_000)
})

test('within TLS too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-unread-test-'))
  const { pem, ...certificate } = writeCertificate(directory)
  const issuer = await start({
    limits: { connectionsCheckingInterval: often, answerTimeout: 100 },
    config: certificate,
  })
  await greedy(issuer, connectTls({ port: Number(new URL(issuer).port), host: '127.0.0.1', ca: pem }))
  expect(accepted.size).toBe(1)
  await vi.waitUntil(() => accepted.size === 0, 60_000)
  rmSync(directory, { recursive: true })
})

test('they keep no place from others: when there are as many connections as may be, they make room', async () => {
  const issuer = await start({ limits: { connectionsCheckingInterval: often, ...never, connections: 20 } })
  for (let at = 0; at < 40; at++) await greedy(issuer)
  // Until the next look it is not known that they do not read.
  await vi.waitUntil(async () => (await statusOf(issuer)) === 200, 60_000)
})

test('those that take the longest go first, each answer has a time of its own, and a reader is left alone', () => {
  let now = 0
  const connection = (used: number) => ({
    http: { writableLength: 0 },
    used,
    behind: new Set<object>(),
    unread: undefined,
  })
  const [early, late, queued, reader] = [connection(1), connection(2), connection(3), connection(4)]
  const all = [reader, queued, late, early] as unknown as Connection[]
  const look = createUnread({ answerTimeout: 100, unread: 1000 }, () => now)
  early.http.writableLength = 400
  expect(look(all)).toEqual([])
  now = 60
  late.http.writableLength = 400
  expect(look(all)).toEqual([])
  now = 90
  queued.http.writableLength = 150
  for (const writableLength of [150, 150]) queued.behind.add({ writableLength })
  expect(look(all)).toEqual([early])
  early.used = 5
  early.http.writableLength = 100
  now = 120
  expect(look([...all])).toEqual([])
  now = 160
  expect(look([...all])).toEqual([late])
  expect(reader.unread).toBe(undefined)
})
