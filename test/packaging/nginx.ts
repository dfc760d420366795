import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { type AddressInfo, connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Send } from '../support/browser.ts'
import type { Certificate } from '../support/certificate.ts'

const shipped = join(import.meta.dirname, '../../packaging/nginx/grantwise.conf')

/** The nginx of this machine, if it has one. */
export const nginx = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map(directory => join(directory, 'nginx'))
  .find(existsSync)

export interface NginxOptions {
  /** Where everything of it is kept. */
  readonly directory: string
  readonly certificate: Certificate
  readonly http: number
  readonly https: number
  readonly upstream: number
}

/** What an operator adapts, and what keeps it from the rest of this machine. */
export function writeConfig({ directory, certificate, http, https, upstream }: NginxOptions): string {
  const changes: readonly (readonly [string, string])[] = [
    ['    listen [::]:80;\n', ''],
    ['    listen [::]:443 ssl http2;\n', ''],
    ['listen 80;', `listen 127.0.0.1:${http};`],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${https} ssl http2;`],
    ['127.0.0.1:4000;', `127.0.0.1:${upstream};`],
    ['server_name id.example.com;', 'server_name 127.0.0.1;'],
    ['/etc/letsencrypt/live/id.example.com/fullchain.pem', certificate.tls_cert],
    ['/etc/letsencrypt/live/id.example.com/privkey.pem', certificate.tls_key],
    ['/var/log/nginx', directory],
    // As its comment says of an issuer with a port.
    ['proxy_set_header Host $host;', 'proxy_set_header Host $http_host;'],
  ]
  const site = changes.reduce(
    (config, [from, to]) => {
      if (!config.includes(from)) throw new Error(`the example has no ${from} any more`)
      return config.replaceAll(from, to)
    },
    readFileSync(shipped, 'utf8'),
  )
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${join(directory, name)};`,
  )
  const main = [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 1;',
    `pid ${join(directory, 'nginx.pid')};`,
    `error_log ${join(directory, 'main.log')};`,
    'events {}',
    `http { gzip on; ${temporary.join(' ')} include ${join(directory, 'grantwise.conf')}; }`,
  ]
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'grantwise.conf'), site)
  writeFileSync(join(directory, 'nginx.conf'), `${main.join('\n')}\n`)
  return join(directory, 'nginx.conf')
}

/** What nginx says of a configuration, without running it. */
export function checkConfig(config: string): { readonly status: number | null; readonly said: string } {
  const { status, stderr } = spawnSync(nginx ?? 'nginx', ['-t', '-c', config, '-e', 'stderr'], { encoding: 'utf8' })
  return { status, said: stderr }
}

/** Runs nginx in the foreground until it is told to stop. */
export async function startNginx(options: NginxOptions): Promise<{ close(): Promise<void> }> {
  const config = writeConfig(options)
  const child = spawn(nginx ?? 'nginx', ['-c', config, '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  const said = text(child.stderr)
  while (!(await isListening(options.https))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${await said}`)
  }
  return {
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy())
    socket.once('close', failed => resolve(!failed))
    socket.once('error', () => {})
  })
}

/** Ports that nobody listens on. */
export async function freePorts(many: number): Promise<readonly number[]> {
  const probes = Array.from({ length: many }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(probes.map(probe => once(probe, 'listening')))
  const ports = probes.map(probe => (probe.address() as AddressInfo).port)
  await Promise.all(probes.map(probe => once(probe.close(), 'close')))
  return ports
}

/** Sends from this address of the loopback network, over TLS. */
export function from(localAddress: string, ca: string): Send {
  return (url, { method = 'GET', headers, body }) =>
    new Promise((resolve, reject) => {
      const options = { method, headers: headers as Record<string, string>, localAddress, ca, agent: false }
      const outgoing = request(url, options, incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.once('error', reject)
        incoming.once('end', () => {
          const { statusCode: status = 0, rawHeaders } = incoming
          const pairs = rawHeaders.flatMap((name, at): [string, string][] =>
            at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
          )
          resolve(new Response(status === 304 ? null : Buffer.concat(chunks), { status, headers: pairs }))
        })
      })
      outgoing.once('error', reject)
      outgoing.end(typeof body === 'string' ? body : '')
    })
}
