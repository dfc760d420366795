import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/apply.json')
/** A directory of its own, as an operator who just begins has. */
function workplace() {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const { PATH = '', HOME = '' } = process.env
  const environment: Record<string, string> = { PATH, HOME }
  const launch = (...args: readonly string[]): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { cwd, env: environment })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }
  return {
    cwd,
    environment,
    write(name: string, content: unknown): string {
      writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content))
      return name
    },
    /** Runs a command to its end. */
    async run(args: readonly string[], stdin = '') {
      const child = launch(...args)
      child.stdin.end(stdin)
      const closed = once(child, 'close')
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
      return { code: (await closed)[0] as number, out, err }
    },
    /** Starts a server on a free port, and waits until it says that it serves. */
    async start(...args: readonly string[]) {
      const child = launch('start', '--port', '0', '--log-level', 'silent', ...args)
      let out = ''
      for await (const chunk of child.stdout) {
        out += String(chunk)
        if (/^ {2}Data .*\n(.|\n)*\n$/m.test(out)) break
      }
      const issuer = / {2}Issuer +(\S+)/.exec(out)?.[1]
      if (issuer === undefined) throw new Error(`it did not start: ${out}${await text(child.stderr)}`)
      return { child, issuer, out }
    },
  }
}

describe('grantwise', () => {
  it('explains itself and every command, with an example of each flag', async () => {
    const { run } = workplace()
    for (const command of [
      ['start'],
      ['apply'],
      ['export'],
      ['keys', 'list'],
      ['keys', 'rotate'],
      ['keys', 'revoke'],
    ]) {
      const { code, out } = await run([...command, '--help'])
      expect(code).toBe(0)
      const help = out.replace(/\n {4,}/g, ' ')
      for (const line of help.split('\n').filter(it => /^ {2}--/.test(it))) expect(line).toMatch(/e\.g\. \S+/)
    }
    expect((await run(['--help'])).out).toMatch(/Exit status: 0 .*1 .*2 /)
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' })
  })

  it('answers wrong usage with 2 and a sentence, never a stack', async () => {
    const { run, write, cwd } = workplace()
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /Usage: grantwise/],
      [['begin'], /unknown command 'begin'/],
      [['start', '--prot', '1'], /Did you mean --port\?/],
      [['start', '--port', 'x'], /^--port: expected a whole number/],
      [['start', '--issuer', 'http://id.example.com'], /^--issuer: expected https/],
      [['apply'], /missing required argument 'file'/],
      [['apply', 'nowhere.json'], /^nowhere\.json: expected an apply file that can be read; got ENOENT/],
      [['apply', write('bad.json', '{')], /^bad\.json: expected valid JSON/],
      [['keys', 'rotate', '--alg', 'HS256'], /Allowed choices are ES256/],
      [['export'], /holds no Grantwise data/],
      [['keys', 'list', '--data-dir', 'typo'], /typo holds no Grantwise data/],
      [['export', '--json', '--yaml'], /cannot be used with/],
    ]
    for (const [args, message] of wrong) {
      const { code, err } = await run(args)
      expect(err).toMatch(message)
      expect(err).not.toMatch(/\n +at /)
      expect(code).toBe(2)
    }
    expect((await run(['export', '--data-dir', cwd])).code).toBe(2)
  })

  it('names a data directory beside the one without data', async () => {
    const { run, cwd } = workplace()
    await run(['apply', example, '--data-dir', '.grantwise demo'])
    const { code, err } = await run(['export'])
    const named = join(cwd, '.grantwise demo')
    expect([code, err]).toEqual([2, expect.stringContaining(`There is some in ${named}: say --data-dir '${named}'.`)])
  })
})

describe('grantwise apply and export', () => {
  it('apply what a file says, once, and write it back', async () => {
    const { run, write, cwd } = workplace()
    expect(await run(['apply', example, '--dry-run'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing is written; this would be:\n(.*: created\n){3}$/),
    })
    expect(existsSync(join(cwd, '.grantwise'))).toBe(false)
    expect(await run(['apply', example])).toMatchObject({ code: 0, out: expect.stringMatching(/^(.*: created\n){3}$/) })
    expect(await run(['apply', example])).toMatchObject({ code: 0, out: '3 unchanged\n', err: '' })

    const json = await run(['export'])
    const yaml = await run(['export', '--yaml'])
    expect(json.out).not.toMatch(/a-secret-of-32|correct horse/)
    expect(parse(yaml.out)).toEqual(JSON.parse(json.out))
    expect(await run(['apply', write('all.yaml', yaml.out), '--prune'])).toMatchObject({
      code: 0,
      out: '3 unchanged\n',
    })
    expect(await run(['apply', '-', '--json'], json.out)).toMatchObject({ code: 0 })
    const elsewhere = ['--data-dir', 'elsewhere']
    expect((await run(['apply', write('all.json', json.out), ...elsewhere])).code).toBe(0)
    expect((await run(['export', ...elsewhere])).out).toBe(json.out)
  })

  it('say every problem at once, as JSON where asked, and write nothing', async () => {
    const { run, write, cwd } = workplace()
    const users = [{ login: 'bob', password: 'hunter2' }]
    const file = write('bad.yaml', { clients: [{ client_id: 'app', redirect_uri: 'x' }], users })
    const plain = await run(['apply', example, file])
    expect(plain.code).toBe(2)
    expect(
      plain.err
        .trim()
        .split('\n')
        .map(line => line.split(': expected')[0]),
    ).toEqual([
      'bad.yaml: clients[0].redirect_uri',
      'bad.yaml: clients[0].redirect_uris',
      'bad.yaml: users[0].password',
      'bad.yaml: clients[0].client_secret',
    ])
    expect(plain.err).toMatch(/^bad\.yaml: clients\[0\]\.redirect_uri: expected .*did you mean redirect_uris/)
    expect(plain.err).not.toContain('hunter2')
    const json = await run(['apply', '--json', file])
    expect(json.code).toBe(2)
    expect(JSON.parse(json.out)).toMatchObject({
      applied: false,
      problems: [{ path: 'clients[0].redirect_uri' }, {}, {}, {}],
    })
    expect(existsSync(join(cwd, '.grantwise'))).toBe(false)
  })
})

