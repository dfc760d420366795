import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { liveSecrets } from '../../src/admin/secrets.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { client, issued, openDesk, secret } from './harness.ts'

const example: { users: object[]; clients: object[]; resource_servers: object[] } = JSON.parse(
  readFileSync('examples/apply.json', 'utf8'),
)
const other = 'another-secret-of-32-characters-or-more'
const third = 'the-third-secret-of-32-characters-or-more'

describe('applying', () => {
  it('the example of the contract creates what it says', async () => {
    const { apply, store, passwords, plan } = await openDesk()
    expect((await plan(example)).warnings).toEqual([])
    expect(await apply(example)).toEqual([
      'resource server https://api.example.com: created',
      'client web: created',
      'user alice: created',
    ])
    const web = await store.client('web')
    expect(web).toMatchObject({ client_name: 'Web app', grantwise: { audiences: ['https://api.example.com'] } })
    expect(web?.secrets).toEqual([{ hash: nodeHash.sha256(secret), created_at: issued }])
    const alice = await store.accountByLogin('alice')
    expect(alice).toMatchObject({ email: 'alice@example.com', email_verified: true, claims: { name: 'Alice' } })
    expect(alice?.sub).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await passwords.verify(alice?.password_hash, 'correct horse battery staple')).toBe(true)
    expect((await store.resourceServer('https://api.example.com'))?.scopes['profile:read']?.requires_user).toBe(true)
  })

  it('a second time changes nothing', async () => {
    const { apply, plan } = await openDesk()
    await apply(example)
    expect(await plan(example)).toMatchObject({ changes: [], actions: [], unchanged: 3, warnings: [] })
    expect(await apply(example)).toEqual(['3 unchanged'])
  })

  it('several files are one: what one describes another may refer to', async () => {
    const { powers } = await openDesk()
    const { resource_servers, clients, users } = example
    const files = [readApplyFile({ clients, users }, 'a.json'), readApplyFile({ resource_servers }, 'b.json')]
    expect((await planApply(files, powers)).actions).toHaveLength(3)
  })

  it('nothing is applied unless all of it is valid', async () => {
    const { store, refusal, powers } = await openDesk()
    const broken = { ...example, users: [...example.users, { login: 'bob', password: 'short' }] }
    expect(await refusal(broken)).toEqual([
      'users[1].password: expected a password of at least 8 characters and at most 1024 bytes; got a string of 5 characters',
    ])
    const files = [
      readApplyFile(example, 'good.json'),
      readApplyFile({ clients: [client({ scope: '"' })] }, 'bad.json'),
    ]
    await expect(planApply(files, powers)).rejects.toThrow(/^bad\.json: clients\[0\]\.scope: expected/)
    expect(await store.allClients()).toEqual([])
    expect(await store.allAccounts()).toEqual([])
  })

  it('the file wins over what was changed since, and says which members', async () => {
    const { apply, store } = await openDesk()
    await apply({ clients: [client()] })
    const stored = await store.client('web')
    if (!stored) throw new Error('no client')
    const grantwise = { ...stored.grantwise, refresh_grace: 0 }
    await store.applyChanges([{ kind: 'put_client', client: { ...stored, scope: 'openid', grantwise } }], issued)
    expect(await apply({ clients: [client()] })).toEqual([
      'client web: set to what the file says: scope, grantwise.refresh_grace',
    ])
    expect(await apply({ clients: [client()] })).toEqual(['1 unchanged'])
  })

  it.each([
    [
      'clients',
      [client(), client()],
      'clients[1].client_id: expected another client_id than that of clients[0]; got "web"',
    ],
    [
      'users',
      [{ login: 'Alice' }, { login: 'alice' }],
      'users[1].login: expected another login than that of users[0]; got "alice"',
    ],
    [
      'users',
      [
        { login: 'alice', sub: '1' },
        { login: 'bob', sub: '1' },
      ],
      'users[1].sub: expected another sub than that of users[0]; got "1"',
    ],
    [
      'resource_servers',
      [{ audience: 'urn:a:b' }, { audience: 'urn:a:b' }],
      'resource_servers[1].audience: expected another audience than that of resource_servers[0]; got "urn:a:b"',
    ],
    [
      'clients',
      [client({ grantwise: { audiences: ['urn:a:b'] } })],
      'clients[0].grantwise.audiences[0]: expected the audience of a resource server in these files or registered before; got "urn:a:b"',
    ],
    [
      'clients',
      [client({ client_secret: undefined })],
      'clients[0].client_secret: expected a secret, since token_endpoint_auth_method is "client_secret_basic"; "private_key_jwt" with its public keys needs none, and "none" makes it a public client; got none, neither here nor stored',
    ],
    [
      'resource_servers',
      [{ audience: 'urn:a:b', client_id: 'api' }],
      'resource_servers[0].client_id: expected a client in these files or registered before; got "api"',
    ],
  ])('%s: %j is refused', async (kind, entries, message) => {
    const { refusal } = await openDesk()
    expect(await refusal({ [kind]: entries })).toEqual([message])
  })

  it('a public client cannot introspect for a resource server', async () => {
    const { refusal } = await openDesk()
    const spa = client({ client_secret: undefined, token_endpoint_auth_method: 'none' })
    const document = { resource_servers: [{ audience: 'urn:a:b', client_id: 'web' }], clients: [spa] }
    expect(await refusal(document)).toEqual([
      'resource_servers[0].client_id: expected a client with a secret, since it authenticates to introspect; got "web"',
    ])
  })

  it('what refers to something broken is not reported for it', async () => {
    const { refusal } = await openDesk()
    const document = {
      resource_servers: [{ audience: 'urn:a:b', access_token_ttl: 1 }],
      clients: [client({ grantwise: { audiences: ['urn:a:b'] } })],
    }
    expect((await refusal(document)).map(line => line.split(': ')[0])).toEqual(['resource_servers[0].access_token_ttl'])
  })

  it('warns of what is registered and may not do what its author hopes', async () => {
    const { plan } = await openDesk()
    const grantwise = { policy: 'auth0', owners: ['nobody'] }
    const { warnings } = await plan({
      clients: [
        client({
          client_secret: `${secret}:+/`,
          grant_types: ['authorization_code', 'implicit'],
          response_types: ['code', 'token'],
          scope: 'openid nothing:read',
          grantwise,
        }),
      ],
      users: [{ login: 'alice', roles: ['admin', 'administrator'] }],
    })
    expect(warnings.map(line => line.split(': ')[0])).toEqual([
      'clients[0].grant_types[1]',
      'clients[0].client_secret',
      'clients[0].scope',
      'clients[0].grantwise.owners[0]',
      'users[0].roles[1]',
    ])
    expect(warnings[0]).toBe('clients[0].grant_types[1]: implicit is registered, but this server does not offer it now')
    expect(warnings.join()).not.toContain(secret)
  })
})

