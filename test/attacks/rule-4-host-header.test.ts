import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { send, speak, through } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic } from '../support/token.ts'
import { password } from '../support/world.ts'

let server: TestServer
let proxied: TestServer
beforeAll(async () => {
  ;[server, proxied] = await Promise.all([startServer(), startServer({ config: { trust_proxy: ['127.0.0.1'] } })])
})
afterAll(async () => {
  await server.close()
  await proxied.close()
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const paths = [...new Set(routes.filter(({ GET }) => GET).map(({ path }) => path.replace(/:\w+/, 'path-unknown')))]

/** What proxies, frameworks and caches have believed of where a request was sent to. */
const poison: Readonly<Record<string, string>> = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-server': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-scheme': 'https',
  'x-forwarded-port': '444',
  'x-forwarded-prefix': '/evil',
  'x-forwarded-path': '/evil',
  'x-host': 'evil.example',
  'x-http-host-override': 'evil.example',
  'x-original-host': 'evil.example',
  'x-original-url': '/evil',
  'x-rewrite-url': '/evil',
  forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
}

async function said(answer: Response): Promise<string> {
  return `${JSON.stringify([...answer.headers])}${await answer.text()}`
}

/** An answer without what is new in each: seals, ids, dates. */
async function settled(answer: Response): Promise<string> {
  return (await said(answer)).replaceAll(/[\w-]{40,}|[0-9a-v]{20}|\d\d:\d\d:\d\d/g, '…')
}

describe('DESIGN §5 rule 4: what a request says of its own host is in no answer', () => {
  test.each(paths)('GET %s', async path => {
    const url = server.issuer + path
    for (const headers of [
      { ...poison, host: 'evil.example' },
      { host: 'evil.example', accept: 'text/html' },
    ]) {
      expect(await said(await send(url, { headers }))).not.toContain('evil')
    }
    const plain = await settled(await send(url))
    expect(await settled(await send(url, { headers: poison }))).toBe(plain)
  })

  test('POST /token: the issuer of the token is what it is', async () => {
    const url = `${server.issuer}/token`
    const headers = { ...form, ...basic('job'), ...poison, host: 'evil.example' }
    const answer = await send(url, { method: 'POST', headers, body: 'grant_type=client_credentials' })
    expect(decodeJwt(String((await answer.json())['access_token'])).iss).toBe(server.issuer)
    const refused = await send(url, { method: 'POST', headers, body: 'grant_type=x' })
    expect((await refused.json())['error_uri']).toMatch(new RegExp(`^${server.issuer}/errors/`))
  })

  test('POST /sign-in: nobody is signed in there', async () => {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(server.issuer))
    const fields = { parked: page.parked ?? '', login: 'alice', password }
    const answer = await openBrowser(through(server.url, { ...poison, host: 'evil.example' })).post(
      `${server.issuer}/sign-in`,
      fields,
    )
    expect(answer.status).toBe(421)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('a page asked for on another host is at the issuer', async () => {
    const url = authorizeUrl(server.issuer)
    const answer = await send(url, { headers: { host: 'evil.example' } })
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(url)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('a proxy that is trusted may say which host it was asked for, and nothing follows from it', async () => {
    for (const path of paths) {
      const text = await said(await send(proxied.issuer + path, { headers: poison }))
      expect(text, path).not.toContain('evil')
    }
  })
})

describe('RFC 9110 §7.2, RFC 9112 §3.2: hosts that are none of ours', () => {
  const odd: Readonly<Record<string, (own: string) => string>> = {
    'another name': () => 'evil.example',
    'the name of the same address': own => own.replace('127.0.0.1', 'localhost'),
    'our own as userinfo': own => `${own}@evil.example`,
    'userinfo before our own': own => `evil.example@${own}`,
    'a host that begins with ours': own => `${own}.evil.example`,
    'a port that begins with ours': own => `${own}0`,
    'no port': own => own.replace(/:\d+$/, ''),
    'a path': own => `${own}/evil`,
    'a query': own => `${own}?evil`,
    'a fragment': own => `${own}#evil`,
    'a backslash': own => `${own}\\evil`,
    'two in one': own => `${own}, evil.example`,
    'a list': own => `${own} evil.example`,
    'a bracket': () => '[',
    'a space': () => ' ',
    markup: () => '"><script>alert(1)</script>',
  }

  test.each(Object.entries(odd))('%s: leads to the issuer or nowhere', async (_what, of) => {
    const host = of(new URL(server.issuer).host)
    const answer = await send(`${server.issuer}/sign-in`, { headers: { host, accept: 'text/html' } })
    expect([307, 400]).toContain(answer.status)
    if (answer.status === 307) expect(answer.headers.get('location')).toBe(`${server.issuer}/sign-in`)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).not.toMatch(/<script|evil/)
  })

  test.each([
    ['of which the first is right', (own: string) => [own, 'evil.example']],
    ['of which the second is right', (own: string) => ['evil.example', own]],
    ['that are the same', (own: string) => [own, own]],
    ['in two spellings', (own: string) => [own, own.toUpperCase()]],
  ])('two, %s, are 400', async (_which, of) => {
    const lines = of(new URL(server.issuer).host).map((host, at) => `${at === 0 ? 'Host' : 'hOST'}: ${host}`)
    for (const path of ['/sign-in', '/.well-known/openid-configuration', '/healthz', '/nothing']) {
      const heard = await speak(
        server.url,
        `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`,
      )
      expect(heard).toMatch(/^HTTP\/1\.1 400 /)
      expect(heard).not.toMatch(/set-cookie|evil/i)
    }
  })

  test('RFC 9112 §3.2.2: a target in absolute form that is ours is ours, whatever Host says', async () => {
    const target = `${server.issuer}/sign-in`
    const heard = await speak(server.url, `GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
    expect(heard).toMatch(/^HTTP\/1\.1 200 /)
    expect(heard).not.toContain('evil')
  })

  test('none at all is 400', async () => {
    expect(await speak(server.url, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  test.each([
    '//evil.example/',
    '///evil.example/sign-in',
    '/\\evil.example',
    'http://evil.example/authorize',
    'https://evil.example',
    '/authorize?//evil.example',
    'evil.example:80',
    '*',
    '/sign-in#@evil.example',
    '/%5cevil.example',
    '/%2f%2fevil.example',
  ])('RFC 9112 §3.2.2: the request target %s leads nowhere else', async path => {
    const own = new URL(server.issuer).host
    for (const host of [own, 'evil.example']) {
      const heard = await speak(
        server.url,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      )
      const [head = '', body = ''] = heard.split('\r\n\r\n')
      const location = /^location: (.*)$/im.exec(head)?.[1]
      if (location !== undefined) expect(new URL(location).origin).toBe(server.issuer)
      expect(head).toMatch(/^https?:/.test(path) ? /^HTTP\/1\.1 307 / : /^HTTP\/1\.1 [234]\d\d /)
      expect(body).not.toMatch(/(href|action|src)="[^"]*evil/)
    }
  })
})

test('the Host of an https issuer may carry its port or capitals, and no other port', async () => {
  const below = await startServer({ config: { issuer: 'https://id.example.com' } })
  for (const host of ['id.example.com', 'id.example.com:443', 'ID.Example.COM']) {
    expect((await send(`${below.url}/`, { headers: { host } })).status).toBe(200)
  }
  const elsewhere = await send(`${below.url}/?a=b`, { headers: { host: 'id.example.com:80' } })
  expect(elsewhere.headers.get('location')).toBe('https://id.example.com/?a=b')
  const page = await openBrowser(through(below.url)).get(authorizeUrl('https://id.example.com'))
  expect(page.title).toContain('Sign in')
  await below.close()
})

test.each(['/healthz', '/readyz'])('%s answers on any host, and says nothing but that', async path => {
  const answer = await send(server.issuer + path, { headers: { host: '10.0.0.7:1234' } })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ status: 'ok' })
})