describe('grantwise start', () => {
  it('serves what it applied, and says where', async () => {
    const { start, run, cwd, write } = workplace()
    const api = {
      clients: [
        {
          client_id: 'job',
          client_secret: 'a-secret-of-32-characters-or-more',
          grant_types: ['client_credentials'],
          scope: 'a:read',
          grantwise: { audiences: ['urn:example:api'] },
        },
      ],
    }
    const servers = {
      resource_servers: [{ audience: 'urn:example:api', scopes: { 'a:read': { description: 'Read' } } }],
    }
    const { child, issuer, out } = await start('--apply', write('a.yaml', api), '--apply', write('b.json', servers))
    expect(issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(out).toContain(`Open        ${issuer}/`)
    expect(out).toContain(`Data        ${join(cwd, '.grantwise')}`)
    expect(out).toMatch(/Applied {5}a\.yaml, b\.json\n.*urn:example:api: created\n.*client job: created/)

    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
    expect(await discovery.json()).toMatchObject({ issuer })
    const authorization = `Basic ${btoa('job:a-secret-of-32-characters-or-more')}`
    const token = (secret = authorization) =>
      fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: secret },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
    expect(await (await token()).json()).toMatchObject({ token_type: 'Bearer', scope: 'a:read' })

    // Another process changes the same data, and the server follows.
    const other = 'another-secret-of-32-characters-or-more'
    const rotated = { clients: [{ ...api.clients[0], client_secret: other }] }
    expect((await run(['apply', write('c.json', rotated)])).out).toMatch(
      /client_secret \(the secret before works until/,
    )
    expect((await token(`Basic ${btoa(`job:${other}`)}`)).status).toBe(200)
    expect((await token()).status).toBe(200)

    const before = JSON.parse((await run(['keys', 'list', '--json'])).out)
    const after = JSON.parse((await run(['keys', 'rotate', '--alg', 'ES256', '--json'])).out)
    const current = (keys: typeof before) =>
      keys.keys.find((it: { alg: string; status: string }) => it.alg === 'ES256' && it.status === 'current').kid
    expect(current(after)).not.toBe(current(before))
    expect(JSON.stringify(after)).not.toContain('sealed')
    const jwks = await (await fetch(`${issuer}/.well-known/jwks.json`)).json()
    expect(JSON.stringify(jwks)).toContain(current(after))
    expect((await run(['keys', 'list'])).out).toMatch(/^alg +status +kid/)

    const stolen = current(after)
    expect((await run(['keys', 'revoke', '--', stolen])).out).toMatch(/ is revoked\. .*\n\nalg +status +kid/)
    expect(await (await fetch(`${issuer}/.well-known/jwks.json`)).text()).not.toContain(stolen)
    expect(await run(['keys', 'revoke', '--json', '--', stolen])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^There is no signing key .*keys list/),
    })

    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends with 0 at SIGINT too', async () => {
    const { child } = await workplace().start()
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('refuses what it cannot do with a sentence', async () => {
    const { start, run, write, cwd } = workplace()
    const { issuer } = await start()
    const { port } = new URL(issuer)
    const taken = await run(['start', '--port', port, '--data-dir', 'other'])
    expect(taken).toMatchObject({ code: 2, err: expect.stringMatching(/^Port \d+ of 127\.0\.0\.1 is taken/) })
    const renamed = await run(['start', '--port', '0', '--issuer', 'https://id.example.com'])
    expect(renamed).toMatchObject({ code: 2, err: expect.stringMatching(/^Another server runs on/) })
    const broken = await run([
      'start',
      '--port',
      port,
      '--data-dir',
      'third',
      '--apply',
      write('x.json', { users: [{}] }),
    ])
    expect(broken).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^x\.json: users\[0\]\.login: expected a login/),
    })
    for (const { err } of [taken, renamed, broken]) expect(err).not.toMatch(/\n +at /)
    expect(readFileSync(join(cwd, '.grantwise/secret'), 'utf8')).toMatch(/^\S{43}\n$/)
  })

  it('keeps its keys where the secret is another than theirs', async () => {
    const { start, run, environment } = workplace()
    const { child, issuer } = await start()
    child.kill()
    await once(child, 'exit')
    const before = (await run(['keys', 'list'])).out
    environment['GRANTWISE_SECRET'] = 'x'.repeat(32)
    for (const command of [
      ['start', '--port', new URL(issuer).port],
      ['keys', 'rotate'],
    ]) {
      const { code, err } = await run(command)
      expect(err).toMatch(/do not open with this server secret/)
      expect(code).toBe(2)
    }
    expect((await run(['keys', 'list'])).out).toBe(before)
  })
})
