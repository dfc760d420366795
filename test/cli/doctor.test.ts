import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { published } from '../doctor/samples.ts'
import { type KeyServer, startKeyServer } from '../support/key-server.ts'
import { launch, run } from '../support/program.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'

let directory: string
let other: KeyServer
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'grantwise-doctor-'))
  other = await startKeyServer()
  writeFileSync(join(directory, 'ca.pem'), other.reached.outgoing.ca ?? '')
})
afterAll(async () => {
  await other.close()
  rmSync(directory, { recursive: true })
})

/** By its address, which its certificate names too. */
const issuer = () => `https://127.0.0.1:${other.port}`
const doctor = (...args: readonly string[]) => doctorWith({}, ...args)
const doctorWith = (env: Record<string, string>, ...args: readonly string[]) =>
  run(['doctor', ...args], { cwd: directory, env: { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem'), ...env } })
const reach = ['--outgoing-allow', '127.0.0.1']

describe('grantwise doctor', () => {
  test('asks an issuer for its metadata, and says the worst first', async () => {
    other.documents.set('/.well-known/openid-configuration', { ...published('keycloak'), issuer: issuer() })
    const { code, out, err } = await doctor(issuer(), ...reach)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^\nIssuer ${issuer()}\n\n {2}error {4}password-offered · grant_types_supported\n`))
    expect(out).toContain('    Mend: Move its clients to the authorization code flow, then switch the grant off.\n')
  })

  test('where RFC 8414 puts it, and of another issuer', async () => {
    other.documents.set('/.well-known/oauth-authorization-server/a', published('google'))
    const { out } = await doctor(`${issuer()}/a`, ...reach, '--json')
    const [diagnosis] = JSON.parse(out) as [{ findings: { id: string; severity: string }[] }]
    expect(diagnosis.findings[0]).toMatchObject({ id: 'issuer-differs', severity: 'error', rule: 'RFC 8414 §3.3' })
  })

  test('goes out through the guard only', async () => {
    const before = other.connections()
    const { code, err } = await doctor(issuer())
    expect(code).toBe(2)
    expect(err).toContain('127.0.0.1 is not at a public address')
    expect(err).toContain('curl … | grantwise doctor -')
    expect(other.connections()).toBe(before)
  })

  test.each([
    ['error', 0],
    ['warning', 4],
    ['note', 4],
  ])('--fail-on %s of what has a warning exits with %i', async (severity, expected) => {
    writeFileSync(join(directory, 'google.json'), JSON.stringify(published('google')))
    expect((await doctor('google.json', '--fail-on', severity)).code).toBe(expected)
  })

  test('reads standard input', async () => {
    const child = launch(['doctor', '-'], { cwd: directory })
    child.stdin.end('https://id.example.com/authorize?response_type=token&client_id=a')
    const out: Buffer[] = []
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) out.push(chunk)
    expect(Buffer.concat(out).toString()).toContain('error    implicit-used')
  })

  test.each([
    ['nothing', [], 'Name one thing to look at, or say --self.'],
    ['two things', ['x', '--self'], 'Name one thing to look at, or say --self.'],
    ['no file', ['none.json'], 'none.json: expected a file that this process can read; got ENOENT'],
    ['no data', ['--self'], 'holds no Grantwise data'],
  ])('%s is refused with what to do', async (_, args, said) => {
    const { code, err } = await doctor(...args)
    expect({ code, said: err.includes(said) }).toEqual({ code: 2, said: true })
  })
})

describe('grantwise doctor --self', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ document: withRetired(world), config: { allow: ['password'] } })
    const { client_id } = passwordClient
    const typed = { grant_type: 'password', username: 'alice', password, scope: 'openid' }
    await post(`${server.issuer}/token`, typed, basic(client_id))
    await post(`${server.issuer}/token`, typed, basic(client_id))
  })
  afterAll(() => server.close())

  const self = ({ data_dir }: TestServer, allow: string) =>
    doctorWith({ GRANTWISE_ALLOW: allow }, '--self', '--data-dir', data_dir, '--json')

  test('looks at configuration, metadata and clients, beside the running server', async () => {
    const { code, out } = await self(server, 'password')
    const diagnoses = JSON.parse(out) as { about: string; findings: { id: string; what: string }[] }[]
    const [own] = diagnoses
    expect([code, own?.about]).toEqual([0, server.issuer])
    const ids = own?.findings.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['password-offered', 'issuer-local', 'admin-missing', 'retired-used']))
    expect(own?.findings.find(({ id }) => id === 'retired-used')?.what).toMatch(
      /^The client old-app used password 2 times, last \d+ (second|minute)s? ago\.$/,
    )
    const old = diagnoses.find(({ about }) => about === 'Our old app')
    expect(old?.findings.map(({ id }) => id)).toContain('password-used')
    expect(out).not.toContain(password)
  })

  test('says that a flow is offered that nobody uses', async () => {
    const unused = await startServer()
    const { out } = await self(unused, 'implicit')
    expect(out).toContain('"retired-unused"')
    await unused.close()
  })

  test.skipIf(process.platform === 'win32')('says that others may put their files beside ours', async () => {
    const open = await startServer()
    expect((await self(open, '')).out).not.toContain('"directory-open"')
    chmodSync(open.data_dir, 0o777)
    expect((await self(open, '')).out).toContain('"directory-open"')
    await open.close()
  })
})
