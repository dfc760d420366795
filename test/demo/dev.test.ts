import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { ApplyRefused } from '../../src/admin/apply-refused.ts'
import { exportFile } from '../../src/admin/export.ts'
import { StartRefused } from '../../src/config.ts'
import { grants } from '../../src/core/grants/index.ts'
import { demoDocument, demoNames } from '../../src/demo/registration.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, get, post } from '../support/token.ts'
import { appToken, call, jobSecret, userTokens } from './support.ts'

/** A directory that outlives its servers. */
function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'grantwise-dev-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Why a server does not start on this directory. */
async function refusal(server: TestServer, config: object = {}): Promise<string> {
  const port = Number(new URL(server.url).port)
  const again = startServer({ document: {}, data_dir: server.data_dir, config: { port, ...config } })
  const error = await again.then(
    async it => {
      await it.close()
      throw new Error('it started')
    },
    (error: unknown) => error,
  )
  if (error instanceof StartRefused || error instanceof ApplyRefused) return error.message
  throw error
}

describe('what --dev registers', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ document: {}, config: { dev: true } })
  })
  afterAll(() => server?.close())

  test('is an API, a client of each kind and two people, each with a name that begins with demo-', async () => {
    const { clients, users, resource_servers } = (await exportFile(server.data.store, server.data)) as unknown as {
      clients: { client_id: string; token_endpoint_auth_method: string; grantwise: { runs_on: string } }[]
      users: { login: string }[]
      resource_servers: { audience: string; scopes: Record<string, { requires_user: boolean }> }[]
    }
    expect(clients.map(it => it.client_id).sort()).toEqual([...demoNames.clients].sort())
    expect(users.map(it => it.login).sort()).toEqual([...demoNames.users].sort())
    for (const name of [...demoNames.clients, ...demoNames.users]) expect(name).toMatch(/^demo-/)
    expect(new Set(clients.map(it => it.grantwise.runs_on))).toEqual(
      new Set(['server', 'browser', 'native', 'cli', 'device']),
    )
    expect(resource_servers).toMatchObject([
      {
        audience: `${server.issuer}/demo/api`,
        scopes: {
          'albums:read': { requires_user: false },
          'me:read': { requires_user: true },
          'playlists:read': { requires_user: true },
        },
      },
    ])
  })

  test('is an apply file without a warning', async () => {
    const { store, passwords, random, clock } = server.data
    const grantTypes = grants.map(it => it.grant_type)
    const powers = { store, passwords, random, clock, hash: nodeHash, grantTypes }
    const { changes, warnings, unchanged } = await planApply([readApplyFile(demoDocument(server.issuer))], powers)
    expect(warnings).toEqual([])
    // Applied already, so nothing is left to change.
    expect([changes, unchanged]).toEqual([[], 9])
  })

  test.each([
    ['demo-spa', 'http://127.0.0.1:5002/callback'],
    ['demo-native', 'http://127.0.0.1:49152/callback'],
    ['demo-cli', 'http://127.0.0.1:49153/callback'],
  ])('signs people in to %s', async (client_id, redirect_uri) => {
    const browser = openBrowser()
    const scope = 'openid playlists:read'
    const asked = await browser.get(authorizeUrl(server.issuer, { client_id, redirect_uri, scope }))
    const page = await signIn(browser, asked, 'demo-ada', 'analytical engine')
    expect(page.html).toContain('See your playlists')
    const back = await browser.submit(page, '/consent', { consent: 'allow' })
    expect(back.location?.origin).toBe(new URL(redirect_uri).origin)
    expect(back.location?.searchParams.get('code')).toBeTruthy()
  })

  test('says on every page that it is there', async () => {
    const page = await openBrowser().get(`${server.issuer}/`)
    expect(page.html).toContain('Started with --dev')
  })
})

describe('started again', () => {
  test('it writes nothing, and passwords that people changed stay', async () => {
    const data_dir = directory()
    const first = await startServer({ document: {}, data_dir, config: { dev: true } })
    const before = await exportFile(first.data.store, first.data)
    const ada = await first.data.store.accountByLogin('demo-ada')
    const password_hash = await first.data.passwords.hash('a password of her own')
    if (!ada) throw new Error('nobody is called demo-ada')
    await first.data.store.applyChanges([{ kind: 'put_user', account: { ...ada, password_hash } }], first.clock.now())
    const again = await first.restart()
    const after = await exportFile(again.data.store, again.data)
    expect({ ...after, users: [] }).toEqual({ ...before, users: [] })
    expect(readRows(data_dir, 'users')).toHaveLength(2)
    expect((await again.data.store.accountByLogin('demo-ada'))?.password_hash).toBe(password_hash)
    expect((await call(again.issuer, '/albums', await appToken(again.issuer))).status).toBe(200)
    await again.close()
  })

  test('what was changed of its clients is set back', async () => {
    const data_dir = directory()
    const first = await startServer({ document: {}, data_dir, config: { dev: true } })
    const job = await first.data.store.client('demo-job')
    if (!job) throw new Error('there is no demo-job')
    await first.data.store.applyChanges([{ kind: 'put_client', client: { ...job, scope: '' } }], first.clock.now())
    const again = await first.restart()
    expect((await again.data.store.client('demo-job'))?.scope).toBe('albums:read')
    await again.close()
  })

  test('an apply file may name the demo API at the very first start', async () => {
    const data_dir = directory()
    const port = await freePort()
    const audience = `http://127.0.0.1:${port}/demo/api`
    const mine = {
      client_id: 'mine',
      client_secret: jobSecret,
      grant_types: ['client_credentials'],
      scope: 'albums:read',
    }
    const document = { clients: [{ ...mine, grantwise: { audiences: [audience] } }] }
    const server = await startServer({ document, data_dir, config: { dev: true, port } })
    const { body } = await clientCredentials(server.issuer, {}, basic('mine', jobSecret))
    expect((await call(server.issuer, '/albums', String(body['access_token']))).status).toBe(200)
    await server.close()
  })

  test('somebody who took the name demo-ada before is not taken over', async () => {
    const data_dir = directory()
    const document = { users: [{ login: 'demo-ada', password: 'a password of her own' }] }
    const server = await startServer({ document, data_dir })
    await server.close()
    expect(await refusal(server, { dev: true })).toMatch(/^the demo data of --dev: users\[0\]\.sub: expected /)
    expect(readRows(data_dir, 'clients')).toEqual([])
  })
})

