import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { mostParts, readParts } from '../../src/http/read-advisor-parts.ts'
import { usual } from '../advisor/samples.ts'
import { openBrowser, type Page } from '../support/browser.ts'
import type { TestServer } from '../support/server.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { api, opaqueApi } from '../support/world.ts'
import { clientCount, job, send, startAdministered } from './support.ts'
import { enterForm, partOf, systemUrl } from './system.ts'

let server: TestServer
beforeAll(async () => {
  server = await startAdministered()
})
afterAll(() => server?.close())

const page = partOf('Page', { ...usual, runs_on: 'browser', secret_safe: 'no', F13: 'anybody' })
const nightly = partOf('Service', job)
const command = { ...usual, runs_on: 'cli', secret_safe: 'no', F5: 'yes' }

const typed = {
  client_name: 'Photo page',
  redirect_uris: 'https://photos.example.com/callback',
  'client_name-2': 'Nightly import',
  'api-0-2': api,
  'client_name-3': 'Photo command',
  'redirect_uris-3': 'http://127.0.0.1/callback',
  'api-0-3': api,
  'api-1-3': opaqueApi,
}

const idsIn = ({ html }: Page) =>
  [...html.matchAll(/<code>client_id<\/code><\/dt><dd><code>([^<]*)</g)].map(([, id = '']) => id)

