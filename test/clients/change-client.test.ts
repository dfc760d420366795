import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChangePowers, planAdvisedChange } from '../../src/admin/change-advised.ts'
import { entryOf } from '../../src/admin/client-entry.ts'
import { advise } from '../../src/advisor/advise.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { grants } from '../../src/core/grants/index.ts'
import { defaultLifetimes } from '../../src/core/lifetimes.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { usual } from '../advisor/samples.ts'
import { authorize, authorizeUrl, openBrowser, sentBack, verifier } from '../support/browser.ts'
import { decoded, fieldsOf } from '../support/form.ts'
import { implicitClient } from '../support/retired-clients.ts'
import type { TestServer } from '../support/server.ts'
import { basic, obtainTokens, post, redeem, refresh } from '../support/token.ts'
import { api, password, world } from '../support/world.ts'
import { alone, changeUrl, formOf, press, signedIn, startLooked, textOf } from './apps.ts'
import { job } from './support.ts'

let server: TestServer
beforeAll(async () => {
  server = await startLooked()
})
afterAll(() => server?.close())

const stored = (client_id: string) => server.data.store.client(client_id)
const linkIn = (html: string, label: RegExp) =>
  decoded(new RegExp(`<a[^>]* href="([^"]*)"[^>]*>${label.source}`).exec(html)?.[1] ?? '')
const codeUrl = (client_id: string, redirect_uri: string) => authorizeUrl(server.issuer, { client_id, redirect_uri })

test('from the page of an old client over the advisor to what it is today: its old flow is refused, the new one works', async () => {
  const browser = await signedIn(server, 'root')
  const old = () =>
    sentBack(openBrowser(), authorizeUrl(server.issuer, { ...implicitClient.asks, response_type: 'token' }))
  expect((await old()).hash).toContain('access_token=')

  const shown = await browser.get(`${server.issuer}/clients/old-spa`)
  const advisor = await browser.get(new URL(linkIn(shown.html, /Change the answer/), shown.url).href)
  const change = await browser.get(
    new URL(linkIn(advisor.html, /Change <code>old-spa<\/code> to this/), shown.url).href,
  )
  const text = textOf(change)
  expect(text).toContain('response_type=token is refused.')
  expect(text).toContain('Its code must send code_challenge (S256)')
  expect(text).toContain('Nothing is changed yet.')
  expect(text).toMatch(
    /Its one request that is remembered would be refused: response_type=token\.|Of its \d requests that are remembered, \d would be refused: \d with response_type=token\./,
  )
  expect(await stored('old-spa')).toMatchObject({ grant_types: ['implicit'] })

  const done = await press(browser, change, 'change')
  expect([done.status, done.location?.pathname, done.location?.search]).toEqual([
    303,
    '/clients/old-spa',
    '?done=changed',
  ])
  expect((await old()).href).toContain('error=unauthorized_client')
  const [redirect_uri] = implicitClient.redirect_uris
  const params = await authorize(openBrowser(), codeUrl('old-spa', redirect_uri))
  const code = params.get('code') ?? ''
  const fields = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier, client_id: 'old-spa' }
  expect((await post(`${server.issuer}/token`, fields)).status).toBe(200)
  const [record] = await server.data.store.audit({
    client_id: 'old-spa',
    event: 'client-changed',
    first: 'newest',
    limit: 1,
  })
  expect(record).toMatchObject({ by: { actor: 'user', login: 'root' } })
})

test('the last requests that are remembered, held against the change', async () => {
  const own = await startLooked()
  try {
    const { issuer } = own
    const whenSent = { client_id: 'when-sent', redirect_uri: world.clients[2].redirect_uris[0] }
    const bare = { ...whenSent, code_challenge: undefined, code_challenge_method: undefined }
    await authorize(openBrowser(), authorizeUrl(issuer, whenSent))
    for (const _ of [1, 2]) await authorize(openBrowser(), authorizeUrl(issuer, bare))
    const browser = await signedIn(own, 'root')
    const page = await browser.get(changeUrl(own, 'when-sent', { ...usual }))
    expect(textOf(page)).toContain('3 sign-ins are alive.')
    expect(textOf(page)).toMatch(
      /Of its \d requests that are remembered, (\d) would be refused: \1 with no code_challenge\./,
    )
    const kept = await press(browser, page, 'look', { redirect_uris: 'https://app.example.com/new' })
    expect(textOf(kept)).toMatch(/with an address that leaves\./)
  } finally {
    await own.close()
  }
})

