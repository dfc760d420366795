import { exec } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mendRedirectUri } from '../../src/admin/mend-redirect-uri.ts'
import { PageAnswered } from '../../src/admin/ports.ts'
import { redirectUriFault } from '../../src/admin/redirect-uri.ts'
import { registerAdvised } from '../../src/admin/register-advised.ts'
import { advise } from '../../src/advisor/advise.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { enter } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { authorize, authorizeUrl, openBrowser, type Page, verifier } from '../support/browser.ts'
import { type Codes, decide, poll, typeCode } from '../support/device.ts'
import { fieldsOf } from '../support/form.ts'
import { freePort } from '../support/free-port.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials, post } from '../support/token.ts'
import { api, opaqueApi, password } from '../support/world.ts'
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

let server: TestServer
beforeAll(async () => {
  server = await startAdministered()
})
afterAll(() => server?.close())

const redirect_uris = 'https://app.example.com/callback'
const web = { client_name: 'Photo Prints', redirect_uris, 'api-0': api }

/** Answers the advisor from the front page on, then follows its link to the form. */
async function fromTheFront(answers: Readonly<Record<string, string>>): Promise<{ url: string; page: Page }> {
  const browser = openBrowser()
  let page = await browser.get(`${server.issuer}/?for=apps`)
  for (let asked = 0; asked < 10; asked++) {
    const links = [...page.html.matchAll(/<a class="choice-link" href="([^"]*)"/g)].map(([, href = '']) =>
      decoded(href),
    )
    const next = links.find(href => {
      const last = [...new URL(href, page.url).searchParams].at(-1)
      return last !== undefined && answers[last[0]] === last[1]
    })
    if (next === undefined) break
    page = await browser.get(new URL(next, page.url).href)
  }
  const link = /<a class="button" href="([^"]*)">Register it here<\/a>/.exec(page.html)?.[1]
  expect(link, page.title).toBeDefined()
  return { url: new URL(decoded(link ?? ''), page.url).href, page }
}

const decoded = (text: string) => text.replaceAll('&amp;', '&')

