import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openConnection } from '../../bench/load/connection.ts'
import { fullLoad } from '../../bench/load/full-load.ts'
import { openLoad } from '../../bench/load/open-load.ts'
import { formRequest, getRequest, openForm } from '../../bench/load/request.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
})

/** A port that answers each request it reads as told. */
async function listen(answer: (socket: Socket, request: string) => void): Promise<number> {
  server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', bytes => answer(socket, bytes.toString()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const request = getRequest(1, '/')

describe('a connection', () => {
  test('gives an answer once all of it is there, however it was cut', async () => {
    const port = await listen(async socket => {
      for (const part of ['HTTP/1.1 200 OK\r\nconte', 'nt-length: 9\r\n', '\r\nhello', ' you']) {
        socket.write(part)
        await new Promise(setImmediate)
      }
    })
    const connection = await openConnection(port)
    const answer = await connection.request(request)
    expect(answer).toEqual({ status: 200, head: 'HTTP/1.1 200 OK\r\ncontent-length: 9', body: 'hello you' })
    connection.close()
  })

  test('rejects an answer whose end it cannot know', async () => {
    const port = await listen(socket => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))
    const connection = await openConnection(port)
    await expect(connection.request(request)).rejects.toThrow('without Content-Length')
  })

  test('rejects when the server hangs up instead of answering', async () => {
    const port = await listen(socket => socket.end())
    const connection = await openConnection(port)
    await expect(connection.request(request)).rejects.toThrow('closed the connection')
  })
})

describe('a request', () => {
  test('is a form whose length is that of its body', () => {
    const text = formRequest(80, '/token', { grant_type: 'refresh_token', scope: 'a b' }).toString()
    const [head = '', body = ''] = text.split('\r\n\r\n')
    expect(body).toBe('grant_type=refresh_token&scope=a+b')
    expect(head.split('\r\n')).toContain(`content-length: ${body.length}`)
  })

  test('takes the value of its last field when it is sent', () => {
    const open = openForm(80, '/token', { grant_type: 'refresh_token', refresh_token: '' })
    expect(open('abc').toString()).toMatch(/content-length: 42\r\n\r\ngrant_type=refresh_token&refresh_token=abc$/)
  })
})

describe('a load', () => {
  test('ends with the error of a unit that failed', async () => {
    const port = await listen(socket => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'))
    const refused = async () => {
      throw new Error('refused')
    }
    await expect(fullLoad(port, [refused], 1)).rejects.toThrow('refused')
    await expect(openLoad(port, [refused], 10, 1)).rejects.toThrow('refused')
  })

  test('that arrives by itself does every unit, one at a time on each connection', async () => {
    const port = await listen(socket => socket.write('HTTP/1.1 204 No\r\n\r\n'))
    let most = 0
    let under = 0
    const work = async (connection: { request(bytes: Buffer): Promise<unknown> }) => {
      under += 1
      most = Math.max(most, under)
      await connection.request(request)
      under -= 1
    }
    const { count, latencies } = await openLoad(port, [work, work], 10_000, 0.05)
    expect(count).toBe(500)
    expect(latencies).toHaveLength(500)
    expect(most).toBeLessThanOrEqual(2)
  })

  test('that arrives by itself counts nothing of its lead', async () => {
    const port = await listen(socket => socket.write('HTTP/1.1 204 No\r\n\r\n'))
    let done = 0
    const work = async (connection: { request(bytes: Buffer): Promise<unknown> }) => {
      await connection.request(request)
      done += 1
    }
    const { count, latencies } = await openLoad(port, [work, work], 10_000, 0.02, 0.03)
    expect([done, count, latencies.length]).toEqual([500, 200, 200])
  })
})