describe('without --dev', () => {
  test('there is no demo API', async () => {
    const server = await startServer()
    for (const path of ['/demo/api/v1', '/demo/api/v1/albums', '/.well-known/oauth-protected-resource/demo/api']) {
      expect([path, (await get(server.issuer + path)).status]).toEqual([path, 404])
    }
    expect(await server.data.store.client('demo-web')).toBeUndefined()
    expect(await server.data.store.accountByLogin('demo-ada')).toBeUndefined()
    await server.close()
  })

  test('DESIGN §5: a directory with the demo data does not start, and is told what is there and how to mend it', async () => {
    const data_dir = directory()
    const server = await startServer({ document: {}, data_dir, config: { dev: true } })
    await server.close()
    const message = await refusal(server)
    for (const name of [...demoNames.clients, ...demoNames.users, `${server.issuer}/demo/api`]) {
      expect(message).toContain(name)
    }
    for (const mend of ['--dev', '--data-dir', 'grantwise apply --prune FILE', 'grantwise user delete demo-ada']) {
      expect(message).toContain(mend)
    }
    for (const secret of ['analytical engine', 'nanosecond wire', jobSecret]) expect(message).not.toContain(secret)
    // It comes back with --dev, and nothing was lost by the refusal.
    const again = await startServer({
      document: {},
      data_dir,
      config: { dev: true, port: Number(new URL(server.url).port) },
    })
    expect((await userTokens(again.issuer, 'demo-ada', 'me:read')).scope).toBe('me:read')
    await again.close()
  })

  test.each(['client', 'user', 'API'])('a single %s of it is enough to be refused', async kind => {
    const data_dir = directory()
    const server = await startServer({ document: {}, data_dir })
    const { audience, client } = { audience: `${server.issuer}/demo/api`, client: { client_id: 'demo-job' } }
    await server.apply(
      {
        client: { clients: [{ ...client, client_secret: jobSecret, grant_types: ['client_credentials'] }] },
        user: { users: [{ login: 'demo-grace', password: 'nanosecond wire' }] },
        API: { resource_servers: [{ audience }] },
      }[kind],
    )
    await server.close()
    expect(await refusal(server)).toMatch(/^This data directory holds the demo data of --dev, /)
  })

  test('names that only look like it are nobody’s business', async () => {
    const data_dir = directory()
    const server = await startServer({ document: {}, data_dir })
    await server.apply({
      clients: [{ client_id: 'demo-shop', client_secret: jobSecret, grant_types: ['client_credentials'] }],
      users: [{ login: 'demo-person', password: 'a password of their own' }],
    })
    const again = await server.restart()
    await again.close()
  })

  test('once it is pruned and its people are disabled, the directory starts', async () => {
    const data_dir = directory()
    const server = await startServer({ document: {}, data_dir, config: { dev: true } })
    const { store, passwords, random, clock } = server.data
    const users = demoNames.users.map(login => ({ login, disabled: true }))
    const powers = { store, passwords, random, clock, hash: nodeHash, grantTypes: [] }
    const { changes } = await planApply([readApplyFile({ users })], powers, { prune: true })
    await store.applyChanges(changes, clock.now())
    await server.close()
    const config = { port: Number(new URL(server.url).port) }
    const again = await startServer({ document: {}, data_dir, config })
    const { status } = await post(
      `${again.issuer}/token`,
      { grant_type: 'client_credentials' },
      basic('demo-job', jobSecret),
    )
    expect(status).toBe(401)
    await again.close()
  })
})

describe('an issuer with a path', () => {
  test('RFC 9728 §3.1: has its API below, and the metadata with the well-known part in front', async () => {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}/auth`
    const server = await startServer({ document: {}, config: { dev: true, port, issuer } })
    const at = `http://127.0.0.1:${port}/.well-known/oauth-protected-resource/auth/demo/api`
    expect((await get(at)).body).toMatchObject({ resource: `${issuer}/demo/api`, authorization_servers: [issuer] })
    const { status, body } = await call(issuer, '/albums', await appToken(issuer))
    expect([status, body['next']]).toEqual([200, `${issuer}/demo/api/v1/albums?limit=20&offset=20`])
    expect((await call(issuer, '/albums')).headers.get('www-authenticate')).toContain(`resource_metadata="${at}"`)
    expect((await get(`http://127.0.0.1:${port}/demo/api/v1/albums`)).status).toBe(404)
    await server.close()
  })

  test('a slash at its end changes nothing', async () => {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}/`
    const server = await startServer({ document: {}, config: { dev: true, port, issuer } })
    const here = issuer.slice(0, -1)
    expect((await call(here, '/albums', await appToken(here))).status).toBe(200)
    await server.close()
  })
})
