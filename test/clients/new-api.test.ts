import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { openBrowser, type Page } from '../support/browser.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { api } from '../support/world.ts'
import {
  administered,
  clientCount,
  credentialsOf,
  job,
  newClientUrl,
  openForm,
  send,
  startAdministered,
} from './support.ts'
import { enterForm, partOf } from './system.ts'

let server: TestServer
/** Where nobody registered any API. */
let empty: TestServer
beforeAll(async () => {
  server = await startAdministered()
  empty = await startAdministered({ document: { users: administered.users } })
})
afterAll(async () => {
  await Promise.all([server?.close(), empty?.close()])
})

const redirect_uris = 'https://app.example.com/callback'

/** What somebody types of an API that nobody registered; another at each call. */
let made = 0
function described() {
  made += 1
  return {
    api_audience: `https://new-${made}.example.com`,
    api_name: `Prints ${made}`,
    api_scopes: 'prints:read  See which prints there are\r\n\r\n prints:order',
    api_user_scopes: 'prints:mine See your own prints',
  }
}

const apiCount = ({ data }: TestServer) => data.store.allResourceServers().then(all => all.length)
const apiOf = ({ data }: TestServer, audience: string) => data.store.resourceServer(audience)
const faultAt = ({ html }: Page, id: string) => new RegExp(`id="${id}-problem"[^>]*>([^<]*)<`).exec(html)?.[1]

describe('an API that comes with an app', () => {
  test('a nightly import on a server without any: both are registered, and it has its first token', async () => {
    const { browser, page } = await openForm(empty, job)
    expect(page.html).toContain('none is registered on this server')
    expect(page.html).toMatch(/<input id="api_audience"[^>]* required/)
    const typed = described()
    const done = await send(browser, page, { client_name: 'Import', ...typed })
    expect([done.status, done.html.includes(`${typed.api_name}</bdi> is registered too`)]).toEqual([200, true])
    expect(await apiOf(empty, typed.api_audience)).toEqual({
      audience: typed.api_audience,
      name: typed.api_name,
      access_token_format: 'jwt',
      access_token_ttl: 3600,
      access_token_signing_alg: 'ES256',
      client_id: null,
      allow_offline_access: true,
      scopes: {
        'prints:read': { description: 'See which prints there are', requires_user: false },
        'prints:order': { description: 'prints:order', requires_user: false },
        'prints:mine': { description: 'See your own prints', requires_user: true },
      },
    })
    const { client_id, client_secret } = credentialsOf(done)
    const { status, body } = await clientCredentials(empty.issuer, {}, basic(client_id, client_secret))
    expect([status, body['scope']]).toEqual([200, 'prints:read prints:order'])
  })

  test('a web app has its scopes of a person too, beside an API that is registered', async () => {
    const { browser, page } = await openForm(server)
    expect(page.html).toMatch(/<details class="new-api">/)
    const typed = described()
    const done = await send(browser, page, { client_name: 'Web', redirect_uris, 'api-0': api, ...typed })
    const { client_id } = credentialsOf(done)
    expect(await server.data.store.client(client_id)).toMatchObject({
      scope: 'openid profile email offline_access catalog:read profile:read prints:read prints:order prints:mine',
      grantwise: { audiences: [typed.api_audience, api] },
    })
  })

  test('the audit trail says who registered it, beside the app', async () => {
    const { browser, page } = await openForm(server, job)
    const typed = described()
    await send(browser, page, { client_name: 'Import', ...typed })
    const root = await server.data.store.accountByLogin('root')
    const trail = await server.data.store.audit({ event: 'resource-server-created', first: 'newest', limit: 1 })
    expect(trail).toEqual([
      expect.objectContaining({
        by: expect.objectContaining({ actor: 'user', id: root?.sub }),
        detail: expect.objectContaining({ audience: typed.api_audience }),
      }),
    ])
  })

  test('a page and a job: each says whether it calls it, and nobody needs to where it is the only one', async () => {
    const page = partOf('Page', { ...usual, runs_on: 'browser', secret_safe: 'no', F13: 'anybody' })
    const fields = { client_name: 'Page', redirect_uris, 'client_name-2': 'Job' }
    const shown = await enterForm(server, job, [page])
    const typed = described()
    const uncalled = await send(shown.browser, shown.page, { ...fields, 'api-0-2': api, ...typed })
    expect([uncalled.status, faultAt(uncalled, 'api')]).toEqual([
      400,
      expect.stringContaining('Choose which part calls'),
    ])
    const undescribed = await send(shown.browser, uncalled, { ...fields, 'new_api-2': 'yes' })
    expect(faultAt(undescribed, 'api_audience')).toContain('Type the address of the API')
    const done = await send(shown.browser, undescribed, { ...fields, 'api-0': api, 'new_api-2': 'yes', ...typed })
    expect(done.status).toBe(200)
    const audiences = (await server.data.store.allClients()).flatMap(({ client_name = '', grantwise }) =>
      ['Page', 'Job'].includes(client_name) ? [[client_name, grantwise.audiences]] : [],
    )
    expect(Object.fromEntries(audiences)).toEqual({ Page: [api], Job: [typed.api_audience] })
  })

  test('on a server without any, a system with a job describes one: the job calls it, the page if it says so', async () => {
    const none = await startAdministered({ document: { users: administered.users } })
    try {
      const page = partOf('Page', { ...usual, runs_on: 'browser', secret_safe: 'no', F13: 'anybody' })
      const shown = await enterForm(none, job, [page])
      expect(shown.page.html).toContain('It calls the API that is described below.')
      const fields = { client_name: 'Page', redirect_uris, 'client_name-2': 'Job' }
      const missing = await send(shown.browser, shown.page, fields)
      expect(faultAt(missing, 'api_name')).toContain('Give the API a name')
      const typed = described()
      expect((await send(shown.browser, missing, { ...fields, ...typed })).status).toBe(200)
      const all = await none.data.store.allClients()
      expect(Object.fromEntries(all.map(it => [it.client_name, it.grantwise.audiences]))).toEqual({
        Page: [],
        Job: [typed.api_audience],
      })
    } finally {
      await none.close()
    }
  })

  test('a client that only learns who signs in is asked for none', async () => {
    const { page } = await openForm(server, { ...usual, F3: 'yes' })
    expect(page.html).not.toContain('api_audience')
  })
})

