import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Config, issuerOf, readConfig, StartRefused } from '../../src/config.ts'
import { writeCertificate } from '../support/certificate.ts'

let empty: string

beforeAll(() => {
  empty = directory()
  return () => rmSync(empty, { recursive: true })
})

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'grantwise-config-'))
}

/** A directory with this configuration file in it. */
function withFile(content: unknown, name = 'grantwise.config.json'): string {
  const made = directory()
  onTestFinished(() => rmSync(made, { recursive: true }))
  writeFileSync(join(made, name), typeof content === 'string' ? content : JSON.stringify(content))
  return made
}

function read(flags: object = {}, env: Record<string, string> = {}, cwd = empty): Config {
  return readConfig(flags, env, cwd)
}

function refusal(flags: object = {}, env: Record<string, string> = {}, cwd = empty): string {
  try {
    read(flags, env, cwd)
  } catch (error) {
    if (error instanceof StartRefused) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

describe('settings', () => {
  it('have defaults', () => {
    expect(read()).toEqual({
      port: 4000,
      host: '127.0.0.1',
      issuer: undefined,
      data_dir: join(empty, '.grantwise'),
      apply: [],
      trust_proxy: [],
      outgoing_allow: [],
      tls_cert: undefined,
      tls_key: undefined,
      dev: false,
      journeys: 0.01,
      allow: [],
      log_level: 'info',
      metrics_token: undefined,
      audit_retention_days: 365,
      secret: undefined,
    })
  })

  it('come from flags over environment over file', () => {
    const cwd = withFile({ port: 1, host: 'localhost', log_level: 'warn', apply: ['file.json'] })
    const env = { GRANTWISE_PORT: '2', GRANTWISE_HOST: '::1', GRANTWISE_APPLY: 'a.json, b.yaml' }
    expect(read({ port: '3' }, env, cwd)).toMatchObject({
      port: 3,
      host: '::1',
      log_level: 'warn',
      apply: [join(cwd, 'a.json'), join(cwd, 'b.yaml')],
    })
    expect(read({ apply: ['flag.json'] }, env, cwd).apply).toEqual([join(cwd, 'flag.json')])
  })

  it('that are empty in the environment are absent', () => {
    expect(read({}, { GRANTWISE_PORT: '', GRANTWISE_SECRET: '', GRANTWISE_ISSUER: '' })).toMatchObject({ port: 4000 })
  })

  it('in a named file are relative to it', () => {
    const made = withFile({ data_dir: 'data', apply: ['x.json'] }, 'other.json')
    const config = join(made, 'other.json')
    const expected = { data_dir: join(made, 'data'), apply: [join(made, 'x.json')] }
    expect(read({ config })).toMatchObject(expected)
    expect(read({}, { GRANTWISE_CONFIG: config })).toMatchObject(expected)
    expect(read({ config, data_dir: 'here' }).data_dir).toBe(join(empty, 'here'))
  })

  it('know the issuer from where the server listens', () => {
    expect(issuerOf(read(), 4000)).toBe('http://127.0.0.1:4000')
    expect(issuerOf(read({ port: 0 }), 51_234)).toBe('http://127.0.0.1:51234')
    expect(issuerOf(read({ host: '::1' }), 80)).toBe('http://[::1]')
    expect(issuerOf(read({ host: 'localhost' }), 80)).toBe('http://localhost')
    expect(issuerOf({ issuer: undefined, host: 'id.example.com', tls_cert: '/cert' }, 443)).toBe(
      'https://id.example.com',
    )
  })

  it.each([
    ['https://id.example.com', 'https://id.example.com'],
    ['https://ID.Example.com:443/Auth', 'https://id.example.com/Auth'],
    ['https://id.example.com/', 'https://id.example.com/'],
    ['https://id.example.com:8443/a/b', 'https://id.example.com:8443/a/b'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:80', 'http://localhost'],
    ['http://[::1]:4000/auth', 'http://[::1]:4000/auth'],
  ])('take %s as the issuer %s', (given, issuer) => {
    expect(read({ issuer: given }).issuer).toBe(issuer)
  })

  it('take the text of a secret from the environment only', () => {
    const secret = 'x'.repeat(32)
    expect(read({}, { GRANTWISE_SECRET: secret }).secret).toBe(secret)
    const refused = refusal({}, {}, withFile({ secret }))
    expect(refused).toMatch(/secret: expected it in GRANTWISE_SECRET or in a file of its own/)
    expect(refused).not.toContain(secret)
    expect(read({ secret }).secret).toBeUndefined()
  })

  it('take a secret from a file of its own, however that is named', () => {
    const secret = 'y'.repeat(32)
    const made = withFile(`${secret}\n`, 'hidden')
    const secret_file = join(made, 'hidden')
    expect(read({ secret_file }).secret).toBe(secret)
    expect(read({}, { GRANTWISE_SECRET_FILE: secret_file }).secret).toBe(secret)
    expect(read({}, {}, withFile({ secret_file })).secret).toBe(secret)
    expect(refusal({ secret_file }, { GRANTWISE_SECRET: secret })).toMatch(/^--secret-file: .*got both/)
    expect(refusal({ secret_file: join(made, 'gone') })).toMatch(/^--secret-file: expected a file .*ENOENT/)
    expect(refusal({}, { GRANTWISE_SECRET_FILE: join(withFile('short', 'hidden'), 'hidden') })).toMatch(
      /^GRANTWISE_SECRET_FILE: .*hidden: expected at least 32 characters .*got 5$/,
    )
  })

  it('take a metrics token from a variable or the file, and show it nowhere', () => {
    expect(read({}, { GRANTWISE_METRICS_TOKEN: 'scrape-me' }).metrics_token).toBe('scrape-me')
    expect(read({}, {}, withFile({ metrics_token: 'abc=' })).metrics_token).toBe('abc=')
    for (const refused of [
      refusal({}, { GRANTWISE_METRICS_TOKEN: 'hunter2 hunter2' }),
      refusal({}, {}, withFile({ metrics_token: 'hunter2 hunter2' })),
    ]) {
      expect(refused).toMatch(/: expected letters, digits and .*; got a string of 15 characters$/)
      expect(refused).not.toContain('hunter2')
    }
  })

  it('keep the audit trail for a year, or for what is said', () => {
    expect(read({ audit_retention_days: '30' }).audit_retention_days).toBe(30)
    expect(read({}, { GRANTWISE_AUDIT_RETENTION_DAYS: '7' }).audit_retention_days).toBe(7)
    expect(refusal({ audit_retention_days: '0' })).toMatch(/^--audit-retention-days: expected a whole number of days/)
  })

  it.each([['10.0.0.0/8'], ['127.0.0.1'], ['fd00::/8'], ['::1'], ['10.0.0.0/32']])('trust %s', network => {
    expect(read({ trust_proxy: [network] }).trust_proxy).toEqual([network])
    expect(read({ outgoing_allow: [network] }).outgoing_allow).toEqual([network])
  })

  it.each([
    [{ dev: true }, {}],
    [{}, { GRANTWISE_DEV: 'true' }],
    [{ dev: true, issuer: 'https://localhost:8443/auth' }, {}],
    [{ dev: true, issuer: 'http://[::1]:4000', host: '0.0.0.0' }, {}],
  ])('take --dev by %j %j', (flags, env: Record<string, string>) => {
    expect(read(flags, env).dev).toBe(true)
  })

  it('keep a share of the journeys, all of them with --dev, or what is said', () => {
    expect(read({ dev: true }).journeys).toBe('all')
    expect(read({ dev: true, journeys: 'off' }).journeys).toBe('off')
    expect(read({ journeys: '0.25' }).journeys).toBe(0.25)
    expect(read({}, { GRANTWISE_JOURNEYS: '1' }).journeys).toBe(1)
    expect(read({}, {}, withFile({ journeys: 0 })).journeys).toBe(0)
  })

  it('are not for trying things unless they say so', () => {
    expect(read({}, { GRANTWISE_DEV: 'false' }).dev).toBe(false)
    expect(read({}, { GRANTWISE_DEV: '' }).dev).toBe(false)
    expect(refusal({}, { GRANTWISE_DEV: '1' })).toMatch(/^GRANTWISE_DEV: expected true or false; got "1"$/)
  })

  it('take both halves of TLS', () => {
    const made = withFile({})
    writeCertificate(made)
    const config = read({ tls_cert: 'cert.pem', host: 'id.example.com' }, { GRANTWISE_TLS_KEY: 'key.pem' }, made)
    expect(config).toMatchObject({ tls_cert: join(made, 'cert.pem'), tls_key: join(made, 'key.pem') })
  })
})

describe('a bad value is refused with its place, what was expected and what came', () => {
  it.each([
    [{ port: 'abc' }, /^--port: expected a whole number from 0 to 65535 .*; got "abc"$/],
    [{ port: '-1' }, /^--port: .*got "-1"$/],
    [{ port: '65536' }, /^--port: .*got 65536$/],
    [{ port: '80.5' }, /^--port: .*got "80.5"$/],
    [{ host: 'http://x' }, /^--host: expected a host name or an IP address, .*got "http:\/\/x"$/],
    [{ host: '' }, /^--host: /],
    [{ host: '127.1' }, /^--host: /],
    [{ host: '[::1]' }, /^--host: .*without scheme, port or brackets/],
    [{ issuer: 'id.example.com' }, /^--issuer: expected an absolute https URL; got "id.example.com"$/],
    [{ issuer: 'ftp://id.example.com' }, /^--issuer: expected an absolute https URL/],
    [{ issuer: 'https://id.example.com/?a=b' }, /^--issuer: expected a URL without query or fragment/],
    [{ issuer: 'https://id.example.com/#' }, /^--issuer: expected a URL without query or fragment/],
    [
      { issuer: 'https://me:pw@id.example.com' },
      /^--issuer: expected a URL without user name or password; got "https:\/\/…@id/,
    ],
    [{ issuer: 'https://id.example.com/a b' }, /^--issuer: expected a URL in plain ASCII/],
    [
      { issuer: 'http://id.example.com' },
      /^--issuer: expected https: .*--tls-cert.*proxy.*got "http:\/\/id.example.com"$/,
    ],
    [{ issuer: 'http://127.0.0.2' }, /^--issuer: expected https/],
    [{ issuer: 'http://localhost.example.com' }, /^--issuer: expected https/],
    [{ host: '0.0.0.0' }, /^--host: expected an issuer with it, since 0\.0\.0\.0 .*Set --issuer/],
    [{ host: '::' }, /^--host: expected an issuer with it/],
    [{ host: 'id.example.com' }, /^--host: expected an issuer with it/],
    [{ journeys: 'some' }, /^--journeys: expected off, all, or a share of them from 0 to 1; got "some"$/],
    [{ journeys: '1.5' }, /^--journeys: expected off, all, or a share/],
    [{ data_dir: '' }, /^--data-dir: expected a directory; got ""$/],
    [
      { trust_proxy: ['10.0.0.0/8', '10.0.0.0/33'] },
      /^--trust-proxy: expected an IP address or a network .*got "10.0.0.0\/33"$/,
    ],
    [{ trust_proxy: ['0.0.0.0/0'] }, /never the whole internet/],
    [{ outgoing_allow: ['0.0.0.0/0'] }, /^--outgoing-allow: .*never the whole internet/],
    [{ trust_proxy: ['::/0'] }, /never the whole internet/],
    [{ trust_proxy: ['example.com'] }, /^--trust-proxy: /],
    [{ trust_proxy: ['10.0.0.1/'] }, /^--trust-proxy: /],
    [{ trust_proxy: ['fe80::1%eth0'] }, /^--trust-proxy: /],
    [
      { tls_cert: 'nowhere.pem', tls_key: 'nowhere.key' },
      /^--tls-cert: expected a file that this process can read; got "nowhere.pem"/,
    ],
    [
      { dev: true, issuer: 'https://id.example.com' },
      /^--dev: expected an issuer on a loopback host .*; got "https:\/\/id\.example\.com"\. Leave it out/,
    ],
    [{ log_level: 'loud' }, /^--log-level: expected one of fatal, .*; got "loud"$/],
    [{ config: 'nowhere.json' }, /nowhere\.json: expected a file that this process can read; got ENOENT$/],
  ])('%j', (flags, message) => {
    expect(refusal(flags)).toMatch(message)
  })

  it.each([
    [{ GRANTWISE_PORT: 'tcp://10.0.0.1:80' }, /^GRANTWISE_PORT: expected .*; got "tcp:\/\/10.0.0.1:80"$/],
    [{ GRANTWISE_TRUST_PROXY: '10.0.0.0/8,nonsense' }, /^GRANTWISE_TRUST_PROXY: .*got "nonsense"$/],
    [{ GRANTWISE_SECRET: 'hunter2' }, /^GRANTWISE_SECRET: expected at least 32 characters .*; got 7$/],
  ])('%j', (env, message) => {
    expect(refusal({}, env)).toMatch(message)
  })

  it.each([
    [{ port: '4000' }, /port: expected a whole number .*; got "4000"$/],
    [{ prot: 4000 }, /grantwise\.config\.json: prot: expected one of port, .*an unknown key \(did you mean port\?\)$/],
    [{ dataDir: 'x' }, /dataDir: .*did you mean data_dir/],
    [{ port: true }, /grantwise\.config\.json: port: expected a whole number .*; got true$/],
    [{ apply: 'x.json' }, /apply: expected a list of paths; got "x\.json"$/],
    [{ dev: 'yes' }, /grantwise\.config\.json: dev: expected true or false; got "yes"$/],
    [
      { dev: true, issuer: 'https://id.example.com' },
      /grantwise\.config\.json: dev: expected an issuer on a loopback host/,
    ],
    ['[]', /expected a JSON object; got another JSON value$/],
    ['{', /expected a JSON object; got text that is not JSON, at line 1, column 2$/],
  ])('%j', (content, message) => {
    const cwd = withFile(content)
    expect(refusal({}, {}, cwd)).toMatch(message)
  })

  it('--dev under a name of its own', () => {
    const made = withFile({})
    writeCertificate(made)
    const tls = { tls_cert: 'cert.pem', tls_key: 'key.pem' }
    expect(refusal({ dev: true, host: 'id.example.com', ...tls }, {}, made)).toMatch(
      /^--dev: .*got "https:\/\/id\.example\.com:4000"/,
    )
  })

  it('half of TLS', () => {
    const made = withFile('pem', 'cert.pem')
    expect(refusal({ tls_cert: 'cert.pem' }, {}, made)).toBe(
      '--tls-cert: expected --tls-key with it; got one of the two alone',
    )
    expect(refusal({}, { GRANTWISE_TLS_KEY: 'cert.pem' }, made)).toBe(
      'GRANTWISE_TLS_KEY: expected --tls-cert with it; got one of the two alone',
    )
  })

  it('and every one of them at once', () => {
    expect(refusal({ port: 'x', log_level: 'y' }, { GRANTWISE_ISSUER: 'z' }).split('\n')).toHaveLength(3)
  })
})