describe('a client secret', () => {
  const hashes = async (store: Awaited<ReturnType<typeof openDesk>>['store']) =>
    ((await store.client('web'))?.secrets ?? []).map(({ hash, expires_at }) => ({ hash, expires_at }))
  const hash = nodeHash.sha256

  it('stays when the file gives none', async () => {
    const { apply, store } = await openDesk()
    await apply({ clients: [client()] })
    expect(await apply({ clients: [client({ client_secret: undefined, scope: 'openid' })] })).toEqual([
      'client web: set to what the file says: scope',
    ])
    expect(await hashes(store)).toEqual([{ hash: hash(secret), expires_at: undefined }])
  })

  it('is replaced by a new one, and works for another day', async () => {
    const { apply, store, wait } = await openDesk()
    await apply({ clients: [client()] })
    wait(60)
    expect(await apply({ clients: [client({ client_secret: other })] })).toEqual([
      'client web: set to what the file says: client_secret (the secret before works until 2027-01-16T08:01:00.000Z)',
    ])
    expect(await hashes(store)).toEqual([
      { hash: hash(secret), expires_at: issued + 60 + 86_400 },
      { hash: hash(other), expires_at: undefined },
    ])
    expect(await apply({ clients: [client({ client_secret: other })] })).toEqual(['1 unchanged'])
    wait(86_400)
    expect(liveSecrets((await store.client('web'))?.secrets ?? [], issued + 60 + 86_400)).toHaveLength(1)
    expect(await apply({ clients: [client({ client_secret: other })] })).toEqual(['1 unchanged'])
  })

  it('never has more than one before it', async () => {
    const { apply, store, wait } = await openDesk()
    for (const client_secret of [secret, other, third]) {
      await apply({ clients: [client({ client_secret })] })
      wait(60)
    }
    expect((await hashes(store)).map(it => it.hash)).toEqual([hash(other), hash(third)])
  })

  it('comes back when a file names it again', async () => {
    const { apply, store, wait } = await openDesk()
    await apply({ clients: [client()] })
    wait(60)
    await apply({ clients: [client({ client_secret: other })] })
    wait(60)
    await apply({ clients: [client()] })
    expect(await hashes(store)).toEqual([
      { hash: hash(secret), expires_at: undefined },
      { hash: hash(other), expires_at: issued + 120 + 86_400 },
    ])
    expect(await apply({ clients: [client()] })).toEqual(['1 unchanged'])
  })

  it('goes when the client becomes public', async () => {
    const { apply, store } = await openDesk()
    await apply({ clients: [client()] })
    await apply({ clients: [client({ client_secret: undefined, token_endpoint_auth_method: 'none' })] })
    expect(await hashes(store)).toEqual([])
  })
})