test('how it proves itself changes: each request to the token endpoint that is remembered would be refused', async () => {
  const own = await startLooked()
  try {
    const redirect_uri = world.clients[3].redirect_uris[0]
    const params = await authorize(openBrowser(), authorizeUrl(own.issuer, { client_id: 'spa', redirect_uri }))
    const code = params.get('code') ?? ''
    const fields = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier, client_id: 'spa' }
    expect((await post(`${own.issuer}/token`, fields)).status).toBe(200)
    const browser = await signedIn(own, 'root')
    const confidential = await browser.get(changeUrl(own, 'spa', { ...alone, backend: 'yes' }))
    expect(textOf(confidential)).toMatch(/remembered, 1 would be refused: 1 with no proof of whose they are\./)
    const still = await browser.get(changeUrl(own, 'spa', alone))
    expect(textOf(still)).toMatch(/remembered, none would be refused\./)
  } finally {
    await own.close()
  }
})

test('refresh tokens that end are counted before, and refused after', async () => {
  const tokens = [await obtainTokens(server.issuer), await obtainTokens(server.issuer)]
  const browser = await signedIn(server, 'root')
  const page = await browser.get(changeUrl(server, 'web', { ...usual, F1: 'no' }))
  expect(textOf(page)).toContain('Refresh tokens end: 2 sign-ins that are alive now must sign in again')
  expect((await press(browser, page, 'change')).location?.search).toBe('?done=changed')
  for (const { refresh_token } of tokens) {
    const { status, body } = await refresh(server.issuer, refresh_token ?? '')
    expect([status, body['error']]).toEqual([400, 'unauthorized_client'])
  }
  // It keeps the secret that it had.
  const url = codeUrl('web', world.clients[0].redirect_uris[0])
  const params = await authorize(openBrowser(), url)
  expect((await redeem(server.issuer, params.get('code') ?? '')).status).toBe(200)
})

test('a client that becomes confidential is shown a secret once; one that becomes public forgets it', async () => {
  const browser = await signedIn(server, 'root')
  const page = await browser.get(changeUrl(server, 'spa', { ...usual }))
  expect(textOf(page)).toContain('It becomes confidential: it gets a secret, shown once')
  const done = await press(browser, page, 'change')
  const secret = /id="client_secret">([^<]*)</.exec(done.html)?.[1] ?? ''
  expect([done.status, secret.length]).toEqual([200, 43])
  const again = await press(browser, page, 'change')
  expect([again.status, again.location?.search]).toEqual([303, '?done=before'])
  expect((await browser.get(`${server.issuer}/clients/spa`)).html).not.toContain(secret)
  const redirect_uri = world.clients[3].redirect_uris[0]
  const bought = async (headers: Record<string, string>, more: Record<string, string> = {}) => {
    const params = await authorize(openBrowser(), codeUrl('spa', redirect_uri))
    const fields = {
      grant_type: 'authorization_code',
      code: params.get('code') ?? '',
      redirect_uri,
      code_verifier: verifier,
    }
    return (await post(`${server.issuer}/token`, { ...fields, ...more }, headers)).status
  }
  expect(await bought(basic('spa', secret))).toBe(200)
  expect(await bought({}, { client_id: 'spa' })).toBe(401)

  const back = await browser.get(changeUrl(server, 'spa', alone))
  expect(textOf(back)).toContain('It becomes public: its secret is forgotten')
  await press(browser, back, 'change')
  expect((await stored('spa'))?.secrets).toEqual([])
  expect(await bought({}, { client_id: 'spa' })).toBe(200)
  // As it said: its code must stop sending it.
  expect(await bought(basic('spa', secret))).toBe(401)
})