describe('from the front page to a token', () => {
  test('a web app: sign-in on the way, then the form, then a real sign-in with what it showed', async () => {
    const { url } = await fromTheFront({ ...usual })
    const answers = Object.fromEntries(new URL(url).searchParams)
    const { browser, page } = await openForm(server, answers)
    expect(page.url).toBe(url)
    expect(page.html).toContain('authorization_code')
    const done = await send(browser, page, web)
    expect(done.status).toBe(200)
    expect(done.title).toContain('Photo Prints is registered')
    expect(done.html).toContain(`<code>${server.issuer}</code>`)
    const { client_id, client_secret = '' } = credentialsOf(done)
    expect(client_secret).toMatch(/^[\w-]{43}$/)

    const redirect_uri = web.redirect_uris
    const params = await authorize(openBrowser(), authorizeUrl(server.issuer, { client_id, redirect_uri }))
    const fields = {
      grant_type: 'authorization_code',
      code: params.get('code') ?? '',
      redirect_uri,
      code_verifier: verifier,
    }
    const { status, body } = await post(`${server.issuer}/token`, fields, basic(client_id, client_secret))
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ id_token: expect.any(String), refresh_token: expect.any(String) }),
    ])

    expect(await server.data.store.client(client_id)).toMatchObject({
      client_name: 'Photo Prints',
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'openid profile email offline_access catalog:read profile:read',
      grantwise: {
        runs_on: 'server',
        acts_for: ['user'],
        owners: ['root'],
        audiences: [api],
        advice: { policy: 'best-practice', flow: 'authorization_code+pkce:confidential', rule_id: 'bp5', answers },
      },
    })
  })

  test('a program that acts for itself: no address is asked for', async () => {
    const { url } = await fromTheFront(job)
    const { browser, page } = await openForm(server, Object.fromEntries(new URL(url).searchParams))
    expect(page.html).not.toContain('redirect_uris')
    const done = await send(browser, page, { client_name: 'Nightly import', 'api-0': api })
    const { client_id, client_secret } = credentialsOf(done)
    const { status, body } = await clientCredentials(server.issuer, {}, basic(client_id, client_secret))
    expect([status, body['scope']]).toEqual([200, 'catalog:read'])
    expect(done.html).toContain('grant_type=client_credentials')
  })

  test('a television: no address is asked for, and the command of the page brings its first code', async () => {
    const { url } = await fromTheFront({ ...usual, runs_on: 'device', redirect: 'no' })
    const { browser, page } = await openForm(server, Object.fromEntries(new URL(url).searchParams))
    for (const word of ['redirect_uris', 'PKCE']) expect(page.html).not.toContain(word)
    const done = await send(browser, page, { client_name: 'Living-room TV', 'api-0': api })
    for (const word of ['redirect_uri', 'redirect-uri', 'Redirect URI', 'PKCE']) expect(done.html).not.toContain(word)
    const { client_id, client_secret } = credentialsOf(done)
    expect(client_secret).toBeUndefined()
    const command = /codes=\$\(([^)]*)\)/.exec(done.html)?.[1] ?? ''
    const { stdout } = await promisify(exec)(command)
    const codes = JSON.parse(stdout) as Codes
    const { browser: alice } = await enter(server)
    await decide(alice, await typeCode(alice, server.issuer, codes.user_code))
    const { status, body } = await poll(server.issuer, codes, { client_id })
    expect([status, body['scope']]).toEqual([200, 'openid profile email offline_access catalog:read profile:read'])
  })

  test('a job that its platform vouches for: which, and no secret', async () => {
    const { url } = await fromTheFront({ ...job, runs_on: 'ci', platform_id: 'yes' })
    const { browser, page } = await openForm(server, Object.fromEntries(new URL(url).searchParams))
    const [issuer, subject] = ['https://ci.example.com', 'repo:photos/prints:ref:refs/heads/main']
    const named = { client_name: 'Deployment', 'api-0': api }
    const empty = await send(browser, page, named)
    expect([empty.status, empty.html.match(/class="problem"/g)?.length]).toEqual([400, 2])
    const wrong = await send(browser, page, { ...named, federated_issuer: 'http://x', federated_subject: 'repo:*' })
    expect(wrong.html).toContain('there are no patterns')
    expect(wrong.html.match(/role="alert"/g)).toHaveLength(2)
    const done = await send(browser, page, { ...named, federated_issuer: issuer, federated_subject: ` ${subject} ` })
    const { client_id, client_secret } = credentialsOf(done)
    expect(client_secret).toBeUndefined()
    expect(done.html).toContain('--data-urlencode client_assertion@-')
    expect(await server.data.store.client(client_id)).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      secrets: [],
      grantwise: { federated: { issuer, subject }, advice: { flow: 'client_credentials:federated' } },
    })
  })

  test('several APIs are told apart by their resource', async () => {
    const { browser, page } = await openForm(server, job)
    const done = await send(browser, page, { client_name: 'Both', 'api-0': api, 'api-1': opaqueApi })
    const { client_id, client_secret } = credentialsOf(done)
    expect(done.html).toContain(`resource=${api}`)
    const answer = await clientCredentials(server.issuer, { resource: opaqueApi }, basic(client_id, client_secret))
    expect(answer.status).toBe(200)
  })

  test('an app that cannot keep a secret is given none, and the chosen policy and follow-ups count', async () => {
    const { browser, page } = await openForm(server, {
      ...usual,
      runs_on: 'native',
      F1: 'no',
      F5: 'yes',
      policy: 'auth0',
    })
    const done = await send(browser, page, { client_name: 'Phone', redirect_uris: 'com.example.phone:/callback' })
    const { client_id, client_secret } = credentialsOf(done)
    expect(client_secret).toBeUndefined()
    expect(done.html).not.toContain('client_secret')
    expect(await server.data.store.client(client_id)).toMatchObject({
      grant_types: ['authorization_code'],
      secrets: [],
      grantwise: { policy: 'auth0', first_party: true, runs_on: 'native' },
    })
  })

  test('one API is chosen already; with none, only an app that people sign in to is registered without one', async () => {
    const { users, resource_servers } = administered
    const one = await startAdministered({
      document: { users, resource_servers: [{ ...resource_servers[0], client_id: null }] },
    })
    const none = await startAdministered({ document: { users } })
    try {
      const { browser, page } = await openForm(one, job)
      expect(page.html).toMatch(new RegExp(`name="api-0" value="${api}" checked`))
      const { client_id } = credentialsOf(await send(browser, page, { client_name: 'Import', 'api-0': api }))
      expect((await one.data.store.client(client_id))?.grantwise.audiences).toEqual([api])
      const web = await openForm(none)
      expect(web.page.html).toContain('none is registered on this server')
      const { client_id: alone } = credentialsOf(
        await send(web.browser, web.page, { client_name: 'Web', redirect_uris }),
      )
      expect((await none.data.store.client(alone))?.grantwise.audiences).toEqual([])
      const late = { app: await openForm(one), job: await openForm(one, job) }
      await one.data.store.applyChanges([{ kind: 'delete_resource_server', audience: api }], 0)
      const refused = await send(late.job.browser, late.job.page, { client_name: 'Late', 'api-0': api })
      expect([refused.status, refused.html.includes('id="api_audience-problem"')]).toEqual([400, true])
      const told = await send(late.app.browser, late.app.page, { client_name: 'Late', redirect_uris, 'api-0': api })
      expect([told.status, told.html.includes('id="audiences-problem"')]).toEqual([400, true])
      expect(await clientCount(one)).toBe(1)
    } finally {
      await Promise.all([one.close(), none.close()])
    }
  })
})

