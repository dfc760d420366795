import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { StartRefused } from '../../src/config.ts'
import { askControl } from '../../src/control/client.ts'
import { type Commands, type Control, openControl } from '../../src/control/server.ts'
import { startServer } from '../support/server.ts'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'gw-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Lines of the flood that were not sent. */
let leftOut = 0

const commands: Commands = {
  async echo({ word }, { send }) {
    send({ word })
  },
  async wait(_, { send, gone }) {
    send({ waiting: true })
    await once(gone, 'abort')
  },
  async flood(_, { send }) {
    for (let i = 0; i < 1000; i++) if (!send({ long: 'x'.repeat(10_000) })) leftOut++
  },
  async fail() {
    throw new Error('with a secret in it')
  },
}

async function open(dataDir: string): Promise<Control> {
  const control = await openControl(dataDir, commands)
  onTestFinished(() => control.close())
  return control
}

async function ask(dataDir: string, request: object): Promise<unknown[]> {
  const lines: unknown[] = []
  for await (const line of askControl(dataDir, request)) lines.push(line)
  return lines
}

/** Sends this text as it is, and answers with all that comes back. */
async function say(path: string, words: string): Promise<string> {
  const socket = connect(path)
  await once(socket, 'connect')
  socket.on('error', () => {})
  socket.write(words)
  return text(socket).catch(() => '')
}

