import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, type Page } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { world } from '../support/world.ts'
import { scene, signInHere } from './stage.ts'

const wrong = { redirect_uri: 'http://127.0.0.1:5001/callback/' }
const [web, ...others] = world.clients
const document = {
  ...scene,
  clients: [{ ...web, grantwise: { ...web.grantwise, owners: ['Alice'] } }, ...others],
}

let server: TestServer

beforeAll(async () => {
  server = await startServer({ document })
})
afterAll(() => server?.close())

function heading({ html }: Page): string | undefined {
  return /<h1>([^<]*)<\/h1>/.exec(html)?.[1]
}

function referenceOn({ html }: Page): string {
  return /Reference <code>([^<]+)<\/code>/.exec(html)?.[1] ?? ''
}

const named = 'The redirect URI differs in its trailing slash'
const plain = 'The app gave an address that is not its own'

describe('the error page', () => {
  test('tells a stranger what happened, and neither what was sent nor what is registered', async () => {
    const page = await openBrowser().get(authorizeUrl(server.issuer, wrong))
    expect(heading(page)).toBe(plain)
    expect(page.html).not.toContain('127.0.0.1:5001')
    expect(referenceOn(page)).toMatch(/^[0-9a-v]{20}$/)
  })

  test.each([
    ['the app’s owner', 'alice', named],
    ['an administrator', 'root', named],
    ['anybody else who is signed in', 'bob', plain],
  ])('to %s it says as much as they may know', async (_who, login, line) => {
    const browser = await signInHere(server.issuer, login)
    const page = await browser.get(authorizeUrl(server.issuer, wrong))
    expect(heading(page)).toBe(line)
    expect(page.html.includes('http://127.0.0.1:5001/callback')).toBe(line === named)
  })

  test('of another app tells its owner nothing', async () => {
    const browser = await signInHere(server.issuer, 'alice')
    const page = await browser.get(authorizeUrl(server.issuer, { ...wrong, client_id: 'other-web' }))
    expect(heading(page)).toBe(plain)
  })

  test('shows everything to anybody with --dev', async () => {
    const dev = await startServer({ document, config: { dev: true } })
    try {
      const page = await openBrowser().get(authorizeUrl(dev.issuer, wrong))
      expect(heading(page)).toBe(named)
      expect(page.html).toContain(`<code>npx grantwise journeys ${referenceOn(page)}</code>`)
      expect(page.html).toContain('anybody may sign up, and see why a request failed. “npx grantwise journeys” lists')
    } finally {
      await dev.close()
    }
  })

  test.each([
    ['nobody who is signed in', undefined, { passOn: true, command: false }],
    ['anybody else who is signed in', 'bob', { passOn: true, command: false }],
    ['the app’s owner', 'alice', { passOn: false, command: false }],
    ['an administrator', 'root', { passOn: false, command: true }],
  ])('says to %s what the reference is for', async (_who, login, says) => {
    const browser = login === undefined ? openBrowser() : await signInHere(server.issuer, login)
    const page = await browser.get(authorizeUrl(server.issuer, wrong))
    const reference = referenceOn(page)
    expect(page.html).toContain(`href="/errors/lookup?reference=${reference}"`)
    expect({
      passOn: page.html.includes('Give this reference to whoever runs the app or this server'),
      command: page.html.includes(`<code>npx grantwise journeys ${reference}</code>`),
    }).toEqual(says)
  })

  test('stays a page when nobody can be looked up', async () => {
    const browser = openBrowser()
    browser.cookies.set(`grantwise-session-${new URL(server.issuer).port}`, 'not a session')
    expect(heading(await browser.get(authorizeUrl(server.issuer, wrong)))).toBe(plain)
  })
})