describe('who may', () => {
  test('nobody signed in: the answers wait sealed in the form, through a wrong password, and no parameter says where to', async () => {
    const browser = openBrowser()
    const shown = await browser.get(newClientUrl(server))
    expect(shown.title).toContain('Sign in')
    expect(Object.keys(fieldsOf(shown.html))).toEqual(['form'])
    const sent = (login: string, word: string, page: Page) =>
      browser.post(`${server.issuer}/sign-in`, { ...fieldsOf(page.html), login, password: word })
    const wrong = await sent('root', 'not it', shown)
    expect(wrong.status).toBe(400)
    const right = await sent('root', password, wrong)
    expect(right.status).toBe(303)
    expect(right.location?.href).toBe(newClientUrl(server))
  })

  test('a form of another sign-in page leads to the account as ever', async () => {
    const { page } = await enter(server, 'root')
    expect(page.title).toContain('Your account')
  })

  test('whoever is no administrator is told who may, and given the command and the apply file', async () => {
    const before = await clientCount(server)
    const { browser, page } = await openForm(server, undefined, 'alice')
    expect(page.status).toBe(403)
    expect(page.html).toContain('grantwise client create --from-advice -')
    expect(page.html).not.toContain('name="form"')
    const file = JSON.parse(textOf(/<pre tabindex="0"><code>(\{.*?)<\/code>/s.exec(page.html)?.[1] ?? ''))
    expect(file.clients[0]).toMatchObject({
      grantwise: { owners: ['alice'], advice: { flow: 'authorization_code+pkce:confidential' } },
    })
    await expect(server.apply(file)).rejects.toThrow(/client_id.*client_secret.*redirect_uris/s)
    Object.assign(file.clients[0], { client_id: 'from-the-page', client_secret: 'x'.repeat(40), scope: 'openid' })
    Object.assign(file.clients[0], { redirect_uris: [web.redirect_uris] })
    file.clients[0].grantwise.audiences = [api]
    await server.apply(file)
    expect(await server.data.store.client('from-the-page')).toBeDefined()
    // By hand, with a form that was sealed for another purpose of the same session.
    const account = await browser.get(`${server.issuer}/account/password`)
    const tried = await send(browser, account, web)
    expect(tried.status).toBe(400)
    expect(await clientCount(server)).toBe(before + 1)
  })

  test('who was an administrator when the page was shown, and is none any more, registers nothing', async () => {
    const fresh = await startAdministered()
    try {
      const { browser, page } = await openForm(fresh)
      const account = await fresh.data.store.accountByLogin('root')
      if (!account) throw new Error('no root')
      await fresh.data.store.applyChanges([{ kind: 'put_user', account: { ...account, roles: [] } }], fresh.clock.now())
      const before = await clientCount(fresh)
      const refused = await send(browser, page, web)
      expect(refused.status).toBe(403)
      expect(await clientCount(fresh)).toBe(before)
    } finally {
      await fresh.close()
    }
  })

  test('a flow that this server cannot run is said, and half the answers lead back to the advisor', async () => {
    const ciba = await openForm(server, { ...usual, redirect: 'no' })
    expect(ciba.page.html).toContain('urn:openid:params:grant-type:ciba')
    expect(ciba.page.html).not.toContain('client_name')
    const browser = openBrowser()
    const half = await browser.get(newClientUrl(server, { acts_for: 'user' }))
    expect([half.status, half.location?.href]).toEqual([303, `${server.issuer}/?acts_for=user`])
    const none = await browser.get(newClientUrl(server, { ...usual, runs_on: 'ci' }))
    expect(none.location?.pathname).toBe('/')
    const unknown = await browser.get(newClientUrl(server, { runs_on: 'toaster' }))
    expect(unknown.status).toBe(400)
  })
})

describe('the form is bound', () => {
  test.each(['another browser', 'another session of the same browser', 'no field', 'another site'])(
    '%s registers nothing',
    async how => {
      const before = await clientCount(server)
      const { browser, page } = await openForm(server)
      if (how === 'another site') {
        const refused = await send(browser, page, web, { origin: 'https://evil.example' })
        expect(refused.status).toBe(400)
      } else if (how === 'no field') {
        expect((await browser.post(`${server.issuer}/clients/new`, web)).status).toBe(400)
      } else {
        // The same person, signed in once more; in one case with the same browser cookie.
        const other = openBrowser()
        const kept = [...browser.cookies].filter(([name]) => how !== 'another browser' && !name.includes('session'))
        for (const [name, value] of kept) other.cookies.set(name, value)
        await enter(server, 'root', password, other)
        const refused = await send(other, page, web)
        expect(refused.status).toBe(400)
        expect(refused.html).toContain('/errors/page-foreign')
      }
      expect(await clientCount(server)).toBe(before)
    },
  )

  test('too late, everything typed is still there', async () => {
    const fresh = await startAdministered()
    try {
      const { browser, page } = await openForm(fresh)
      const before = await clientCount(fresh)
      fresh.clock.pass(3601)
      const late = await send(browser, page, web)
      expect(late.status).toBe(400)
      expect(late.html).toContain('open for too long')
      expect(late.html).toContain('value="Photo Prints"')
      expect(late.html).toContain(web.redirect_uris)
      expect(await clientCount(fresh)).toBe(before)
      expect((await send(browser, late, web)).status).toBe(200)
    } finally {
      await fresh.close()
    }
  })

  test('signed out meanwhile, it asks to sign in and keeps the answers', async () => {
    const { browser, page } = await openForm(server)
    for (const name of [...browser.cookies.keys()]) if (name.includes('session')) browser.cookies.delete(name)
    const action = decoded(/<form method="post" action="([^"]*)"/.exec(page.html)?.[1] ?? '')
    const asked = await browser.post(new URL(action, page.url).href, { ...fieldsOf(page.html), ...web })
    const back = await browser.post(`${server.issuer}/sign-in`, { ...fieldsOf(asked.html), login: 'root', password })
    expect(back.location?.href).toBe(newClientUrl(server))
  })

  test('sent twice, one after the other or at once, it makes one client and shows its secret once', async () => {
    const { browser, page } = await openForm(server)
    const before = await clientCount(server)
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(browser, page, web)))
    answers.push(await send(browser, page, web))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    expect(await clientCount(server)).toBe(before + 1)
    const ids = answers.map(answer => credentialsOf(answer))
    expect(new Set(ids.map(({ client_id }) => client_id)).size).toBe(1)
    expect(ids.filter(({ client_secret }) => client_secret !== undefined)).toHaveLength(1)
    const { client_id = '', client_secret } = ids.find(it => it.client_secret !== undefined) ?? {}
    expect((await server.data.store.client(client_id))?.secrets).toHaveLength(1)
    expect((await clientCredentials(server.issuer, {}, basic(client_id, client_secret))).body.error).not.toBe(
      'invalid_client',
    )
  })
})

