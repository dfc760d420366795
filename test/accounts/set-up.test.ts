import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { account, follow, newPassword, sessionOf, submitForm } from './support.ts'

const root = { login: 'root-of-all', password: newPassword, password_again: newPassword }

async function open(document: unknown = {}): Promise<TestServer> {
  const server = await startServer({ document })
  onTestFinished(() => server.close())
  return server
}

const codeOf = ({ setUpLink = '' }: TestServer) => new URL(setUpLink).hash.slice(1)

async function setUp(
  server: TestServer,
  token: string,
  fields: Record<string, string> = root,
  browser = openBrowser(),
) {
  const page = await browser.get(`${server.issuer}/set-up`)
  return { browser, answer: await submitForm(browser, page, '/set-up', { token, ...fields }) }
}

const admins = (server: TestServer) => readRows(server.data_dir, 'users').filter(({ admin }) => admin === 1)

describe('the set-up link', () => {
  test('holds its secret in the fragment, and only a hash of it is stored', async () => {
    const server = await open()
    expect(server.setUpLink).toMatch(new RegExp(`^${server.issuer}/set-up#[0-9a-v]{20}\\.[\\w-]{43}$`))
    const rows = JSON.stringify(readRows(server.data_dir, 'set_up_links'))
    expect(rows).toContain(codeOf(server).split('.')[0])
    expect(rows).not.toContain(codeOf(server).split('.')[1])
  })

  test.each([
    ['the code', (server: TestServer) => codeOf(server)],
    ['the whole link', (server: TestServer) => `${server.setUpLink} `],
  ])('makes the first admin from %s, signs them in, and leads on to the first app', async (_, sent) => {
    const server = await open()
    const { browser, answer } = await setUp(server, sent(server), { ...root, name: 'Root' })
    expect(answer.location?.pathname).toBe('/clients')
    expect((await follow(browser, answer)).html).toContain('No app is registered yet.')
    expect((await browser.get(`${server.issuer}/account`)).html).toContain('Root')
    expect(admins(server)).toMatchObject([{ login: 'root-of-all', roles: '["admin"]' }])
  })

  test('works once', async () => {
    const server = await open()
    await setUp(server, codeOf(server))
    const browser = openBrowser()
    expect(await browser.get(`${server.issuer}/set-up`)).toMatchObject({
      status: 403,
      title: 'This server is set up - Grantwise',
    })
    expect(readRows(server.data_dir, 'set_up_links')).toEqual([])
  })

  test('of two at once, one makes an admin', async () => {
    const server = await open()
    const both = await Promise.all(
      ['one-of-two', 'two-of-two'].map(login => setUp(server, codeOf(server), { ...root, login })),
    )
    expect(both.map(({ answer }) => answer.status).sort()).toEqual([303, 400])
    expect(admins(server)).toHaveLength(1)
  })

  test('does nothing once there is an admin, however that came to be', async () => {
    const server = await open()
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/set-up`)
    await server.apply({ users: [{ login: 'boss', password: newPassword, roles: ['admin'] }] })
    const answer = await submitForm(browser, page, '/set-up', { token: codeOf(server), ...root })
    expect(answer.status).toBe(403)
    expect(admins(server)).toMatchObject([{ login: 'boss' }])
  })

  test('does nothing when somebody else becomes admin while its form is worked on', async () => {
    const server = await open()
    const { hash } = server.data.passwords
    Object.assign(server.data.passwords, {
      hash: async (password: string) => {
        Object.assign(server.data.passwords, { hash })
        await server.apply({ users: [{ login: 'boss', password: newPassword, roles: ['admin'] }] })
        return hash(password)
      },
    })
    expect((await setUp(server, codeOf(server))).answer.status).toBe(400)
    expect(admins(server)).toMatchObject([{ login: 'boss' }])
  })

  test('lasts an hour', async () => {
    const server = await open()
    server.clock.pass(3600)
    const { answer } = await setUp(server, codeOf(server))
    expect(answer.status).toBe(400)
    expect(answer.html).toContain('older than an hour')
    expect(admins(server)).toEqual([])
  })

  test('is made anew at each start, and the one before is worth nothing', async () => {
    const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-set-up-'))
    onTestFinished(() => rmSync(data_dir, { recursive: true, force: true }))
    const first = await startServer({ document: {}, data_dir })
    const second = await first.restart()
    expect(second.setUpLink).not.toBe(first.setUpLink)
    expect((await setUp(second, codeOf(first))).answer.status).toBe(400)
    expect((await setUp(second, codeOf(second))).answer.status).toBe(303)
    const third = await second.restart()
    onTestFinished(() => third.close())
    expect(third.setUpLink).toBeUndefined()
  })

  test('is not made where there is an admin', async () => {
    const server = await open({ users: [{ login: 'boss', password: newPassword, roles: ['admin'] }] })
    expect(server.setUpLink).toBeUndefined()
    expect(readRows(server.data_dir, 'set_up_links')).toEqual([])
  })

  test('a wrong one makes nobody, and says nothing of what else was typed', async () => {
    const server = await open({ users: [{ login: 'alice', password: newPassword }] })
    const id = codeOf(server).split('.')[0]
    for (const token of ['', 'x', `${id}.${'A'.repeat(43)}`, `${codeOf(server)}x`]) {
      const { browser, answer } = await setUp(server, token, { ...root, login: 'alice', password: 'short' })
      expect(answer.status).toBe(400)
      expect(answer.html).toContain('This set-up code cannot be used')
      expect(answer.html).not.toContain('Somebody has this username')
      expect(sessionOf(browser)).toBeUndefined()
    }
    expect(admins(server)).toEqual([])
  })

  test('a fault in the form leaves it unspent', async () => {
    const server = await open({ users: [{ login: 'alice', password: newPassword }] })
    const code = codeOf(server)
    expect((await setUp(server, code, { ...root, password: 'short', password_again: 'short' })).answer.html).toContain(
      'This is too short.',
    )
    const { browser, answer } = await setUp(server, code, { ...root, login: 'alice' })
    expect(answer.html).toContain('Somebody has this username')
    // It need not be typed again, and no page shows it.
    expect(answer.html).toContain('Your set-up code is kept.')
    expect(answer.html).not.toContain(code.slice(21))
    expect((await submitForm(browser, answer, '/set-up', root)).status).toBe(303)
  })
})

test('until there is an admin, the account page says what to do', async () => {
  const server = await open({ users: [{ login: 'alice', password: newPassword }] })
  const browser = openBrowser()
  expect((await account(server, browser)).html).toContain('This server has no administrator yet.')
  await setUp(server, codeOf(server), root, browser)
  expect((await account(server, browser)).html).not.toContain('no administrator yet')
})
