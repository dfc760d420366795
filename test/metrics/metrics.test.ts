import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reasons } from '../../src/core/reasons.ts'
import { routes } from '../../src/http/routes.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { send, speak } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, obtainTokens, post, refresh } from '../support/token.ts'
import { ask, scrape, token } from './scrape.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ config: { metrics_token: token } })
})
afterAll(() => server.close())

/** How much a metric goes up while something happens. */
async function rise(name: string, labels: Record<string, string>, happens: () => Promise<unknown>): Promise<number> {
  const before = (await scrape(server.issuer)).value(name, labels) ?? 0
  await happens()
  return ((await scrape(server.issuer)).value(name, labels) ?? 0) - before
}

/** All that a stranger sees of an answer but its own number and the time. */
async function seen(response: Response) {
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
  return { status: response.status, headers, body: await response.text() }
}

describe('who may read /metrics', () => {
  test('whoever shows the token, by any host name', async () => {
    const response = await ask(server.issuer, { authorization: `bearer ${token}` })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const headers = { host: '10.1.2.3:9090', authorization: `Bearer ${token}` }
    expect((await send(`${server.issuer}/metrics`, { headers })).status).toBe(200)
  })

  test.each([
    ['nobody', {}],
    ['another token', { authorization: `Bearer ${token}x` }],
    ['a part of it', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` }],
    ['nothing', { authorization: 'Bearer' }],
  ])('%s finds nothing there, like anywhere else', async (_who, headers: Record<string, string>) => {
    const there = await seen(await ask(server.issuer, headers))
    const nowhere = await seen(await fetch(`${server.issuer}/nothing-here`, { headers }))
    expect(there).toEqual(nowhere)
    expect(there.status).toBe(404)
  })

  test.each(['POST', 'HEAD', 'PUT', 'OPTIONS'])('%s finds nothing there, token or not', async method => {
    const headers = { authorization: `Bearer ${token}` }
    const there = await seen(await ask(server.issuer, headers, { method }))
    expect(there).toEqual(await seen(await fetch(`${server.issuer}/nothing-here`, { method, headers })))
    expect(there.status).toBe(404)
  })

  test('the token is none in a query', async () => {
    for (const name of ['token', 'access_token'])
      expect((await fetch(`${server.issuer}/metrics?${name}=${token}`)).status).toBe(404)
  })

  test('without a token nobody', async () => {
    const closed = await startServer()
    for (const authorization of [`Bearer ${token}`, 'Bearer undefined', 'Bearer ']) {
      expect((await ask(closed.issuer, { authorization })).status).toBe(404)
    }
    await closed.close()
  })
})

describe('what it says', () => {
  test('keeps to the conventions of Prometheus, as promtool would check them', async () => {
    const { families } = await scrape(server.issuer)
    for (const { name, help, type } of families) {
      expect(name).toMatch(/^(grantwise|process|nodejs)_[a-z0-9_]+$/)
      expect(help.length, name).toBeGreaterThan(5)
      expect(['COUNTER', 'GAUGE', 'HISTOGRAM', 'SUMMARY'], name).toContain(type)
      if (!name.startsWith('grantwise_')) continue
      expect(name.endsWith('_total'), name).toBe(type === 'COUNTER')
      expect(name).not.toMatch(/_(count|sum|bucket|milliseconds|ms|kilobytes|percent)(_|$)/)
    }
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length)
  })

  test('is listed in the documentation, one for one', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/observability.md'), 'utf8')
    const listed = [...page.matchAll(/^\| `(grantwise_\w+)`/gm)].map(([, name]) => name)
    await expect
      .poll(async () =>
        (await scrape(server.issuer)).families
          .map(({ name }) => name)
          .filter(isOurs)
          .sort(),
      )
      .toEqual(listed.toSorted())
  })

  test('names routes and reasons, never what was sent', async () => {
    const junk = 'hunter2-hunter2'
    await fetch(`${server.issuer}/${junk}`)
    await fetch(`${server.issuer}/errors/${junk}`)
    await fetch(`${server.issuer}/authorize?client_id=${junk}&${junk}=${junk}`)
    await post(`${server.issuer}/token`, { grant_type: junk }, basic('job'))
    await post(`${server.issuer}/token`, { grant_type: junk }, basic(junk))
    await post(`${server.issuer}/${junk}`, { grant_type: 'client_credentials' })
    const { families, series } = await scrape(server.issuer)
    expect(JSON.stringify(families)).not.toContain(junk)
    const endpoints = series('grantwise_http_requests_total').map(({ labels }) => labels?.['endpoint'])
    expect([...routes.map(({ path }) => path), '/metrics', 'unknown']).toEqual(expect.arrayContaining(endpoints))
    expect(endpoints).toEqual(expect.arrayContaining(['unknown', '/authorize', '/token', '/errors/:reason']))
    const refused = series('grantwise_refusals_total').map(({ labels }) => labels?.['reason'])
    expect(refused.toSorted()).toEqual(Object.keys(reasons).toSorted())
  })
})

const isOurs = (name: string) => name.startsWith('grantwise_')

describe('what is counted', () => {
  const requests = 'grantwise_http_requests_total'

  test('each answer, by endpoint, grant and status, with the time it took', async () => {
    const granted = { endpoint: '/token', grant_type: 'client_credentials', status: '200' }
    const three = () => Promise.all([1, 2, 3].map(() => clientCredentials(server.issuer)))
    expect(await rise(requests, granted, three)).toBe(3)
    const { endpoint, grant_type } = granted
    expect(await rise('grantwise_http_request_duration_seconds', { endpoint, grant_type }, three)).toBe(3)
    expect(await rise('grantwise_tokens_issued_total', { grant_type }, three)).toBe(3)
    const refused = { endpoint, grant_type: 'other', status: '400' }
    const unsupported = () => post(`${server.issuer}/token`, { grant_type: 'urn:x' }, basic('job'))
    expect(await rise(requests, refused, unsupported)).toBe(1)
    expect(await rise('grantwise_tokens_issued_total', {}, unsupported)).toBe(0)
  })

  test('what a body spelt otherwise asks for is the same grant', async () => {
    const spelt = () =>
      fetch(`${server.issuer}/token`, {
        method: 'POST',
        headers: { ...basic('job'), 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client%5Fcredentials',
      })
    const labels = { endpoint: '/token', grant_type: 'client_credentials', status: '200' }
    expect(await rise(requests, labels, spelt)).toBe(1)
  })

  test('each refusal by its exact reason, whether it was an error, a page, or sent back to a client', async () => {
    const refusals = 'grantwise_refusals_total'
    const wrongSecret = () => clientCredentials(server.issuer, {}, basic('job', 'x'.repeat(32)))
    expect(await rise(refusals, { reason: 'client-secret-wrong' }, wrongSecret)).toBe(1)
    const silently = () => openBrowser().get(authorizeUrl(server.issuer, { prompt: 'none' }))
    expect(await rise(refusals, { reason: 'login-required' }, silently)).toBe(1)
    const nowhere = () => fetch(`${server.issuer}/nothing-here`)
    expect(await rise(refusals, { reason: 'path-unknown' }, nowhere)).toBe(1)
    const garbage = () => speak(server.issuer, 'GARBAGE\r\n\r\n')
    expect(await rise(refusals, { reason: 'request-unreadable' }, garbage)).toBe(1)
  })

  test('sign-ins by what came of them', async () => {
    const attempt = (word?: string) => async () => {
      const browser = openBrowser()
      await signIn(browser, await browser.get(authorizeUrl(server.issuer)), 'bob', word)
    }
    const signIns = 'grantwise_signins_total'
    expect(await rise(signIns, { result: 'signed-in' }, attempt())).toBe(1)
    expect(await rise(signIns, { result: 'refused' }, attempt('wrong'))).toBe(1)
    const often = async () => {
      for (let i = 0; i < 15; i++) await attempt('wrong')()
    }
    expect(await rise(signIns, { result: 'throttled' }, often)).toBeGreaterThan(0)
    server.clock.pass(900)
  })

  test('commits, and the writes that shared them; a token for a client itself makes none', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    const once = () => refresh(server.issuer, refresh_token)
    const before = await scrape(server.issuer)
    await once()
    const after = await scrape(server.issuer)
    for (const name of ['grantwise_commit_duration_seconds', 'grantwise_commit_size']) {
      expect((after.value(name) ?? 0) - (before.value(name) ?? 0), name).toBe(1)
    }
    expect(await rise('grantwise_commit_size', {}, () => clientCredentials(server.issuer))).toBe(0)
    expect(after.value('grantwise_commit_queue_depth')).toBe(0)
  })

  test('a commit that fails', async () => {
    const other = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
    const hasty = await openSqliteStore({
      file: join(server.data_dir, 'grantwise.db'),
      clock: server.clock,
      busyTimeout: 1,
    })
    const seen: boolean[] = []
    hasty.observeCommits((_writes, _milliseconds, failed) => seen.push(failed))
    other.exec('BEGIN IMMEDIATE')
    await expect(hasty.setMeta('a', '1')).rejects.toThrow()
    other.exec('ROLLBACK')
    await hasty.setMeta('a', '1')
    expect(seen).toEqual([true, false])
    other.close()
    await hasty.close()
  })

  test('passwords that wait to be hashed', async () => {
    const { passwords } = server.data
    expect((await scrape(server.issuer)).value('grantwise_password_queue_depth')).toBe(0)
    const waiting = Array.from({ length: 12 }, () => passwords.verify(undefined, 'x'))
    expect((await scrape(server.issuer)).value('grantwise_password_queue_depth')).toBeGreaterThan(0)
    await Promise.all(waiting)
    expect((await scrape(server.issuer)).value('grantwise_password_queue_depth')).toBe(0)
  })

  test('the rows of every table, and the size of the database', async () => {
    const counted = await startServer({ config: { metrics_token: token } })
    const rows = async () => {
      const { series } = await scrape(counted.issuer)
      return Object.fromEntries(series('grantwise_rows').map(({ labels, value }) => [labels?.['table'], Number(value)]))
    }
    await expect.poll(rows).toEqual(countRows(counted.data_dir, { uses: true }))
    expect((await rows())['clients']).toBe(10)
    const { value } = await scrape(counted.issuer)
    expect(value('grantwise_database_bytes', { file: 'log' })).toBeGreaterThan(4096)
    expect(value('grantwise_build_info', { version: '0.1.0', node: process.versions.node })).toBe(1)
    await counted.close()
  })

  test('what is over and still there, until it is swept', async () => {
    await obtainTokens(server.issuer)
    const backlog = async (table: string) => (await scrape(server.issuer)).value('grantwise_sweep_backlog', { table })
    await server.data.store.sweep(server.clock.now())
    expect(await backlog('families')).toBe(0)
    server.clock.pass(100 * 86_400)
    expect(await backlog('families')).toBeGreaterThan(0)
    expect(await backlog('refresh_tokens')).toBeGreaterThan(0)
    await server.data.store.sweep(server.clock.now())
    expect(await backlog('families')).toBe(0)
    expect(await backlog('refresh_tokens')).toBe(0)
  })
})

test('below a path of the issuer, routes keep their names, and /metrics its place', async () => {
  const issuer = `http://127.0.0.1:${await freePort()}/tenant`
  const port = Number(new URL(issuer).port)
  const tenant = await startServer({ config: { metrics_token: token, port, issuer } })
  await clientCredentials(issuer)
  const { value } = await scrape(new URL(issuer).origin)
  expect(value('grantwise_http_requests_total', { endpoint: '/token', status: '200' })).toBe(1)
  expect((await ask(issuer, { authorization: `Bearer ${token}` })).status).toBe(404)
  await tenant.close()
})