test('one page makes one client, however its posts interleave with each other', async () => {
  const { advice } = advise({ answers: job })
  const registration = advice && registrationOf(advice['best-practice'])
  if (!registration) throw new Error('no registration')
  const { store } = server.data
  const powers = { ...server.data, hash: nodeHash, grantTypes: ['client_credentials'] }
  // Each of these looked before any of them wrote.
  let waiting = 0
  let go = (): void => {}
  const all = new Promise<void>(resolve => {
    go = resolve
  })
  const together: typeof store.applyChanges = async (changes, now) => {
    waiting += 1
    if (waiting === 5) go()
    await all
    return store.applyChanges(changes, now)
  }
  const id = 'one-page'
  const typed = { client_id: id, client_name: 'Import', redirect_uris: [], audiences: [api], scope: undefined }
  const register = () =>
    registerAdvised(
      { registration, typed },
      {
        ...powers,
        store: new Proxy(store, {
          get(target, name) {
            const value: unknown = name === 'applyChanges' ? together : Reflect.get(target, name, target)
            return typeof value === 'function' ? value.bind(target) : value
          },
        }),
      },
      { answers: { id, expires_at: server.clock.now() + 60 } },
    )
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(register))
  const made = results.flatMap(result => (result.status === 'fulfilled' ? [result.value.client.client_secret] : []))
  const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
  expect(made).toHaveLength(1)
  expect(refused.every(error => error instanceof PageAnswered)).toBe(true)
  const stored = await store.client(id)
  expect(stored?.secrets.map(({ hash }) => hash)).toEqual(made.map(secret => nodeHash.sha256(secret ?? '')))
})

