import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { didYouMean } from '../admin/nearest.ts'
import { listSettings, type Setting, settingNames } from './settings.ts'

/** Flags by their setting (`data_dir` for `--data-dir`); undefined where not given. */
export type Flags = { readonly [K in Setting | 'config']?: unknown }
export type Environment = Readonly<Record<string, string | undefined>>

/** One value, what people call the place it was set in, and the directory its paths are relative to. */
export interface Given {
  readonly value: unknown
  readonly from: string
  readonly base: string
}

export type Sources = (setting: Setting) => Given | undefined

/** Where each setting was given: the flag, else the variable, else the file. Faults of the file are added to `faults`. */
export function openSources(flags: Flags, env: Environment, cwd: string, faults: string[]): Sources {
  const file = readFile(flags, env, cwd, faults)
  return setting => {
    if (flags[setting] !== undefined)
      return { value: fromText(setting, flags[setting]), from: flagName(setting), base: cwd }
    const variable = `GRANTWISE_${setting.toUpperCase()}`
    const text = env[variable]
    if (text) {
      const value = listSettings.includes(setting) ? commaList(text) : fromText(setting, text)
      return { value, from: variable, base: cwd }
    }
    if (!Object.hasOwn(file.values, setting)) return undefined
    return { value: file.values[setting], from: `${file.path}: ${setting}`, base: dirname(file.path) }
  }
}

export function flagName(setting: Setting): string {
  return `--${setting.replaceAll('_', '-')}`
}

interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
}

function readFile(flags: Flags, env: Environment, cwd: string, faults: string[]): ConfigFile {
  const named = typeof flags.config === 'string' ? flags.config : env['GRANTWISE_CONFIG']
  const path = resolve(cwd, named || 'grantwise.config.json')
  const none: ConfigFile = { path, values: {} }
  if (!named && !existsSync(path)) return none
  const values = readJsonObject(path)
  if (typeof values === 'string') {
    faults.push(`${path}: expected ${values}`)
    return none
  }
  for (const key of Object.keys(values)) {
    if (settingNames.some(known => known === key)) continue
    faults.push(
      key === 'secret'
        ? `${path}: secret: expected it in GRANTWISE_SECRET or in a file of its own (secret_file), never in this one; got a value here`
        : `${path}: ${key}: expected one of ${settingNames.join(', ')}; got an unknown key${didYouMean(key, settingNames)}`,
    )
  }
  return { path, values }
}

/** The object in a file, or what was expected of it. */
function readJsonObject(path: string): Record<string, unknown> | string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return `a file that this process can read; got ${(error as NodeJS.ErrnoException).code ?? 'none'}`
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    return 'a JSON object; got another JSON value'
  } catch (error) {
    // The rest of the message quotes the text.
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(String(error)) ?? []
    return `a JSON object; got text that is not JSON${line ? `, at line ${line}, column ${column}` : ', or ends too soon'}`
  }
}

function fromText(setting: Setting, value: unknown): unknown {
  const whole = setting === 'port' || setting === 'audit_retention_days'
  if (whole && typeof value === 'string' && /^\d{1,6}$/.test(value)) return Number(value)
  if (setting === 'journeys' && typeof value === 'string' && /^\d?\.?\d+$/.test(value)) return Number(value)
  const yesOrNo = setting === 'dev' || setting === 'sign_up'
  if (yesOrNo && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function commaList(value: string): readonly string[] {
  return value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}
