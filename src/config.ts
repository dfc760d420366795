import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import { describe } from './admin/problem.ts'
import { isLoopbackHost } from './admin/redirect-uri.ts'
import { defaultIssuer, normaliseIssuer } from './config/issuer.ts'
import { readSecret } from './config/server-secret.ts'
import { type Setting, type SettingValue, settings } from './config/settings.ts'
import { type Environment, type Flags, flagName, type Given, openSources } from './config/sources.ts'
import { tlsFaults } from './config/tls.ts'
import { type Allowance, allowances } from './core/retired.ts'

/** Everything that decides how this process runs, parsed once. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number
  readonly host: string
  /** Normalised; undefined means where it listens: see `issuerOf`. */
  readonly issuer: string | undefined
  /** Absolute. */
  readonly data_dir: string
  /** Absolute paths of the files applied at start, in order. */
  readonly apply: readonly string[]
  /** Addresses and networks (`10.0.0.0/8`) whose forwarded headers are believed. */
  readonly trust_proxy: readonly string[]
  /** Networks that may be asked for keys although they are not public. */
  readonly outgoing_allow: readonly string[]
  /** Absolute; both or neither. */
  readonly tls_cert: string | undefined
  readonly tls_key: string | undefined
  /** For trying things on one machine: demo data, sign-up, journeys in full. Says so on every page. */
  readonly dev: boolean
  /** Which journeys are kept: none, all, or this share of them and every refusal. */
  readonly journeys: SettingValue<'journeys'>
  /** Whether strangers may make accounts; undefined: as `dev`. */
  readonly sign_up: boolean | undefined
  /** Retired flows that are offered all the same; each use of them is marked. */
  readonly allow: readonly Allowance[]
  readonly log_level: SettingValue<'log_level'>
  /** Who shows it reads `/metrics`; without it nothing is measured. From a variable or a file, never a flag, which every user of the machine can read. */
  readonly metrics_token: string | undefined
  readonly audit_retention_days: number
  /** From `GRANTWISE_SECRET` or the file of `secret_file`; undefined means the file in the data directory. */
  readonly secret: string | undefined
}

/** A start or a command that cannot be, with a sentence that says why and how to mend it. */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused'
}

/** What this server is called, once the port it listens on is known. */
export function issuerOf(config: Pick<Config, 'issuer' | 'host' | 'tls_cert'>, port: number): string {
  return config.issuer ?? defaultIssuer({ host: config.host, port, tls: config.tls_cert !== undefined })
}

/**
 * Flags over environment over `grantwise.config.json` over defaults.
 * @throws StartRefused naming every value that is wrong: where it was set, what was expected, what came.
 */
export function readConfig(flags: Flags, env: Environment, cwd: string): Config {
  const faults: string[] = []
  const given = openSources(flags, env, cwd, faults)
  const read = <K extends Setting>(setting: K): SettingValue<K> | undefined => {
    const it = given(setting)
    if (it === undefined) return undefined
    const parsed = settings[setting].safeParse(it.value)
    if (!parsed.success) faults.push(...parsed.error.issues.map(issue => faultLine(setting, it, issue)))
    return parsed.data as SettingValue<K> | undefined
  }
  const absolute = (setting: Setting, path: string): string => resolve(given(setting)?.base ?? cwd, path)
  const readable = (setting: 'tls_cert' | 'tls_key'): string | undefined => {
    const path = read(setting)
    if (path === undefined || isReadable(absolute(setting, path))) return path && absolute(setting, path)
    faults.push(`${given(setting)?.from}: expected a file that this process can read; got ${describe(path)}`)
    return undefined
  }
  const named = (setting: Setting, path: string) => ({ path, from: given(setting)?.from ?? flagName(setting) })

  const secretFile = read('secret_file')
  const secretGiven = given('secret_file')
  const issuer = read('issuer')
  const dev = read('dev') ?? false
  const config: Config = {
    port: read('port') ?? 4000,
    host: read('host') ?? '127.0.0.1',
    issuer: issuer === undefined ? undefined : normaliseIssuer(issuer),
    data_dir: absolute('data_dir', read('data_dir') ?? './.grantwise'),
    apply: (read('apply') ?? []).map(path => absolute('apply', path)),
    trust_proxy: read('trust_proxy') ?? [],
    outgoing_allow: read('outgoing_allow') ?? [],
    tls_cert: readable('tls_cert'),
    tls_key: readable('tls_key'),
    dev,
    journeys: read('journeys') ?? (dev ? 'all' : 0.01),
    sign_up: read('sign_up'),
    allow: read('allow') ?? (dev ? allowances : []),
    log_level: read('log_level') ?? 'info',
    metrics_token: read('metrics_token'),
    audit_retention_days: read('audit_retention_days') ?? 365,
    secret: readSecret(
      env,
      secretFile && secretGiven ? { path: absolute('secret_file', secretFile), given: secretGiven } : undefined,
      faults,
    ),
  }
  faults.push(...missingHalf(given('tls_cert'), 'tls_key', given('tls_key')))
  faults.push(...missingHalf(given('tls_key'), 'tls_cert', given('tls_cert')))
  const { tls_cert: cert, tls_key: key } = config
  if (cert && key) faults.push(...tlsFaults(named('tls_cert', cert), named('tls_key', key)))
  if (given('issuer') === undefined) faults.push(...unguessableIssuer(config, given('host')))
  faults.push(...devBeyondLoopback(config, given('dev')))
  if (faults.length > 0) throw new StartRefused(faults.join('\n'))
  return config
}

function faultLine(
  setting: Setting,
  given: Given,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string },
): string {
  const [index] = issue.path
  const value = typeof index === 'number' && Array.isArray(given.value) ? given.value[index] : given.value
  return `${given.from}: expected ${issue.message}; got ${describe(value, setting)}`
}

function missingHalf(one: Given | undefined, name: Setting, other: Given | undefined): readonly string[] {
  return one && !other ? [`${one.from}: expected ${flagName(name)} with it; got one of the two alone`] : []
}

/** A server that other machines reach has a name that only its operator knows. */
function unguessableIssuer({ host, tls_cert }: Config, given: Given | undefined): readonly string[] {
  const literal = host.includes(':') ? `[${host}]` : host
  const everywhere = host === '0.0.0.0' || host === '::'
  if (isLoopbackHost(literal) || (tls_cert !== undefined && !everywhere)) return []
  return [
    `${given?.from}: expected an issuer with it, since ${host} is reached from other machines; got none. ` +
      'Set --issuer to the https URL that browsers will use, for example --issuer https://id.example.com',
  ]
}

/** The demo users' passwords and the demo clients' secrets are public: nobody else may reach a server that has them. */
function devBeyondLoopback(config: Config, given: Given | undefined): readonly string[] {
  const issuer = issuerOf(config, config.port)
  if (!config.dev || (URL.canParse(issuer) && isLoopbackHost(new URL(issuer).hostname))) return []
  return [
    `${given?.from}: expected an issuer on a loopback host (127.0.0.1, [::1], localhost) with it, since it registers users ` +
      `and clients whose passwords and secrets everybody knows; got ${describe(issuer)}. Leave it out, or leave --issuer out`,
  ]
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