describe('the secret', () => {
  test('is in one answer, which nobody may keep; never in the database, the log or a journey', async () => {
    const fresh = await startAdministered({ config: { log_level: 'trace' } })
    let secret = ''
    try {
      const { browser, page } = await openForm(fresh)
      await send(browser, page, { ...web, redirect_uris: 'https://app.example.com/#x' })
      const done = await send(browser, page, web)
      expect(done.headers.get('cache-control')).toBe('no-store')
      expect(done.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
      const { client_id, client_secret = '' } = credentialsOf(done)
      secret = client_secret
      // By its name, and in the settings that go beside the code.
      expect(done.html.split(secret)).toHaveLength(3)
      expect(done.html).toContain(`\nCLIENT_SECRET=${secret}\n`)
      expect((await fresh.data.store.client(client_id))?.secrets[0]?.hash).not.toBe(secret)
      await clientCredentials(fresh.issuer, {}, basic(client_id, secret))
      expect(JSON.stringify(await fresh.journeys.list())).not.toContain(secret)
      for (const file of readdirSync(fresh.data_dir).filter(it => !it.endsWith('.sock'))) {
        expect([file, readFileSync(join(fresh.data_dir, file)).includes(secret)]).toEqual([file, false])
      }
    } finally {
      await fresh.close()
    }
    expect(secret).not.toBe('')
    expect(fresh.log.join('')).toContain('redirect-uri-unfit')
    expect(fresh.log.join('')).not.toContain(secret)
  })
})

describe('what was settled by follow-ups', () => {
  const app = { ...usual, runs_on: 'native', secret_safe: 'no' }

  test.each([
    [{ F4: 'claimed-https' }, 'https://app.example.com/callback', 'RFC 8252 §7.2'],
    [{ F4: 'loopback' }, 'http://127.0.0.1/callback', 'RFC 8252 §7.3'],
    [{ F4: 'custom-scheme' }, 'com.example.app:/callback', 'RFC 8252 §7.1'],
    [{ F4: 'loopback', F16: 'yes' }, 'https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/', 'getRedirectURL'],
    [{ F17: 'yes' }, 'http://127.0.0.1/callback', 'RFC 8252 §7.3'],
  ])('%j: the address is asked for as what it will be', async (followups, example, words) => {
    const { page } = await openForm(server, { ...app, ...followups })
    expect(page.html).toContain(`placeholder="${example}"`)
    expect(page.html).toContain(words)
  })

  test('F12: the network is asked for, looked at, and becomes the policy of the client', async () => {
    const { browser, page } = await openForm(server, { ...usual, F12: 'yes' })
    const empty = await send(browser, page, web)
    expect([empty.status, empty.html.match(/class="problem"/g)?.length]).toEqual([400, 2])
    expect(empty.html).toContain('you answered that it is for one only')
    const wrong = await send(browser, empty, { ...web, network: '10.0.0.0/99', network_name: 'the office network' })
    expect(wrong.html).toContain('id="network-problem"')
    const named = { ...web, network: '10.0.0.0/8\n 2001:db8::/32', network_name: 'the office network' }
    const { client_id } = credentialsOf(await send(browser, wrong, named))
    expect((await server.data.store.client(client_id))?.grantwise.network_policy).toMatchObject({
      mode: 'enforce',
      cidrs: ['10.0.0.0/8', '2001:db8::/32'],
      text: 'the office network',
    })
  })

  test('F8: one API is one, and several are at least one', async () => {
    const one = await openForm(server, { ...usual, F8: 'no' })
    const two = await send(one.browser, one.page, { ...web, 'api-1': opaqueApi })
    expect([two.status, two.html.includes('Choose one: you answered')]).toEqual([400, true])
    expect((await send(one.browser, two, web)).status).toBe(200)
    const several = await openForm(server, { ...usual, F14: 'yes' })
    const none = await send(several.browser, several.page, { client_name: 'x', redirect_uris: web.redirect_uris })
    expect([none.status, none.html.includes('Choose each that it calls')]).toEqual([400, true])
  })

  test('what follows is listed with its reasons', async () => {
    const { page } = await openForm(server, { ...usual, F13: 'anybody', F1: 'yes' })
    expect(page.html).toContain('7 days unused, 30 days in all')
    expect(page.html).toMatch(
      /<dt>Consent<\/dt><dd>asked for <span class="why">You answered “Who wrote it\?” Anybody may have\./,
    )
  })
})

/** What people type, what they are told, and what they are offered. */
const mistakes = [
  ['http beyond this machine', 'http://app.example.com/cb', 'Expected https', 'https://app.example.com/cb'],
  ['a fragment', 'https://app.example.com/cb#home', 'no fragment', 'https://app.example.com/cb'],
  ['a wildcard', 'https://*.example.com/cb', 'no wildcard', undefined],
  [
    'capital letters in the host',
    'https://App.Example.com/Cb',
    'the host as browsers send it',
    'https://app.example.com/Cb',
  ],
  [
    'capital letters in the scheme',
    'HTTPS://app.example.com/cb',
    'the scheme in lower case',
    'https://app.example.com/cb',
  ],
  ['no scheme', 'app.example.com/cb', 'an absolute URI', 'https://app.example.com/cb'],
  ['no scheme, on this machine', 'localhost:3000/cb', 'Expected https', 'http://localhost:3000/cb'],
  [
    'dot segments',
    'https://app.example.com/a/../cb',
    'no &quot;.&quot; or &quot;..&quot; segments',
    'https://app.example.com/cb',
  ],
  ['a user name', 'https://me:pw@app.example.com/cb', 'no user name', 'https://app.example.com/cb'],
  ['a space', 'https://app.example.com/my app', 'printable ASCII', 'https://app.example.com/my%20app'],
  ['an umlaut', 'https://bücher.example/zurück', 'printable ASCII', 'https://xn--bcher-kva.example/zur%C3%BCck'],
  ['a scheme without a dot', 'myapp:/callback', 'a private-use scheme with a dot', undefined],
  [
    'another spelling of this machine',
    'http://127.1:3000/cb',
    'the host as browsers send it',
    'http://127.0.0.1:3000/cb',
  ],
  ['a backslash before another host', 'https://good.example\\@evil.example/cb', 'no backslash', undefined],
  ['a script', 'javascript:alert(1)', 'a private-use scheme with a dot', undefined],
] as const

describe('an address with', () => {
  test.each(mistakes)(
    '%s is named beside the field, and mended by one click where there is one meaning',
    async (_what, typed, said, mended) => {
      expect(redirectUriFault(typed)).toBeDefined()
      expect(mendRedirectUri(typed)).toBe(mended)
      const { browser, page } = await openForm(server)
      const before = await clientCount(server)
      const sent = { ...web, redirect_uris: `https://good.example.com/cb\n${typed}` }
      const shown = await send(browser, page, sent)
      expect(shown.status).toBe(400)
      expect(shown.html.replaceAll('&#39;', "'")).toContain(said)
      expect(shown.html).toMatch(
        /<textarea[^>]* autofocus[^>]* aria-invalid="true" aria-describedby="redirect_uris-problem/,
      )
      // What was typed is kept: name, addresses and API.
      expect(shown.html).toContain('value="Photo Prints"')
      expect(textareaOf(shown)).toBe(sent.redirect_uris)
      expect(shown.html).toMatch(new RegExp(`value="${api}" checked`))
      const offered = /name="mend" value="([^"]*)"/.exec(shown.html)?.[1]
      expect(offered === undefined ? undefined : textOf(offered)).toBe(mended === undefined ? undefined : typed)
      if (mended === undefined) return
      const again = await send(browser, shown, { ...sent, mend: typed })
      expect(again.status).toBe(200)
      expect(textareaOf(again)).toBe(`https://good.example.com/cb\n${mended}`)
      expect(await clientCount(server)).toBe(before)
    },
  )
})