describe('a reference', () => {
  test('leads the owner and an administrator to the details, later too', async () => {
    const reference = referenceOn(await openBrowser().get(authorizeUrl(server.issuer, wrong)))
    for (const login of ['alice', 'root']) {
      const browser = await signInHere(server.issuer, login)
      const page = await browser.get(`${server.issuer}/errors/lookup?reference=${reference}`)
      expect([login, page.status, heading(page)]).toEqual([login, 200, named])
    }
  })

  test('leads everybody else to the same page whether there is one or not', async () => {
    const reference = referenceOn(await openBrowser().get(authorizeUrl(server.issuer, wrong)))
    const bob = await signInHere(server.issuer, 'bob')
    for (const browser of [openBrowser(), bob]) {
      const known = await browser.get(`${server.issuer}/errors/lookup?reference=${reference}`)
      const unknown = await browser.get(`${server.issuer}/errors/lookup?reference=00000000000000000000`)
      expect([known.status, known.html]).toEqual([404, unknown.html])
    }
    const owner = await signInHere(server.issuer, 'alice')
    const none = await owner.get(`${server.issuer}/errors/lookup?reference=<b>`)
    expect([none.status, heading(none)]).toEqual([404, 'Nothing found'])
    expect((await owner.get(`${server.issuer}/errors/lookup`)).status).toBe(404)
  })

  test('tells an owner of a wrong secret, and of no stolen code: that is about another app', async () => {
    const references: { reason: string; reference: string }[] = []
    const stop = server.journeys.follow(({ step }) => {
      for (const check of step.checks ?? []) {
        if (!check.passed && step.reference) references.push({ reason: check.reason, reference: step.reference })
      }
    })
    const fields = { grant_type: 'authorization_code', code: 'stolen' }
    await post(`${server.issuer}/token`, fields, basic('web', 'a-wrong-secret-of-32-characters-or-more'))
    await post(`${server.issuer}/token`, fields, basic('web'))
    stop()
    const owner = await signInHere(server.issuer, 'alice')
    const admin = await signInHere(server.issuer, 'root')
    const lines = async (reason: string) => {
      const { reference } = references.find(it => it.reason === reason) ?? { reference: '' }
      const url = `${server.issuer}/errors/lookup?reference=${reference}`
      return [heading(await owner.get(url)), heading(await admin.get(url))]
    }
    const wrongSecret = 'The secret of the app is wrong'
    expect(await lines('client-secret-wrong')).toEqual([wrongSecret, wrongSecret])
    expect(await lines('code-unknown')).toEqual(['The code is not valid for this app', 'There is no such code'])
  })
})

test('RFC 6749 §5.2: causes that must look alike are answered alike, byte for byte', async () => {
  const fields = { grant_type: 'client_credentials' }
  const answers = await Promise.all([
    post(`${server.issuer}/token`, fields, basic('nobody')),
    post(`${server.issuer}/token`, fields, basic('job', 'a-wrong-secret-of-32-characters-or-more')),
    post(`${server.issuer}/token`, fields, basic('spa')),
  ])
  const [first] = answers.map(({ status, body, headers }) => [status, body, headers.get('www-authenticate')])
  for (const { status, body, headers } of answers)
    expect([status, body, headers.get('www-authenticate')]).toEqual(first)
  expect(answers[0].body['error_uri']).toBe(`${server.issuer}/errors/client-not-authenticated`)
})

describe('markup in what was sent is text', () => {
  const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>'

  test.each(['redirect_uri', 'client_id', 'response_mode', 'state', 'scope', 'resource', 'prompt', 'claims', hostile])(
    'in %s',
    async name => {
      const dev = await startServer({ document, config: { dev: true } })
      try {
        const changes = name === hostile ? { [hostile]: hostile } : { [name]: hostile }
        const url = authorizeUrl(dev.issuer, { ...(name === 'client_id' ? {} : wrong), ...changes })
        const page = await openBrowser().get(url)
        const twice = await openBrowser().get(`${url}&${new URLSearchParams(changes)}`)
        for (const { html } of [page, twice]) expect(html).not.toMatch(/<img|<script/)
        for (const { headers } of [page, twice]) {
          expect(headers.get('content-security-policy')).toContain("default-src 'none'")
        }
      } finally {
        await dev.close()
      }
    },
  )
})
