import { argon2Sync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** As another server kept it: five times the memory of ours, and so five times the time. */
function imported(password: string): string {
  const nonce = Buffer.from('somesaltsomesalt')
  const tag = argon2Sync('argon2id', {
    message: password,
    nonce,
    memory: 65_536,
    passes: 3,
    parallelism: 1,
    tagLength: 32,
  })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=65536,t=3,p=1$${base64(nonce)}$${base64(tag)}`
}

const word = 'a password from elsewhere'
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const enter = async (login: string, password: string, browser = openBrowser()) =>
  signIn(browser, await browser.get(authorizeUrl(server.issuer, { prompt: 'login' })), login, password)
const account = (login: string) => server.data.store.accountByLogin(login)
const ours = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/

describe('an account that was imported with its password hash', () => {
  test('costs from its first sign-in on what any other does, known or not', async () => {
    await server.apply({ users: [{ login: 'carol', password_hash: imported(word) }] })
    expect(await enter('carol', 'a guess')).toMatchObject({ status: 400 })
    expect((await account('carol'))?.password_hash).toMatch(/m=65536/)
    expect((await enter('carol', word)).title).toContain('Web app')
    const first = (await account('carol'))?.password_hash
    expect(first).toMatch(ours)
    // Once is enough, and it is still the same password.
    expect((await enter('carol', word)).title).toContain('Web app')
    expect((await account('carol'))?.password_hash).toBe(first)
    expect(await enter('carol', 'a guess')).toMatchObject({ status: 400 })
  })

  test('stays signed in where it was: it is the same password', async () => {
    await server.apply({ users: [{ login: 'dora', password_hash: imported(word) }] })
    const { store } = server.data
    const old = await account('dora')
    const browser = openBrowser()
    await enter('dora', word, browser)
    const { sub = '', password_hash = '' } = (await account('dora')) ?? {}
    // Put back as an import would, then proven in another browser.
    await store.renewPasswordHash(sub, password_hash, old?.password_hash ?? '')
    await enter('dora', word)
    expect((await account('dora'))?.password_hash).toMatch(ours)
    expect((await browser.get(authorizeUrl(server.issuer))).html).not.toContain('id="password"')
  })

  test('that is disabled is answered like a wrong password, and nothing is written', async () => {
    const password_hash = imported(word)
    await server.apply({ users: [{ login: 'erin', password_hash, disabled: true }] })
    expect(await enter('erin', word)).toMatchObject({ status: 400 })
    expect((await account('erin'))?.password_hash).toBe(password_hash)
  })
})