test('whatever is typed, what is offered in its place can be registered and is not mended again', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'http',
      'HTTPS',
      '://',
      ':',
      '/',
      '..',
      '.',
      'App.example',
      '127.1',
      '@',
      '#',
      '*',
      ' ',
      'ü',
      '\\',
      '%2e',
      ':80',
      '\ud800',
      '[::1]',
    ),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webUrl(),
        pieces.map(all => all.join('')),
      ),
      typed => {
        const mended = mendRedirectUri(typed)
        if (mended === undefined) return
        expect(redirectUriFault(mended)).toBeUndefined()
        expect(mended).not.toBe(typed)
      },
    ),
    { numRuns: 3000 },
  )
})

test('a mended address registers', async () => {
  const { browser, page } = await openForm(server)
  const redirect_uris = 'http://app.example.com/cb'
  const shown = await send(browser, page, { ...web, redirect_uris })
  const mended = await send(browser, shown, { ...web, redirect_uris, mend: redirect_uris })
  const done = await send(browser, mended, { ...web, redirect_uris: textareaOf(mended) })
  const { client_id } = credentialsOf(done)
  expect((await server.data.store.client(client_id))?.redirect_uris).toEqual(['https://app.example.com/cb'])
})

test('nothing is mended but what was typed and has one meaning', async () => {
  const { browser, page } = await openForm(server)
  const answer = await send(browser, page, { ...web, mend: 'http://evil.example/cb' })
  expect(textareaOf(answer)).not.toContain('evil')
  expect(credentialsOf(answer).client_id).not.toBe('')
})

