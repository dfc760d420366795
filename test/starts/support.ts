import { createHash } from 'node:crypto'
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished } from 'vitest'
import { run, type Surroundings, start } from '../support/program.ts'
import { world } from '../support/world.ts'

/** Who is nobody in particular: a user that may do nothing here. */
export const nobody = 65534

/** Why nobody can be played; nothing when it can. */
export const notRoot: string | undefined =
  process.getuid?.() === 0 ? undefined : 'only root can start a program as another user'

/** A directory of its own, as an operator has it. */
export interface Place {
  readonly cwd: string
  readonly data_dir: string
  write(name: string, content: string): string
}

/** An empty place; with `installed`, one in which a server ran and was stopped. */
export function place(installed?: Installed): Place {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-starts-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const data_dir = join(cwd, '.grantwise')
  if (installed !== undefined) cpSync(installed.data_dir, data_dir, { recursive: true })
  return {
    cwd,
    data_dir,
    write(name, content) {
      writeFileSync(join(cwd, name), content)
      return name
    },
  }
}

export interface Installed {
  readonly data_dir: string
  readonly issuer: string
  /** What starts it again. */
  readonly args: readonly string[]
}

/** A server of the world's clients and users that ran once, to be copied by the tests of a file. */
export function useInstalled(): Installed {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-installed-'))
  let issuer = ''
  beforeAll(async () => {
    writeFileSync(join(cwd, 'world.json'), JSON.stringify(world))
    const running = await start(['--port', '0', '--apply', 'world.json'], { cwd })
    issuer = running.issuer
    expect(await running.stop()).toBe(0)
    return () => rmSync(cwd, { recursive: true, force: true })
  })
  return {
    data_dir: join(cwd, '.grantwise'),
    get issuer() {
      return issuer
    },
    get args() {
      return ['--port', new URL(issuer).port]
    },
  }
}

/** Every name below a directory, with what is there: its kind, its rights, its owner and its content. */
export function everything(directory: string): Readonly<Record<string, string>> {
  const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]
  return Object.fromEntries(names.sort().map(name => [name, whatIs(join(directory, name))]))
}

function whatIs(path: string): string {
  const { mode, uid } = lstatSync(path)
  const kind = mode & 0o170000
  const content = kind === 0o100000 ? readFileSync(path) : kind === 0o120000 ? readlinkSync(path) : ''
  return `${mode.toString(8)} ${uid} ${createHash('sha256').update(content).digest('hex')}`
}

export interface Refusal extends Partial<Surroundings> {
  /** Names that may change: SQLite's index of a log that a crash left is made anew by whoever reads it. */
  readonly except?: readonly string[]
  /** Whether it is told to log nothing. */
  readonly quiet?: boolean
}

/**
 * Starts a server that must be refused: in words that match every one of these, without a stack, with exit code 2, and
 * with nothing changed on the disk. Answers with the words.
 */
export async function expectRefusal(
  { cwd }: Pick<Place, 'cwd'>,
  args: readonly string[],
  words: readonly RegExp[],
  { except = [], quiet = true, ...surroundings }: Refusal = {},
): Promise<string> {
  const without = (all: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !except.includes(name)))
  const before = everything(cwd)
  const silent = quiet ? ['--log-level', 'silent'] : []
  const { code, out, err } = await run(['start', ...silent, ...args], { cwd, ...surroundings })
  for (const word of words) expect(err).toMatch(word)
  expect(err).not.toMatch(/\n +at |node:internal/)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(without(everything(cwd))).toEqual(without(before))
  return err
}
