import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { type Certificate, writeCertificate } from '../support/certificate.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { fieldsOf } from '../support/form.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, post, refresh } from '../support/token.ts'
import { createVisits, signInAt } from '../support/visit.ts'
import { world } from '../support/world.ts'
import { checkConfig, freePorts, from, type NginxOptions, nginx, startNginx, writeConfig } from './nginx.ts'

describe.skipIf(nginx === undefined)('behind nginx as packaging/nginx says (skipped where there is no nginx)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-nginx-'))
  const trusted = getCACertificates('default')
  let certificate: Certificate
  let options: NginxOptions
  let proxy: Awaited<ReturnType<typeof startNginx>>
  let app: ClientApp
  let server: TestServer
  let browser: Browser
  const log = (name: string) => readFileSync(join(directory, name), 'utf8')

  beforeAll(async () => {
    certificate = writeCertificate(directory)
    setDefaultCACertificates([...trusted, certificate.pem])
    const [http = 0, https = 0, upstream = 0] = await freePorts(3)
    options = { directory, certificate, http, https, upstream }
    app = await startClientApp(() => server.issuer)
    const config = { port: upstream, issuer: `https://127.0.0.1:${https}`, trust_proxy: ['127.0.0.1'], sign_up: true }
    const document = { ...world, clients: [...world.clients, app.registration] }
    ;[server, browser, proxy] = await Promise.all([
      startServer({ document, config }),
      launchChromium(),
      startNginx(options),
    ])
  })
  afterAll(async () => {
    setDefaultCACertificates(trusted)
    await browser?.close()
    await proxy?.close()
    await app?.close()
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('nginx finds nothing wrong with it', () => {
    const { status, said } = checkConfig(writeConfig({ ...options, directory: join(directory, 'checked') }))
    expect(said).not.toMatch(/\[(warn|error|emerg|alert|crit)\]/)
    expect(status).toBe(0)
  })

  test('somebody signs in and out in Chromium, with cookies of this host alone', async () => {
    const visit = createVisits(browser, () => server.issuer)
    await visit({ ignoreHTTPSErrors: true }, async ({ page, context }) => {
      await page.goto(`${app.origin}/login`)
      await signInAt(page, `${app.origin}/`)
      expect(app.answers.at(-1)?.claims).toMatchObject({ iss: server.issuer, name: 'Alice' })
      const cookies = await context.cookies(server.issuer)
      expect(cookies.map(({ name }) => name.startsWith('__Host-grantwise-'))).toEqual([true, true, true])
      await page.goto(`${app.origin}/logout`)
      expect(page.url()).toBe(`${app.origin}/?state=left`)
    })
  })

  test('RFC 6797 §7.1: https is asked for once in every answer of ours', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const answers = [
      await fetch(`${server.issuer}/`),
      await fetch(`${server.issuer}/.well-known/openid-configuration`),
      await fetch(`${server.issuer}/nowhere`),
      await refresh(server.issuer, refresh_token),
    ]
    for (const { headers } of answers) {
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
      expect(headers.get('content-encoding')).toBeNull()
    }
  })

  test('HTTP/2 is spoken', async () => {
    const session = connectHttp2(server.issuer, { ca: certificate.pem })
    const stream = session.request({ ':path': '/.well-known/openid-configuration' })
    expect(JSON.parse(await text(stream))).toMatchObject({ issuer: server.issuer })
    expect(session.alpnProtocol).toBe('h2')
    session.close()
  })

  test('http leads to https, under the name that is configured', async () => {
    const answer = await fetch(`http://127.0.0.1:${options.http}/advisor?a=b`, {
      headers: { host: 'evil.example' },
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([301, 'https://127.0.0.1/advisor?a=b'])
    expect(answer.headers.get('strict-transport-security')).toBeNull()
  })

  test('a visitor is known by the address they come from, whatever they say it is', async () => {
    const signUp = async (address: string, claimed: string) => {
      const visitor = openBrowser(from(address, certificate.pem))
      const page = await visitor.get(`${server.issuer}/sign-up`)
      const fields = { login: 'alice', name: '', email: '', password: 'x', password_again: 'x' }
      return visitor.post(
        `${server.issuer}/sign-up`,
        {
          ...fieldsOf(page.html),
          ...fields,
          password: 'a phrase of several words',
          password_again: 'a phrase of several words',
        },
        { 'x-forwarded-for': claimed, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      )
    }
    const first = await Promise.all(Array.from({ length: 30 }, (_, at) => signUp('127.0.0.2', `192.0.2.${at}`)))
    expect(first.map(({ status }) => status)).not.toContain(429)
    expect((await signUp('127.0.0.2', '192.0.2.200')).status).toBe(429)
    expect((await signUp('127.0.0.3', '127.0.0.2')).status).not.toBe(429)

    await obtainTokens(server.issuer, {}, openBrowser(from('127.0.0.4', certificate.pem)))
    expect(readRows(server.data_dir, 'sessions').map(({ address }) => address)).toContain('127.0.0.4')
  })

  test('what is too large is refused by Grantwise, with a reason, and only far beyond by nginx', async () => {
    const body = (bytes: number) => ({ grant_type: 'x'.repeat(bytes - 'grant_type='.length) })
    expect((await post(`${server.issuer}/token`, body(99_000))).body.error).toBe('invalid_client')
    expect(await post(`${server.issuer}/token`, body(100_001))).toMatchObject({
      status: 413,
      body: { error: 'invalid_request', error_uri: expect.stringMatching(/\/errors\/body-too-large$/) },
    })
    const beyond = await fetch(`${server.issuer}/token`, { method: 'POST', body: 'x'.repeat(140_000) })
    expect(beyond.status).toBe(413)
    const header = await fetch(`${server.issuer}/healthz`, { headers: { 'x-long': 'x'.repeat(15_500) } })
    expect(header.status).toBe(200)
    const longer = await fetch(`${server.issuer}/healthz`, {
      headers: { one: 'x'.repeat(9_000), two: 'x'.repeat(9_000) },
    })
    expect([longer.status, await longer.json()]).toEqual([431, expect.objectContaining({ error: 'invalid_request' })])
  })

  test('a state as long as a request may be comes back whole', async () => {
    const state = 's'.repeat(12_000)
    const url = authorizeUrl(server.issuer, { state, prompt: 'none' })
    const answer = await fetch(url, { redirect: 'manual' })
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('state')).toBe(state)
  })

  test('the metrics are not for the world', async () => {
    expect((await fetch(`${server.issuer}/metrics`)).status).toBe(404)
    expect(log('grantwise.log')).toMatch(/"path":"\/metrics".*"upstream_status":""/)
  })

  test('no log holds a query, not even when Grantwise does not answer', async () => {
    await fetch(authorizeUrl(server.issuer, { login_hint: 'carol@example.com' }), {
      headers: { referer: 'https://app.example/callback?code=stolen' },
    })
    await server.close()
    const answer = await fetch(authorizeUrl(server.issuer, { login_hint: 'dave@example.com' }))
    expect(answer.status).toBe(502)
    const lines = log('grantwise.log').trim().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ method: 'GET', path: '/authorize', status: 502 })
    for (const name of ['grantwise.log', 'grantwise.error.log', 'main.log']) {
      expect(log(name)).not.toMatch(/\?|hint|example\.com|code_challenge|stolen/)
    }
  })
})