test.each([
  ['no name', { client_name: ' ' }, 'client_name-problem'],
  ['a name of two lines', { client_name: 'one\u0007two' }, 'client_name-problem'],
  ['no address', { redirect_uris: '\n \n' }, 'redirect_uris-problem'],
  ['an API that there is not', { 'api-0': 'https://nowhere.example' }, 'audiences-problem'],
])('%s is said beside its field', async (_what, fields, id) => {
  const { browser, page } = await openForm(server)
  const before = await clientCount(server)
  const shown = await send(browser, page, { ...web, ...fields })
  expect(shown.status).toBe(400)
  expect(shown.html).toContain(`id="${id}"`)
  expect(shown.html).toMatch(new RegExp(`aria-describedby="${id}`))
  expect(await clientCount(server)).toBe(before)
})

test('an app that acts for itself says which of several APIs it calls', async () => {
  const { browser, page } = await openForm(server, job)
  const shown = await send(browser, page, { client_name: 'Import' })
  expect(shown.status).toBe(400)
  expect(shown.html).toMatch(/<input type="checkbox"[^>]* autofocus/)
})

test('a request outside the advice leads its owner back to the answers', async () => {
  const { browser, page } = await openForm(server, { ...usual, policy: 'spotify' })
  const { client_id, client_secret } = credentialsOf(await send(browser, page, web))
  const refused = await clientCredentials(server.issuer, {}, basic(client_id, client_secret))
  expect(refused.body.error).toBe('unauthorized_client')
  const { journeys } = await server.journeys.list()
  const reference = journeys.find(journey => journey.client_id === client_id)?.id
  const shown = await browser.get(`${server.issuer}/errors/lookup?reference=${reference}`)
  const link = decoded(/<a href="([^"]*)">Look at the answers/.exec(shown.html)?.[1] ?? '')
  const advisor = await browser.get(new URL(link, server.issuer).href)
  expect(advisor.html).toContain('Authorization code')
  expect(Object.fromEntries(new URL(link, server.issuer).searchParams)).toEqual({ ...usual, policy: 'spotify' })
  // A stranger is led to no answers.
  const stranger = await openBrowser().get(`${server.issuer}/errors/lookup?reference=${reference}`)
  expect(stranger.html).not.toContain('Look at the answers')
})