const refused: readonly [string, Readonly<Record<string, string>>, string, string][] = [
  ['no address', { api_audience: ' ' }, 'api_audience', 'Type the address of the API'],
  ['an address that is none', { api_audience: 'api.example.com' }, 'api_audience', 'absolute URI without fragment'],
  ['a fragment', { api_audience: 'https://api.example.com#x' }, 'api_audience', 'RFC 8707 §2'],
  ['a user name', { api_audience: 'https://me:pw@api.example.com' }, 'api_audience', 'user name'],
  ['the address of an API that exists', { api_audience: api }, 'api_audience', 'no API that is registered'],
  ['no name', { api_name: '' }, 'api_name', 'Give the API a name'],
  ['a name of control characters', { api_name: 'a\u0007b' }, 'api_name', 'one line of 1 to 200'],
  ['a scope that is none', { api_scopes: 'ok Fine\n"read" Read' }, 'api_scopes', 'RFC 6749 §3.3'],
  ['a scope of ours', { api_user_scopes: 'openid Who you are' }, 'api_user_scopes', 'OpenID Connect'],
  ['one scope twice', { api_scopes: 'a One\na Two' }, 'api_scopes', 'Give a one line'],
  ['one scope with a person and without', { api_user_scopes: 'prints:read Mine' }, 'api_user_scopes', 'prints:read'],
  ['a meaning too long', { api_scopes: `a ${'x'.repeat(501)}` }, 'api_scopes', 'In the line of a: Expected one line'],
]

