import { Command } from 'commander'
import type { ApplyFile } from '../admin/apply-file.ts'
import { summarise } from '../admin/plan.ts'
import { isLoopbackHost } from '../admin/redirect-uri.ts'
import type { Serving } from '../compose.ts'
import { tlsWarning } from '../config/tls.ts'
import { type Config, issuerOf } from '../config.ts'
import type { Data } from '../open-data.ts'
import { demoRows } from './demo-rows.ts'
import { configFrom, dataFlags, flag, repeatable } from './flags.ts'
import { hasData } from './with-data.ts'

/** `grantwise start`: serves until it is told to stop. */
export function startCommand(): Command {
  const options = [
    flag('--port <number>', 'port to listen on; 0 takes any free one (4000)', '--port 5000'),
    flag('--host <address>', 'address to listen on (127.0.0.1)', '--host 0.0.0.0'),
    flag('--issuer <url>', 'what this server is called (from host and port)', '--issuer https://id.example.com'),
    repeatable('--apply <file>', 'apply file, before serving', '--apply examples/apply.json'),
    repeatable('--trust-proxy <network>', 'proxy whose forwarded headers are believed', '--trust-proxy 10.0.0.0/8'),
    repeatable(
      '--outgoing-allow <network>',
      'private network where clients and platforms may publish their keys',
      '--outgoing-allow 10.1.2.0/24',
    ),
    flag('--tls-cert <file>', 'certificate chain, PEM', '--tls-cert /etc/tls/cert.pem'),
    flag('--tls-key <file>', 'key of the certificate, PEM', '--tls-key /etc/tls/key.pem'),
    flag('--dev', 'for trying things on one machine: demo data, sign-up, every journey kept', 'start --dev'),
    flag('--journeys <which>', 'journeys to keep: off, all, or a share (0.01)', '--journeys all'),
    flag('--sign-up', 'let everybody make an account (only with --dev)', 'start --sign-up'),
    repeatable('--allow <flow>', 'a retired flow to offer: implicit, hybrid or password', '--allow implicit'),
    flag('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (info)', '--log-level warn'),
    flag('--audit-retention-days <days>', 'how long the audit trail goes back (365)', '--audit-retention-days 90'),
    ...dataFlags(),
  ]
  const command = new Command('start').description('Serve.')
  for (const option of options) command.addOption(option)
  return command.action(async (given: Readonly<Record<string, unknown>>) => start(configFrom(given)))
}

async function start(config: Config): Promise<void> {
  const stopped = nextSignal()
  const { serve } = await import('../compose.ts')
  const files = await readFiles(config)
  let applied: readonly string[] = []
  const serving = await serve(config, async (data, issuer) => {
    const certificate = config.tls_cert && tlsWarning(config.tls_cert, new Date())
    if (certificate) warn(certificate)
    if (data.secret.exposed) warn(`others can read ${config.data_dir}/secret; run chmod 600 on it`)
    const { metrics_token: token } = config
    if (token !== undefined && token.length < 16) {
      warn(
        `the metrics token has ${token.length} characters, which can be guessed; openssl rand -hex 24 makes a better one`,
      )
    }
    if (config.dev && !isLoopbackHost(config.host.includes(':') ? `[${config.host}]` : config.host)) {
      warn(
        `whoever reaches port ${config.port} of this machine can sign in with the demo passwords; --host is ${config.host}`,
      )
    }
    if (files.length > 0) applied = await apply(files, config, data, issuer)
  })
  console.log(banner(config, serving, applied))
  await stopped
  await serving.close()
}

/** The configured apply files. On the way to a new data directory they are rehearsed: what is refused makes none. */
async function readFiles(config: Config): Promise<readonly ApplyFile[]> {
  if (config.apply.length === 0) return []
  const [{ readApplyFiles }, { rehearse }, { demoFile }] = await Promise.all([
    import('./apply-files.ts'),
    import('./rehearse.ts'),
    import('../demo-data.ts'),
  ])
  const files = await readApplyFiles(config.apply)
  const before = config.dev ? [demoFile(issuerOf(config, config.port))] : []
  if (!hasData(config)) await rehearse([...before, ...files], config)
  return files
}

/** Applies the configured files and answers with what to say of it. */
async function apply(
  files: readonly ApplyFile[],
  config: Config,
  data: Data,
  issuer: string,
): Promise<readonly string[]> {
  const { performFiles, shown } = await import('./apply-files.ts')
  const plan = await performFiles(files, config, { ...data, issuer })
  for (const warning of plan.warnings) warn(warning)
  return [config.apply.map(shown).join(', '), ...summarise(plan).map(line => `  ${line}`)]
}

function warn(sentence: string): void {
  console.error(`warning: ${sentence}`)
}

function banner(
  { data_dir, dev }: Config,
  { issuer, url, setUpLink }: Pick<Serving, 'issuer' | 'url' | 'setUpLink'>,
  applied: readonly string[],
): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Issuer', issuer],
    ['Open', `${issuer.replace(/\/$/, '')}/`],
    ...(setUpLink === undefined
      ? []
      : [['Set up', setUpLink] as const, ['', 'makes the first administrator: once, within an hour'] as const]),
    ...(URL.canParse(url) && new URL(url).origin === new URL(issuer).origin ? [] : [['Listens on', url] as const]),
    ['Data', data_dir],
    ...applied.map((line, index) => [index === 0 ? 'Applied' : '', line] as const),
    ...(dev ? demoRows(issuer) : []),
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(11)} ${value}`.trimEnd())
  return ['', 'Grantwise is serving. Ctrl+C stops it.', '', ...lines, ''].join('\n')
}

/** Settles at the first SIGTERM or SIGINT; a second one ends the process at once, as it does by default. */
function nextSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