test('what is typed and what is registered is text on every page', async () => {
  const hostile = `"><script>alert(1)</script>&<b>`
  await server.apply({ resource_servers: [{ audience: 'https://hostile.example/', name: hostile }] })
  const { browser, page } = await openForm(server)
  const shown = await send(browser, page, {
    ...web,
    client_name: hostile,
    redirect_uris: `https://a.example/${hostile}`,
  })
  const done = await send(browser, page, { ...web, client_name: hostile })
  expect(done.status).toBe(200)
  for (const { html } of [page, shown, done, await send(browser, page, web)]) {
    expect(html).not.toMatch(/<script(?! type="module" src="\/assets\/)|<b>/)
  }
})

test('below the path of an issuer every link and form stays there', async () => {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}/auth`
  const below = await startAdministered({ config: { issuer, port } })
  try {
    const browser = openBrowser()
    const shown = await browser.get(newClientUrl(below))
    const sent = await browser.post(`${issuer}/sign-in`, { ...fieldsOf(shown.html), login: 'root', password })
    expect(sent.location?.href).toBe(newClientUrl(below))
    const page = await browser.get(sent.location?.href ?? '')
    expect(page.html).toContain('action="/auth/clients/new?')
  } finally {
    await below.close()
  }
})

function textareaOf({ html }: Page): string {
  return textOf(/<textarea[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1] ?? '')
}

function textOf(html: string): string {
  const entities: Readonly<Record<string, string>> = { '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' }
  return html.replaceAll(/&(?:quot|lt|gt|amp);/g, entity => entities[entity] ?? entity)
}
