import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ClientCode, codeFor } from '../../src/snippets/code-for.ts'
import type { CodeClient, Snippet, StackId } from '../../src/snippets/snippet.ts'
import { listenTo, type Printed } from '../support/listen-to.ts'
import { secret } from '../support/world.ts'

/** Where this project's packages are. */
export const modules: string = dirname(dirname(fileURLToPath(import.meta.resolve('openid-client/package.json'))))

/** The code of a client of this server, with its secret as its page shows it. */
export function codeOf(issuer: string, client: CodeClient): ClientCode {
  return codeFor({ issuer, client, flow: undefined }, secret)
}

export function snippetOf(code: ClientCode, id: StackId): Snippet {
  const found = code.snippets.find(it => it.id === id)
  if (found === undefined) throw new Error(`no code for ${id}, but for ${code.snippets.map(it => it.id)}`)
  return found
}

/** A snippet at work: its files as they are shown, run by the command that is shown. */
export interface Run extends Printed {
  readonly child: ChildProcess
  /** Starts the same program beside it once more, with this besides. */
  again(argument: string): Promise<string>
  ended(): Promise<string>
  /** What is beside it now. */
  files(): readonly string[]
  stop(): Promise<void>
}

/** Lays the files out in a directory of their own, in which this project's packages are installed, and runs them. */
export function run(
  snippet: Snippet,
  { env }: ClientCode,
  environment: Readonly<Record<string, string>> = {},
  beside: Readonly<Record<string, string>> = {},
): Run {
  const folder = mkdtempSync(join(tmpdir(), 'grantwise-snippet-'))
  writeFileSync(join(folder, snippet.file), snippet.text)
  if (env !== undefined) writeFileSync(join(folder, '.env'), env)
  for (const [name, content] of Object.entries(beside)) writeFileSync(join(folder, name), content)
  if (snippet.install?.startsWith('npm ')) install(folder, snippet.install.split(' ').slice(2))
  const child = spawn('sh', ['-c', snippet.run], {
    cwd: folder,
    env: { PATH: searchPath(snippet), HOME: folder, PYTHONUNBUFFERED: '1', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = once(child, 'close')
  const printed = listenTo(child)
  return {
    child,
    ...printed,
    again: argument => startAgain(snippet, folder, argument),
    files: () => readdirSync(folder),
    async ended() {
      const [code] = await closed
      if (code !== 0) throw new Error(`it ended with ${code}, and said: ${printed.output()}`)
      return printed.output()
    },
    async stop() {
      // The whole group: a command starts programs of its own.
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startAgain(snippet: Snippet, cwd: string, argument: string): Promise<string> {
  const command = [...snippet.run.split(' '), argument]
  const child = spawn(command[0] ?? '', command.slice(1), { cwd, env: { PATH: searchPath(snippet), HOME: cwd } })
  const { output } = listenTo(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`it ended with ${code}, and said: ${output()}`)
  return output()
}

/** What `npm install` would bring; each links to the package that is here. */
function install(folder: string, packages: readonly string[]): void {
  for (const name of packages) {
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    symlinkSync(join(modules, name), join(folder, 'node_modules', name))
    const bin = join(modules, '.bin', name)
    if (existsSync(bin)) symlinkSync(bin, join(folder, 'node_modules/.bin', name))
  }
}

/** The Node that runs the tests, and the Python that has the libraries. */
function searchPath({ language }: Snippet): string {
  const first = language === 'Python' && python?.includes('/') ? dirname(python) : dirname(process.execPath)
  return [first, process.env['PATH'] ?? ''].join(delimiter)
}

/** A Python that has Authlib and what goes with it: `GRANTWISE_PYTHON`, else the system's. */
export const python: string | undefined = [process.env['GRANTWISE_PYTHON'], 'python3'].find(
  it =>
    it !== undefined &&
    it !== '' &&
    spawnSync(it, ['-c', 'import authlib, requests, flask, dotenv'], { stdio: 'ignore' }).status === 0,
)

/** Whether this machine has a program. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0
}