/** A socket whose process has ended, as `kill -9` leaves it. */
async function leaveStale(path: string): Promise<void> {
  const { spawn } = await import('node:child_process')
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('on'))`
  const child = spawn(process.execPath, ['--eval', script])
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('one line asks, lines answer, and only the owner of the directory may', async () => {
  const dir = directory()
  const { path } = await open(dir)
  expect(path).toBe(join(dir, 'control.sock'))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await ask(dir, { ask: 'echo', word: 'hello' })).toEqual([{ word: 'hello' }])
})

test('what cannot be read, is too long or is unknown is refused, and nothing of a fault is told', async () => {
  const dir = directory()
  const { path } = await open(dir)
  const unknown = '{"error":"this server does not know this request"}\n'
  for (const words of [
    'nonsense\n',
    '[]\n',
    'null\n',
    '{"ask":1}\n',
    '{"ask":"toString"}\n',
    '{"ask":"__proto__"}\n',
  ]) {
    expect(await say(path, words)).toBe(unknown)
  }
  expect(await say(path, 'x'.repeat(100_000))).toBe(unknown)
  expect(await say(path, `{"ask":"echo","word":"${'x'.repeat(9000)}"}\n`)).toBe(unknown)
  expect(await ask(dir, { ask: 'fail' })).toEqual([{ error: 'the server could not answer this' }])
})

test('a reader that does not read costs no more than is bounded', async () => {
  const dir = directory()
  const { path } = await open(dir)
  const socket = connect(path)
  onTestFinished(() => void socket.destroy())
  socket.pause().write('{"ask":"flood"}\n')
  await once(socket, 'connect')
  expect(await ask(dir, { ask: 'echo', word: 'still here' })).toEqual([{ word: 'still here' }])
  expect(leftOut).toBeGreaterThan(500)
})

test('closing ends whoever waits, and leaves nothing', async () => {
  const dir = directory()
  const control = await openControl(dir, commands)
  const answers = askControl(dir, { ask: 'wait' })
  expect((await answers.next()).value).toEqual({ waiting: true })
  await control.close()
  expect((await answers.next()).done).toBe(true)
  expect(readdirSync(dir)).toEqual(['control.lock'])
  await expect(ask(dir, { ask: 'echo' })).rejects.toThrow(`No server runs on ${dir}.`)
})

test('the socket of a crashed server is replaced, that of a living one is not', async () => {
  const dir = directory()
  await leaveStale(join(dir, 'control.sock'))
  expect(existsSync(join(dir, 'control.sock'))).toBe(true)
  await expect(ask(dir, { ask: 'echo' })).rejects.toThrow('No server runs')
  await open(dir)
  await expect(openControl(dir, commands)).rejects.toThrow(/^Another server runs on .* already\. Stop it, or /)
  expect(await ask(dir, { ask: 'echo', word: 'mine' })).toEqual([{ word: 'mine' }])
})

test('of many starts at once on a crashed directory one wins, and goes on answering', async () => {
  for (let round = 0; round < 5; round++) {
    const dir = directory()
    await leaveStale(join(dir, 'control.sock'))
    const tried = await Promise.allSettled(Array.from({ length: 8 }, () => openControl(dir, commands)))
    const won = tried.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []))
    expect(won).toHaveLength(1)
    expect(await ask(dir, { ask: 'echo', word: 'one' })).toEqual([{ word: 'one' }])
    await won[0]?.close()
    expect(readdirSync(dir)).toEqual(['control.lock'])
  }
})

test('a file that is no socket is left alone, and said', async () => {
  const dir = directory()
  writeFileSync(join(dir, 'control.sock'), 'notes')
  await expect(openControl(dir, commands)).rejects.toThrow('is not a socket')
  expect(readFileSync(join(dir, 'control.sock'), 'utf8')).toBe('notes')
})

test('where the path is too long for a socket, a private directory elsewhere has it', async () => {
  const dir = join(directory(), 'd'.repeat(100))
  mkdirSync(dir)
  const control = await openControl(dir, commands)
  expect(control.path.startsWith(dir)).toBe(false)
  expect(Buffer.byteLength(control.path)).toBeLessThan(104)
  expect(statSync(dirname(control.path)).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(dir, 'control.path'), 'utf8')).toBe(control.path)
  expect(await ask(dir, { ask: 'echo', word: 'far' })).toEqual([{ word: 'far' }])
  await expect(openControl(dir, commands)).rejects.toThrow('Another server runs')
  await control.close()
  expect(existsSync(control.path)).toBe(false)
  expect(readdirSync(dir)).toEqual(['control.lock'])
})

test('a place elsewhere that a crashed server left is replaced; a damaged note removes nothing', async () => {
  const dir = join(directory(), 'd'.repeat(100))
  mkdirSync(dir)
  const left = mkdtempSync(join(tmpdir(), 'grantwise-'))
  await leaveStale(join(left, 'control.sock'))
  writeFileSync(join(dir, 'control.path'), join(left, 'control.sock'))
  const control = await openControl(dir, commands)
  expect(existsSync(left)).toBe(false)
  await control.close()

  const precious = mkdtempSync(join(tmpdir(), 'grantwise-'))
  onTestFinished(() => rmSync(precious, { recursive: true }))
  writeFileSync(join(precious, 'control.sock'), 'notes')
  writeFileSync(join(dir, 'control.path'), join(precious, 'control.sock'))
  await expect(openControl(dir, commands)).rejects.toThrow('is not a socket')
  writeFileSync(join(dir, 'control.path'), join(precious, 'notes'))
  await open(dir)
  expect(readFileSync(join(precious, 'control.sock'), 'utf8')).toBe('notes')
})

test('a second server on one data directory is refused before anything changes', async () => {
  const server = await startServer()
  onTestFinished(() => server.close())
  const again = { data_dir: server.data_dir, config: { issuer: server.issuer } }
  const started = startServer(again)
  await expect(started).rejects.toThrow(StartRefused)
  await expect(started).rejects.toThrow(`Another server runs on ${server.data_dir} already.`)
  expect((await fetch(`${server.issuer}/readyz`)).status).toBe(200)
})

test('a process that listens there and never answers counts as living', async () => {
  const dir = directory()
  const silent = createServer().listen(join(dir, 'control.sock'))
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  await expect(openControl(dir, commands)).rejects.toThrow('Another server runs')
})
