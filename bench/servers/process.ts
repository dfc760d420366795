import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { atExit } from '../at-exit.ts'
import type { Cores } from '../cores.ts'

/** A server under measurement: a Node process on a core of its own. */
export interface ServerProcess {
  readonly port: number
  /** Resident memory in bytes. */
  rss(): number
  /** Seconds of processor time so far, over all its threads. */
  cpu(): number
  /** How it ended, if it did, and the last that it wrote to standard error. */
  lastWords(): string
  /** Has it do nothing at all until it is to go on. */
  halt(): void
  goOn(): void
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>
}

/** Runs `node` with these arguments, pinned if there are cores. It must listen on the port within a minute. */
export async function startProcess(
  port: number,
  args: readonly string[],
  cores: Cores | undefined,
): Promise<ServerProcess> {
  const command = [process.execPath, ...args]
  const pinned = cores ? ['taskset', '-c', String(cores.server), ...command] : command
  const [file = '', ...rest] = pinned
  const child = spawn(file, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // Nobody else would: not when a measurement failed, nor when it was stopped.
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL')),
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4000)
  })
  try {
    await listening(port, child, () => said)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const pid = child.pid ?? 0
  return {
    port,
    rss: () => Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    cpu() {
      // proc(5): fields 14 and 15, in ticks of 10 ms; the name before them may hold spaces.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    lastWords() {
      const { exitCode, signalCode } = child
      return `${exitCode === null && signalCode === null ? 'runs' : `ended with ${exitCode ?? signalCode}`}\n${said}`
    },
    halt: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function listening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const patience = performance.now() + 60_000
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the server on port ${port} ended by itself:\n${said()}`)
    if (performance.now() > patience) throw new Error(`nothing listens on port ${port} after a minute:\n${said()}`)
    await pause(2)
  }
}

/** Whether a request gets an answer, whatever that says: who only looks if a port is free accepts connections too. */
function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.write(`GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`)
    })
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

/**
 * A port that nobody has just now, below those that systems hand out by themselves: asked again and again before
 * anybody listens, such a port ends up connected to itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port between 10000 and 30000 in 100 attempts')
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