describe('what is shown is what is done', () => {
  test('changed by somebody else meanwhile: nothing is done', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'native', alone))
    await server.apply({ clients: [{ ...world.clients[4], client_name: 'Renamed meanwhile' }] })
    const before = await stored('native')
    const answer = await press(browser, page, 'change')
    expect([answer.status, answer.html.includes('The app was changed meanwhile')]).toEqual([409, true])
    expect(await stored('native')).toEqual(before)
  })

  test('two pages pressed at once: one is done, the other refused', async () => {
    const root = await signedIn(server, 'root')
    const pages = [
      await root.get(changeUrl(server, 'other-web', alone)),
      await root.get(changeUrl(server, 'other-web', { ...usual, F1: 'no' })),
    ]
    const answers = await Promise.all(pages.map(page => press(root, page, 'change')))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
  })

  test('another address typed than was shown: it is shown first', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'first-party', { ...usual }))
    const typed = { redirect_uris: 'https://app.example.com/new' }
    const looked = await press(browser, page, 'change', typed)
    expect(looked.status).toBe(200)
    const text = textOf(looked)
    expect(text).toContain('Look at it once more')
    expect(text).toContain('People may come back to https://app.example.com/new.')
    expect(text).toContain('People can no longer come back to http://127.0.0.1:5005/callback.')
    expect((await stored('first-party'))?.redirect_uris).toEqual(['http://127.0.0.1:5005/callback'])
    expect((await press(browser, { ...looked, url: page.url }, 'change')).status).toBe(303)
    expect((await stored('first-party'))?.redirect_uris).toEqual(['https://app.example.com/new'])
  })

  test('an address that cannot be registered: said, and nothing done', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'of-bob', { ...usual }))
    const before = await stored('of-bob')
    const answer = await press(browser, page, 'look', { redirect_uris: 'http://*.example.com/cb' })
    expect([answer.status, answer.html.includes('It cannot be registered like this yet')]).toEqual([400, true])
    expect(answer.html).not.toContain('value="change"')
    expect(await stored('of-bob')).toEqual(before)
  })

  test('an app that is for one network only: which is asked for, and then enforced', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'of-bob', { ...usual, F12: 'yes' }))
    expect([page.status, textOf(page).includes('expected at least one network')]).toEqual([200, true])
    expect(page.html).not.toContain('value="change"')
    const typed = { network: '10.0.0.0/8\n192.0.2.0/24', network_name: 'the office network' }
    const looked = await press(browser, page, 'look', typed)
    expect(textOf(looked)).toContain(
      'Whoever is outside the office network (10.0.0.0/8, 192.0.2.0/24) can no longer use it.',
    )
    expect((await press(browser, { ...looked, url: page.url }, 'change', typed)).status).toBe(303)
    const { network_policy } = (await stored('of-bob'))?.grantwise ?? {}
    expect(network_policy).toMatchObject({ mode: 'enforce', cidrs: ['10.0.0.0/8', '192.0.2.0/24'] })
    const again = await browser.get(changeUrl(server, 'of-bob', { ...usual, F1: 'no', F12: 'yes' }))
    expect(again.html).toMatch(/<textarea[^>]* name="network"[^>]*>10\.0\.0\.0\/8\n192\.0\.2\.0\/24</)
  })

  test('there and back: what only another policy gave does not stay', async () => {
    const browser = await signedIn(server, 'root')
    const page = { acts_for: 'user', runs_on: 'browser', trusted_pw: 'no', backend: 'no' }
    const change = async (answers: Readonly<Record<string, string>>) => {
      const shown = await browser.get(changeUrl(server, 'spa', answers))
      expect((await press(browser, shown, 'change')).status, textOf(shown)).toBe(303)
      const { refresh_idle_ttl, refresh_max_ttl } = (await stored('spa'))?.grantwise ?? {}
      return { refresh_idle_ttl, refresh_max_ttl }
    }
    const half = 180 * 86_400
    expect(await change({ ...page, policy: 'spotify', F1: 'yes' })).toEqual({
      refresh_idle_ttl: half,
      refresh_max_ttl: half,
    })
    expect(await change(page)).toEqual(defaultLifetimes)
  })

  test('an API that asks what tokens are as this client can no longer, once it is public', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'api-server', alone))
    const looked = await press(browser, page, 'look', { redirect_uris: 'https://app.example.com/cb' })
    expect(textOf(looked)).toContain('Example API can no longer ask what a token is')
  })

  test('whoever is no administrator any more changes nothing, though their page is open', async () => {
    const dana = { login: 'dana', password, roles: ['admin'] }
    const [web] = world.clients
    const of = { ...web, client_id: 'of-dana', grantwise: { ...web.grantwise, owners: ['dana'] } }
    await server.apply({ users: [dana], clients: [of] })
    const browser = await signedIn(server, 'dana')
    const change = await browser.get(changeUrl(server, 'of-dana', alone))
    const app = await browser.get(`${server.issuer}/clients/of-dana`)
    await server.apply({ users: [{ ...dana, roles: [] }] })
    const before = await stored('of-dana')
    const answers = [
      await press(browser, change, 'change'),
      await browser.post(app.url, {
        ...formOf(app),
        form: fieldsOf(change.html)['form'] ?? '',
        retired_until: '2031-01-01',
      }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 400])
    expect(await stored('of-dana')).toEqual(before)
  })

  test('the form of one client is none of another', async () => {
    const browser = await signedIn(server, 'root')
    const page = await browser.get(changeUrl(server, 'of-bob', alone))
    const answer = await browser.post(changeUrl(server, 'when-sent', alone), { ...formOf(page), do: 'change' })
    expect([answer.status, (await stored('when-sent'))?.grantwise.advice]).toEqual([400, null])
  })

  test('an owner sees what it breaks, and no button', async () => {
    const page = await (await signedIn(server, 'bob')).get(changeUrl(server, 'of-bob', alone))
    expect(textOf(page)).toContain('It becomes public')
    expect(page.html).not.toContain('<form method="post"')
    expect(page.html).toContain('client change of-bob')
  })
})

