import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../support/server.ts'
import { introspect, obtainTokens, refresh } from '../support/token.ts'
import { account, enter, newPassword } from './support.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
/** Runs `grantwise user …` as an operator would, with the password on standard input. */
async function user(data_dir: string, args: readonly string[], stdin = '') {
  const child = spawn(process.execPath, [main, 'user', ...args, '--data-dir', data_dir], {
    env: { PATH: process.env['PATH'] ?? '' },
  })
  child.stdin.end(stdin)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: (await closed)[0] as number, out, err }
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'grantwise-user-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('grantwise user', () => {
  test('works beside a running server, at once', async () => {
    const server = await startServer()
    onTestFinished(() => server.close())
    const run = (args: readonly string[], stdin?: string) => user(server.data_dir, args, stdin)

    const profile = ['--name', 'Carol', '--email', 'carol@example.com', '--role', 'admin']
    const added = await run(['add', 'Carol', ...profile, '--json'], `${newPassword}\n`)
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(added.out)).toMatchObject({
      added: {
        login: 'carol',
        email: 'carol@example.com',
        email_verified: false,
        roles: ['admin'],
        claims: { name: 'Carol' },
      },
    })
    expect(added.out).not.toMatch(/argon2|seven quiet/)
    expect((await enter(server, 'carol', newPassword)).page.title).toBe('Your account - Grantwise')

    const tokens = await obtainTokens(server.issuer)
    const { browser } = await enter(server)
    expect((await run(['disable', 'alice'])).out).toBe('alice is disabled: signed out, and every token is revoked.\n')
    expect((await account(server, browser)).title).toBe('Sign in - Grantwise')
    expect((await introspect(server.issuer, tokens.access_token)).body['active']).toBe(false)
    expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(400)
    expect((await enter(server)).page.status).toBe(400)
    expect((await run(['list'])).out).toContain('alice  Alice  alice@example.com  disabled\n')

    expect(JSON.parse((await run(['enable', 'alice', '--json'])).out)).toEqual({ login: 'alice', disabled: false })
    const bob = await enter(server, 'bob')
    expect((await run(['set-password', 'bob'], newPassword)).code).toBe(0)
    expect((await account(server, bob.browser)).title).toBe('Sign in - Grantwise')
    expect((await enter(server, 'bob')).page.status).toBe(400)
    expect((await enter(server, 'bob', newPassword)).page.title).toBe('Your account - Grantwise')

    expect((await run(['delete', 'bob', '--yes'])).out).toBe('bob is deleted.\n')
    expect((await enter(server, 'bob', newPassword)).page.status).toBe(400)
    const { users } = JSON.parse((await run(['list', '--json'])).out)
    expect(users.map(({ login }: { login: string }) => login)).toEqual(['alice', 'carol'])
  })

  test('lists a page at a time', async () => {
    const data_dir = directory()
    for (const login of ['ann', 'ben', 'cid']) await user(data_dir, ['add', login], newPassword)
    const first = await user(data_dir, ['list', '--limit', '2', '--json'])
    expect(JSON.parse(first.out)).toMatchObject({ users: [{ login: 'ann' }, { login: 'ben' }], next: 'ben' })
    const second = await user(data_dir, ['list', '--limit', '2', '--after', 'ben'])
    expect(second).toMatchObject({ out: 'cid\n', err: '' })
  })

  test('refuses with a sentence and 2, and changes nothing', async () => {
    const data_dir = directory()
    await user(data_dir, ['add', 'ann'], newPassword)
    const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
      [['add', 'ann'], newPassword, /somebody is called ann/],
      [['add', 'ben'], '', /standard input: expected a password/],
      [['add', 'ben'], 'short', /expected a password of at least 15 characters; got one of 5/],
      [['add', 'ben'], 'passwordpassword', /not common/],
      [['add', 'ben'], 'ben ben ben ben ben', /more than its user name/],
      [['add', 'ben'], `${newPassword}\nsecond line`, /one line/],
      [['add', 'ben', '--email', 'x'], newPassword, /email: expected an e-mail address/],
      [['add', '\u200b'], newPassword, /login: expected 1 to 254/],
      [['add', 'ben', '--password', newPassword], '', /unknown option '--password'/],
      [['set-password', 'nobody'], newPassword, /nobody is called nobody/],
      [['set-password', 'ann'], 'short', /at least 15/],
      [['disable', 'nobody'], '', /nobody is called nobody/],
      [['delete', 'ann'], '', /--yes: expected it/],
      [['delete', 'nobody', '--yes'], '', /nobody is called nobody/],
      [['list', '--limit', '0'], '', /--limit: expected a whole number/],
    ]
    for (const [args, stdin, message] of wrong) {
      const { code, err, out } = await user(data_dir, args, stdin)
      expect(err).toMatch(message)
      expect(err).not.toMatch(/\n +at |seven quiet/)
      expect([code, out]).toEqual([2, ''])
    }
    expect((await user(data_dir, ['list'])).out).toBe('ann\n')
    expect((await user(join(data_dir, 'typo'), ['list'])).err).toMatch(/holds no Grantwise data/)
  })

  test('every command and flag explains itself with an example', async () => {
    for (const name of ['add', 'list', 'set-password', 'disable', 'enable', 'delete']) {
      const { code, out } = await user('.', [name, '--help'])
      expect(code).toBe(0)
      const lines = out.replace(/\n {4,}/g, ' ').split('\n')
      for (const line of lines.filter(it => /^ {2}--/.test(it))) expect(line).toMatch(/e\.g\. \S+/)
    }
  })
})