describe('a user', () => {
  const alice = {
    login: 'alice',
    password: 'correct horse battery staple',
    email: 'alice@example.com',
    email_verified: true,
  }

  it('keeps the password that they changed themselves', async () => {
    const { apply, store, passwords } = await openDesk()
    await apply({ users: [alice] })
    const account = await store.accountByLogin('alice')
    if (!account) throw new Error('no account')
    const password_hash = await passwords.hash('my own password')
    await store.applyChanges([{ kind: 'put_user', account: { ...account, password_hash } }], issued)
    expect(await apply({ users: [{ ...alice, disabled: true }] })).toEqual([
      'user alice: set to what the file says: disabled',
    ])
    expect(await store.accountByLogin('alice')).toEqual({ ...account, password_hash, disabled: true })
  })

  it('keeps what the file leaves out', async () => {
    const { apply, store } = await openDesk()
    await apply({ users: [{ ...alice, claims: { name: 'Alice' }, roles: ['admin'], disabled: true }] })
    expect(await apply({ users: [{ login: 'alice' }] })).toEqual(['1 unchanged'])
    expect(await store.accountByLogin('alice')).toMatchObject({ roles: ['admin'], disabled: true })
  })

  it('does not keep the proof of an address with another address', async () => {
    const { apply, store } = await openDesk()
    await apply({ users: [alice] })
    await apply({ users: [{ login: 'alice', email: 'other@example.com' }] })
    expect(await store.accountByLogin('alice')).toMatchObject({ email: 'other@example.com', email_verified: false })
  })

  it('has one sub for ever, and nobody else has it', async () => {
    const { apply, refusal } = await openDesk()
    await apply({ users: [{ login: 'alice', sub: 'a' }] })
    expect(await apply({ users: [{ login: 'alice', sub: 'a' }] })).toEqual(['1 unchanged'])
    expect(
      await refusal({
        users: [
          { login: 'alice', sub: 'b' },
          { login: 'bob', sub: 'a' },
        ],
      }),
    ).toEqual([
      'users[0].sub: expected a, which alice has and keeps (OIDC Core §2), or none; got "b"',
      'users[1].sub: expected a sub that nobody has; got that of alice',
    ])
  })
})

describe('pruning', () => {
  it('deletes the clients and resource servers that no file describes, never a user', async () => {
    const { apply, store } = await openDesk()
    await apply(example)
    const left = { clients: [client({ client_id: 'left' })] }
    expect(await apply(left)).toEqual(['client left: created'])
    expect(await store.allClients()).toHaveLength(2)
    expect(await apply(left, { prune: true })).toEqual([
      'client web: deleted (with its consents and tokens)',
      'resource server https://api.example.com: deleted',
      '1 unchanged',
    ])
    expect((await store.allClients()).map(it => it.client_id)).toEqual(['left'])
    expect(await store.allResourceServers()).toEqual([])
    expect(await store.allAccounts()).toHaveLength(1)
  })

  it('refuses a file that refers to what it would delete', async () => {
    const { apply, refusal } = await openDesk()
    await apply(example)
    expect(await refusal({ clients: example.clients }, { prune: true })).toEqual([
      expect.stringMatching(/^clients\[0\]\.grantwise\.audiences\[0\]: expected the audience of a resource server/),
    ])
  })
})

describe('exporting', () => {
  it('gives an empty store the same, byte for byte, and says no secret', async () => {
    const from = await openDesk()
    await from.apply({
      ...example,
      clients: [
        ...example.clients,
        client({ client_id: 'api', grant_types: ['client_credentials'], redirect_uris: undefined }),
        client({ client_id: 'spa', client_secret: undefined, token_endpoint_auth_method: 'none', default_max_age: 60 }),
      ],
      users: [...example.users, { login: 'bob', disabled: true }],
    })
    from.wait(60)
    await from.apply({ clients: [client({ client_id: 'api', client_secret: other, client_name: 'API' })] })
    const exported = await from.export()
    expect(JSON.stringify(exported)).not.toMatch(/a-secret|another-secret|correct horse/)
    expect(exported).toMatchObject({
      clients: [
        {
          client_id: 'api',
          client_secret_hash: [
            { hash: `sha256:${nodeHash.sha256(secret)}`, expires_at: issued + 60 + 86_400 },
            `sha256:${nodeHash.sha256(other)}`,
          ],
        },
        { client_id: 'spa', token_endpoint_auth_method: 'none' },
        { client_id: 'web', client_secret_hash: `sha256:${nodeHash.sha256(secret)}` },
      ],
      users: [{ login: 'alice', password_hash: expect.stringMatching(/^\$argon2id\$/) }, { login: 'bob' }],
    })

    const to = await openDesk()
    await to.apply(exported)
    expect(JSON.stringify(await to.export())).toBe(JSON.stringify(exported))
    expect(await to.apply(exported)).toEqual(['6 unchanged'])
    expect(await from.apply(exported)).toEqual(['6 unchanged'])
    expect(await to.store.allAccounts()).toEqual(await from.store.allAccounts())
    expect(await to.store.allResourceServers()).toEqual(await from.store.allResourceServers())
  })

  it('leaves out secrets that no longer work', async () => {
    const { apply, export: exported, wait } = await openDesk()
    await apply({ clients: [client()] })
    await apply({ clients: [client({ client_secret: other })] })
    wait(86_400)
    expect(await exported()).toMatchObject({ clients: [{ client_secret_hash: `sha256:${nodeHash.sha256(other)}` }] })
  })
})
