import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { authorizeUrl, openBrowser, type Page, signIn } from '../../support/browser.ts'
import { send } from '../../support/raw.ts'
import { type Answer, basic, post } from '../../support/token.ts'
import { ask, type Producer, type Stage, writeRaw } from '../stage.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text()
}

function postToken({ issuer }: Stage, headers: Record<string, string>, body = 'grant_type=x'): Promise<string> {
  return textOf(send(`${issuer}/token`, { method: 'POST', headers, body }))
}

/** What HTTP refuses, what cannot be read, and pages that were submitted too late or from elsewhere. */
export const http = {
  'request-unreadable': ({ issuer }) => writeRaw(issuer, 'this is no request\r\n\r\n'),
  'headers-too-large': ({ issuer }) =>
    writeRaw(issuer, `GET / HTTP/1.1\r\nhost: x\r\nx-padding: ${'x'.repeat(20_000)}\r\n\r\n`),
  'url-malformed': ({ issuer }) => textOf(send(issuer, { path: '/%zz' })),
  'path-unknown': ({ issuer }) => openBrowser().get(`${issuer}/nothing/here`),
  'method-not-allowed': ({ issuer }) => textOf(send(`${issuer}/token`, { method: 'PUT' })),
  'host-misdirected': ({ issuer }) =>
    textOf(send(`${issuer}/sign-in`, { method: 'POST', headers: { ...form, host: 'other.example' }, body: 'a=b' })),
  async 'https-missing'({ fresh }) {
    const { url } = await fresh({ config: { issuer: 'https://auth.example.com', trust_proxy: ['127.0.0.1'] } })
    const headers = { ...form, host: 'auth.example.com', 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'http' }
    return textOf(send(`${url}/sign-in`, { method: 'POST', headers, body: 'a=b' }))
  },
  'body-too-large': stage => postToken(stage, form, `a=${'x'.repeat(100_001)}`),
  'media-type-unsupported': stage => postToken(stage, { 'content-type': 'no media type' }),
  async 'server-busy'({ fresh }) {
    const { issuer, data_dir } = await fresh()
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(issuer))
    // Another process holds the database's lock for longer than anybody waits.
    const database = new DatabaseSync(join(data_dir, 'grantwise.db'))
    database.exec('BEGIN IMMEDIATE')
    try {
      return await signIn(browser, page)
    } finally {
      database.exec('ROLLBACK')
      database.close()
    }
  },
  async 'server-failed'({ fresh }) {
    const { issuer, data_dir } = await fresh()
    const database = new DatabaseSync(join(data_dir, 'grantwise.db'))
    database.exec('ALTER TABLE clients RENAME TO clients_lost')
    database.close()
    return post(`${issuer}/token`, { grant_type: 'client_credentials' }, basic('nobody'))
  },

  'parameter-repeated': ({ issuer }): Promise<Answer> =>
    post(
      `${issuer}/token`,
      [
        ['grant_type', 'refresh_token'],
        ['grant_type', 'refresh_token'],
      ],
      basic('web'),
    ),
  'parameter-missing': ({ issuer }) => post(`${issuer}/token`, {}, basic('web')),
  'body-malformed': stage => postToken(stage, { 'content-type': 'application/json' }, '{"grant_type":"x"}'),
  'request-too-large': stage => ask(stage, { state: 'x'.repeat(9000) }),
  'secret-in-url': ({ issuer }) => post(`${issuer}/token?client_secret=told`, { grant_type: 'refresh_token' }),

  async 'page-expired'({ issuer, server }) {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(issuer))
    server.clock.pass(3601)
    return signIn(browser, page)
  },
  async 'page-foreign'({ issuer }) {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(issuer))
    browser.cookies.clear()
    return signIn(browser, page)
  },
  async 'origin-foreign'({ issuer }): Promise<Page> {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(issuer))
    return browser.submit(page, '/sign-in', { login: 'alice' }, { origin: 'https://evil.example' })
  },
} as const satisfies Readonly<Record<string, Producer>>