describe('is refused at its field, and nothing of the form is registered:', () => {
  test.each(refused)('%s', async (_what, wrong, field, said) => {
    const { browser, page } = await openForm(server, job)
    const before = [await clientCount(server), await server.data.store.allResourceServers()]
    const typed = { ...described(), ...wrong }
    const shown = await send(browser, page, { client_name: 'Import', 'api-0': api, ...typed })
    expect([shown.status, shown.title]).toEqual([400, 'Not registered yet - Grantwise'])
    expect(faultAt(shown, field)).toContain(said)
    expect(shown.html).toMatch(new RegExp(`<(input|textarea) id="${field}"[^>]* aria-invalid="true"`))
    expect(shown.html.match(/class="problem"/g)).toHaveLength(1)
    expect([await clientCount(server), await server.data.store.allResourceServers()]).toEqual(before)
    // What was typed is kept, and sent again with another word it registers.
    expect(shown.html).toContain('<details class="new-api" open>')
    expect(shown.html).toContain('prints:')
    expect((await send(browser, shown, { client_name: 'Import', ...described() })).status).toBe(200)
  })

  test('the server itself, whose tokens are for everybody’s userinfo', async () => {
    const { browser, page } = await openForm(empty, job)
    const count = await apiCount(empty)
    const shown = await send(browser, page, { client_name: 'x', ...described(), api_audience: empty.issuer })
    expect([shown.status, faultAt(shown, 'api_audience')]).toEqual([400, expect.stringContaining('not this server')])
    expect(await apiCount(empty)).toBe(count)
  })

  test('a client that will not do keeps the API back too', async () => {
    const { browser, page } = await openForm(server)
    const typed = described()
    const shown = await send(browser, page, { client_name: 'Web', redirect_uris: 'http://x.example/cb', ...typed })
    expect(shown.status).toBe(400)
    expect(await apiOf(server, typed.api_audience)).toBeUndefined()
    const mend = { client_name: 'Web', redirect_uris: 'http://x.example/cb', ...typed, mend: 'http://x.example/cb' }
    const mended = await send(browser, shown, mend)
    expect([mended.status, mended.html.includes(`value="${typed.api_audience}"`)]).toEqual([200, true])
    expect(await apiOf(server, typed.api_audience)).toBeUndefined()
  })

  test('one more API than the answers allow', async () => {
    const { browser, page } = await openForm(server, { ...usual, F8: 'no' })
    const two = await send(browser, page, { client_name: 'Web', redirect_uris, 'api-0': api, ...described() })
    expect(faultAt(two, 'audiences')).toContain('Choose one')
  })
})

describe('one API, whoever asks', () => {
  test('the form sent three times at once registers it once', async () => {
    const { browser, page } = await openForm(server, job)
    const before = await clientCount(server)
    const typed = described()
    const sent = () => send(browser, page, { client_name: 'Import', ...typed })
    const answers = await Promise.all([sent(), sent(), sent()])
    answers.push(await sent())
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
    expect(answers.filter(({ title }) => title?.startsWith('Registered before'))).toHaveLength(3)
    expect(await clientCount(server)).toBe(before + 1)
  })

  test('two forms that describe the same one at once: one of them is told, and its client is not made', async () => {
    const [one, two] = await Promise.all([openForm(server, job), openForm(server, job)])
    const before = await clientCount(server)
    const typed = described()
    const answers = await Promise.all(
      [one, two].map(({ browser, page }, index) =>
        send(browser, page, { client_name: 'Import', ...typed, api_name: `The ${index}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    const [winner] = answers.flatMap(({ status }, index) => (status === 200 ? [`The ${index}`] : []))
    expect((await apiOf(server, typed.api_audience))?.name).toBe(winner)
    expect(await clientCount(server)).toBe(before + 1)
  })

  test('whoever is no administrator registers none', async () => {
    const admin = await openForm(server, job)
    const alice = await openForm(server, job, 'alice')
    expect([alice.page.status, alice.page.html.includes('api_audience')]).toEqual([403, false])
    const typed = described()
    const borrowed = await send(alice.browser, admin.page, { client_name: 'x', ...typed })
    expect(borrowed.status).toBe(400)
    const nobody = await openBrowser().post(newClientUrl(server, job), { client_name: 'x', ...typed })
    expect(nobody.title).toContain('Sign in')
    expect(await apiOf(server, typed.api_audience)).toBeUndefined()
  })

  test('what is typed is text', async () => {
    const hostile = '"><script>alert(1)</script>'
    const { browser, page } = await openForm(server, job)
    const typed = { ...described(), api_name: hostile, api_scopes: `a ${hostile}` }
    const shown = await send(browser, page, { client_name: '', ...typed })
    const done = await send(browser, page, { client_name: 'x', ...typed })
    expect([shown.status, done.status]).toEqual([400, 200])
    for (const { html } of [shown, done]) expect(html).not.toMatch(/<script(?! type="module" src="\/assets\/)/)
  })
})
