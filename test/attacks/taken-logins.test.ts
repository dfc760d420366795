import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { password } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.apply({ users: [{ login: 'boss', password: 'what a stranger has chosen' }] })
})
afterAll(() => server.close())

const boss = () => server.data.store.accountByLogin('boss')

test('an apply file that thinks to make an administrator does not promote who has the login', async () => {
  const entry = { login: 'boss', password, roles: ['admin'] }
  await expect(server.apply({ users: [entry] })).rejects.toThrow(/boss exists already/)
  expect((await boss())?.roles).toEqual([])
})

test('the file that made an account may promote it', async () => {
  await server.apply({ users: [{ login: 'deputy', password }] })
  await server.apply({ users: [{ login: 'deputy', password, roles: ['admin'] }] })
  expect((await server.data.store.accountByLogin('deputy'))?.roles).toEqual(['admin'])
})

test('an operator who names the sub means the account there is', async () => {
  await server.apply({ users: [{ login: 'boss', password, sub: (await boss())?.sub, roles: ['admin'] }] })
  expect((await boss())?.roles).toEqual(['admin'])
  await server.apply({ users: [{ login: 'boss', password, roles: ['admin'] }] })
  expect((await boss())?.roles).toEqual(['admin'])
})

test.each(['boss\ufe0f', 'bo\u034fss', 'boss\u3164', 'boss\u{e0100}', 'boss\u2800', 'the  boss', 'the\u00a0 boss'])(
  'nobody signs up as %j, which looks like another',
  async login => {
    const open = await startServer({ config: { sign_up: true } })
    const browser = openBrowser()
    const { html, url } = await browser.get(`${open.issuer}/sign-up`)
    const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? ''
    const made = await browser.post(url, { form, login, password, password_again: password })
    expect(made.status).toBe(400)
    expect(made.html).toContain(`value="${login}`)
    await open.close()
  },
)