test('whatever a client is and whatever is answered: what is written is what an apply file of the shown entry writes', async () => {
  const { store, passwords, random, clock } = server.data
  const powers: ChangePowers = {
    store,
    passwords,
    random,
    clock,
    hash: nodeHash,
    grantTypes: grants.map(it => it.grant_type),
  }
  const typed = {
    redirect_uris: ['https://app.example.com/cb'],
    audiences: [api],
    federated: { issuer: 'https://ci.example.com', subject: 'job' },
  }
  const all = [
    usual,
    alone,
    { ...usual, runs_on: 'native' },
    { ...usual, runs_on: 'device', redirect: 'no' },
    { ...alone, backend: 'yes' },
    job,
    { ...job, runs_on: 'ci', platform_id: 'yes', secret_safe: 'no' },
    { ...usual, trusted_pw: 'yes', redirect: 'no' },
  ]
  let changed = 0
  for (const client of await store.allClients()) {
    for (const answers of all) {
      for (const policy of policyIds) {
        const result = advise({ answers: { ...answers }, followups: policy === 'auth0' ? { F5: 'yes' } : {} }).advice?.[
          policy
        ]
        const registration = result && registrationOf(result)
        // What this server cannot run is registered for nobody.
        if (registration === undefined || registration.grant_types.some(it => it.endsWith(':ciba'))) continue
        const planned = await planAdvisedChange(client, registration, typed, powers)
        const put = planned.changes.find(it => it.kind === 'put_client')
        if (put === undefined) continue
        changed++
        expect(JSON.stringify(entryOf(put.client)), `${client.client_id} ${registration.grantwise.advice.flow}`).toBe(
          JSON.stringify(planned.entry),
        )
        // Applied once more, it changes nothing; and every member that differs is in the diff.
        expect(planned.diff.length).toBeGreaterThan(0)
      }
    }
  }
  expect(changed).toBeGreaterThan(150)
})