/** Whatever there is on the page between its first `{` and its end. */
const fileIn = ({ html }: Page) =>
  JSON.parse(
    (/<code>(\{\n.*?)<\/code>/s.exec(html)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  )

describe('a page, a job and a command', () => {
  test('are registered by one form, each by its own answer, each secret shown once', async () => {
    const { browser, page: shown } = await enterForm(server, command, [page, nightly])
    expect(shown.html.match(/<fieldset class="part">/g)).toHaveLength(3)
    expect(shown.html).not.toContain('name="redirect_uris-2"')
    const done = await send(browser, shown, typed)
    expect([done.status, done.title]).toEqual([200, '3 apps are registered - Grantwise'])
    const [pageId = '', jobId = '', commandId = ''] = idsIn(done)
    const { store } = server.data
    expect(await store.client(pageId)).toMatchObject({
      client_name: 'Photo page',
      redirect_uris: ['https://photos.example.com/callback'],
      token_endpoint_auth_method: 'none',
      grantwise: {
        runs_on: 'browser',
        audiences: [],
        owners: ['root'],
        refresh_idle_ttl: 7 * 86_400,
        refresh_max_ttl: 30 * 86_400,
        advice: { flow: 'authorization_code_pkce:browser' },
      },
    })
    expect(await store.client(jobId)).toMatchObject({
      client_name: 'Nightly import',
      grantwise: { acts_for: ['self'], audiences: [api], advice: { flow: 'client_credentials' } },
    })
    expect(await store.client(commandId)).toMatchObject({
      client_name: 'Photo command',
      grantwise: {
        first_party: true,
        audiences: [api, opaqueApi],
        advice: { flow: 'authorization_code_pkce:loopback' },
      },
    })
    const secrets = [...done.html.matchAll(/id="client_secret[^"]*">([^<]*)</g)].map(([, secret = '']) => secret)
    expect(secrets).toHaveLength(1)
    expect((await clientCredentials(server.issuer, {}, basic(jobId, secrets[0]))).status).toBe(200)
  })

  test('all of them or none: one address that will not do keeps every one back, and what was typed stays', async () => {
    const before = await clientCount(server)
    const { browser, page: shown } = await enterForm(server, command, [page, nightly])
    const wrong = await send(browser, shown, { ...typed, 'redirect_uris-3': 'http://photos.example.com/cb' })
    expect(wrong.status).toBe(400)
    expect(wrong.html).toContain('id="redirect_uris-3-problem"')
    expect(wrong.html).not.toContain('id="redirect_uris-problem"')
    expect(wrong.html).toContain('value="Nightly import"')
    expect(await clientCount(server)).toBe(before)
    const mended = await send(browser, wrong, {
      ...typed,
      'redirect_uris-3': 'http://photos.example.com/cb',
      mend: 'http://photos.example.com/cb',
    })
    expect(mended.html).toContain('>https://photos.example.com/cb</textarea>')
    expect(await clientCount(server)).toBe(before)
    expect((await send(browser, mended, typed)).status).toBe(200)
    expect(await clientCount(server)).toBe(before + 3)
  })

  test('what only the store can know keeps every one back too', async () => {
    const before = await clientCount(server)
    const { browser, page: shown } = await enterForm(server, command, [page, nightly])
    const refused = await send(browser, shown, { ...typed, 'api-0-3': 'https://nobody.example.com' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('id="audiences-3-problem"')
    expect(await clientCount(server)).toBe(before)
  })

  test('sent twice, one after the other or at once, they are made once and their secret is shown once', async () => {
    const before = await clientCount(server)
    const { browser, page: shown } = await enterForm(server, command, [page, nightly])
    const answers = await Promise.all([1, 2, 3].map(() => send(browser, shown, typed)))
    answers.push(await send(browser, shown, typed))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
    expect(await clientCount(server)).toBe(before + 3)
    expect(new Set(answers.map(answer => idsIn(answer).join())).size).toBe(1)
    expect(answers.filter(({ html }) => html.includes('id="client_secret'))).toHaveLength(1)
  })

  test('the parts that are settled are registered without the one that is not begun', async () => {
    const { browser, page: shown } = await enterForm(server, {}, [page, nightly])
    expect(shown.html.match(/<fieldset class="part">/g)).toHaveLength(2)
    const { 'client_name-3': _, 'redirect_uris-3': __, 'api-0-3': ___, 'api-1-3': ____, ...two } = typed
    expect(idsIn(await send(browser, shown, two))).toHaveLength(2)
  })

  test('one that a question is left of leads back to the advisor, with all parts', async () => {
    const url = systemUrl(server, { acts_for: 'user' }, [page, nightly])
    const back = await openBrowser().get(url)
    expect([back.status, back.location?.searchParams.getAll('part')]).toEqual([303, [page, nightly]])
  })

  test('each is called what its part is called, until somebody says otherwise', async () => {
    const { browser, page: shown } = await enterForm(server, command, [page, nightly])
    const names = (html: string) =>
      [...html.matchAll(/<input[^>]*name="client_name[^"]*"[^>]*>/g)].map(
        ([it]) => /value="([^"]*)"/.exec(it)?.[1] ?? '',
      )
    expect(names(shown.html)).toEqual(['Page', 'Service', 'Command'])
    const again = await send(browser, shown, { ...typed, client_name: '', redirect_uris: '' })
    expect(names(again.html)).toEqual(['', 'Nightly import', 'Photo command'])
    const alone = await enterForm(server, command, [])
    expect(names(alone.page.html)).toEqual([''])
  })

  test('signing in on the way keeps every part', async () => {
    const { page: shown } = await enterForm(server, command, [page, nightly])
    expect(new URL(shown.url).searchParams.getAll('part')).toEqual([page, nightly])
  })

  test('whoever is no administrator is given one apply file for all of them', async () => {
    const { page: shown } = await enterForm(server, command, [page, nightly], 'alice')
    expect(shown.status).toBe(403)
    expect(shown.html).not.toContain('client create')
    const file = fileIn(shown)
    expect(file.clients.map((it: { client_name: string }) => it.client_name)).toEqual(['Page', 'Service', 'Command'])
    expect(readApplyFile(file).problems.length).toBeGreaterThan(0)
  })
})

describe('on the advisor’s page', () => {
  const at = (search: string) => openBrowser().get(`${server.issuer}/${search}`)
  const links = ({ html }: Page, name: RegExp) =>
    [...html.matchAll(/<a[^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g)]
      .filter(([whole, , text = '']) => name.test(text) || name.test(whole))
      .map(([, href = '']) => new URL(href.replaceAll('&amp;', '&'), server.issuer))

  test('a settled answer becomes a part by a link, and the questions start anew', async () => {
    const answered = await at(`?${new URLSearchParams({ ...command })}`)
    const [next] = links(answered, /^Add another part/)
    expect(next?.searchParams.getAll('part')).toEqual([partOf('Command', command)])
    const asked = await at(next?.search ?? '')
    expect(asked.html).toContain('Whose data does the program work with?')
    expect(asked.html).toContain('<bdi class="part-name">Command</bdi>')
    expect(asked.html).toContain('Authorization code with PKCE, over loopback')
    const [register] = links(asked, /^Register it without/)
    expect([register?.pathname, register?.searchParams.getAll('part').length]).toEqual(['/clients/new', 1])
  })

  test('two of a kind are told apart, one is taken away by a link, and one is gone back to without losing the other', async () => {
    const shown = await at(new URL(systemUrl(server, command, [partOf('Command', command)])).search)
    expect(links(shown, /^Add another part/)[0]?.searchParams.getAll('part')[1]).toContain('name=Command+2')
    expect(links(shown, /Remove Command/)[0]?.searchParams.getAll('part')).toEqual([])
    const two = await at(new URL(systemUrl(server, command, [nightly])).search)
    const [back] = links(two, /Go back to Service/)
    expect(Object.fromEntries([...(back?.searchParams ?? [])].filter(([name]) => name !== 'part'))).toEqual(job)
    expect(back?.searchParams.getAll('part')).toEqual([partOf('Command', command)])
  })

  test('eight is all', async () => {
    const parts = Array.from({ length: mostParts }, (_, index) => partOf(`Service ${index}`, job))
    const full = await at(new URL(systemUrl(server, job, parts)).search)
    expect([full.status, links(full, /^Add another part/).length]).toEqual([200, 0])
    expect(full.html).toContain('Register all 8 here')
  })
})

describe('a part that is none', () => {
  const refusals: readonly [string, readonly string[], RegExp][] = [
    ['too many of them', Array.from({ length: mostParts + 1 }, () => nightly), /part: expected 7 at most; got 8/],
    ['nothing known', ['x=y'], /part 1: expected answers, a policy and a name only/],
    ['a question that there is not', [`${nightly}&__proto__=x`], /part 1: expected answers, a policy and a name only/],
    ['an answer that there is not', [nightly, nightly.replace('server', 'toaster')], /part 2: unknown answer/],
    ['a follow-up that has no such answer', [`${nightly}&F8=perhaps`], /part 1: unknown answer/],
    ['a question left', [partOf('Half', { acts_for: 'user' })], /part 1: expected answers that settle it; runs_on/],
    ['an answer twice', [`${nightly}&acts_for=user`], /part 1: expected each answer once/],
    ['another policy', [`${nightly}&policy=mine`], /part 1: expected one of best-practice/],
    ['no name', [nightly.replace(/&name=.*/, '')], /part 1: expected a name/],
    ['a name of control characters', [`${nightly}%00`], /part 1: expected a name/],
    ['a name too long', [partOf('x'.repeat(61), job)], /part 1: expected a name/],
    ['too much of it', [partOf('x'.repeat(1000), job)], /part 1: expected 1000 characters at most/],
    ['parts of its own', [`${nightly}&part=${encodeURIComponent(nightly)}`], /part 1: expected answers, a policy/],
  ]

  test.each(refusals)('%s: 400, and nothing of it is shown or followed', async (_what, parts, said) => {
    expect(() => readParts(parts)).toThrow(said)
    for (const path of ['/', '/clients/new']) {
      const refused = await openBrowser().get(systemUrl(server, command, parts, path))
      expect([path, refused.status]).toEqual([path, 400])
      expect(refused.html).toContain('The parts of the system cannot be read')
    }
  })

  test('a name is text wherever it is shown', async () => {
    const hostile = partOf('"><script>alert(1)</script>', job)
    const shown = await openBrowser().get(systemUrl(server, command, [hostile], '/'))
    const { page: form } = await enterForm(server, command, [hostile])
    for (const { html, status } of [shown, form]) {
      expect(status).toBe(200)
      expect(html).not.toContain('<script>alert')
    }
  })

  test('everything but a part is in an address once', async () => {
    const url = `${systemUrl(server, command, [nightly, nightly], '/')}&runs_on=server`
    expect((await openBrowser().get(url)).status).toBe(400)
  })
})
