import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { ApplyRefused } from '../../src/admin/apply-refused.ts'
import { parseDocument } from '../../src/admin/parse-document.ts'
import { client, problemsOf, problemsOfClient, secret } from './harness.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const validHash = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
const hashOf = (letter: string): string => `sha256:${letter.repeat(43)}`

const example = readFileSync('examples/apply.json', 'utf8')

describe('a file', () => {
  it('the example of the contract has no problem', () => {
    expect(problemsOf(JSON.parse(example))).toEqual([])
  })

  it('is JSON or YAML by its name, else by its content', async () => {
    const yaml = 'clients:\n  - client_id: web # the web app\n'
    const value = { clients: [{ client_id: 'web' }] }
    expect(await parseDocument(yaml, 'apply.yaml')).toEqual(value)
    expect(await parseDocument(yaml, '-')).toEqual(value)
    expect(await parseDocument(JSON.stringify(value), 'apply.json')).toEqual(value)
    expect(await parseDocument(`\uFEFF${JSON.stringify(value)}`, '-')).toEqual(value)
    expect(await parseDocument(JSON.stringify(value, null, '\t'), 'apply.yml')).toEqual(value)
  })

  it.each([
    ['apply.json', '{ "clients": [ "hunter2" }', /^apply\.json: expected valid JSON; got .* at line 1, column/],
    ['apply.json', '{ "users": [{ "password": "hunter2", }] }', /something that YAML allows and JSON does not/],
    ['apply.json', 'clients: []', /something that YAML allows and JSON does not/],
    ['apply.yaml', 'users:\n  - password: hunter2\n    password: hunter2', /duplicate key at line 3, column 5/],
    ['apply.yaml', 'users:\n  - password: "hunter2', /expected valid YAML; got .* at line 2/],
    ['apply.yaml', 'users: !secret hunter2', /tag resolve failed at line 1/],
    ['apply.yaml', 'users: *hunter2', /expected valid YAML/],
  ])('%s: %s is refused with its place and never its text', async (name, text, message) => {
    const refused = await parseDocument(text, name).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApplyRefused)
    expect(String((refused as Error).message)).toMatch(message)
    expect(String(refused)).not.toContain('hunter2')
  })

  it.each([
    [null, 'the file: expected an object; got null'],
    [[], 'the file: expected an object; got an empty list'],
    ['alice:hunter2', 'the file: expected an object; got a string of 13 characters'],
    [{ clients: {} }, 'clients: expected a list of clients; got an object'],
    [{ users: 'alice:hunter2' }, 'users: expected a list of users; got a string of 13 characters'],
    [{ users: ['alice:hunter2'] }, 'users[0]: expected an object; got a string of 13 characters'],
    [{ client: [] }, 'client: expected a member that exists here (did you mean clients?); got an unknown one'],
  ])('%j is refused', (document, message) => {
    expect(problemsOf(document)).toEqual([message])
  })

  it('names every problem at once, each with path, expectation and what came', () => {
    const problems = problemsOf({
      resource_servers: [{ audience: 'api', access_token_ttl: 5, scopes: { 'a b': {}, openid: { description: 'x' } } }],
      clients: [
        client({ redirect_uris: ['https://app.example.com/cb', 'javascript:alert(1)'], pkce: 'required' }),
        client({ client_id: 'a b', token_endpoint_auth_method: 'none', grantwise: { pkce: 'when_sent', polcy: 1 } }),
      ],
      users: [{ login: 'alice', password: 'short', email: 'nobody', claims: { sub: '1' } }],
    })
    expect(problems.map(line => line.split(': expected')[0])).toEqual([
      'resource_servers[0].audience',
      'resource_servers[0].access_token_ttl',
      'resource_servers[0].scopes["a b"]',
      'resource_servers[0].scopes.openid',
      'clients[0].pkce',
      'clients[0].redirect_uris[1]',
      'clients[1].client_id',
      'clients[1].grantwise.polcy',
      'clients[1].grantwise.pkce',
      'clients[1].client_secret',
      'users[0].password',
      'users[0].email',
      'users[0].claims.sub',
    ])
    expect(problems[5]).toMatch(/^clients\[0\]\.redirect_uris\[1\]: expected https, .*; got "javascript:alert\(1\)"$/)
  })

  it('never repeats a secret, a password or what may hold one', () => {
    const document = {
      clients: [
        client({ client_secret: 'hunter2', client_secert: 'hunter2' }),
        client({ client_secret_hash: 'hunter2' }),
        client({ client_secret: undefined, client_secret_hash: ['hunter2', { hash: 'hunter2', expires_at: 1 }] }),
        client({ client_secret: { value: 'hunter2' }, grantwise: { client_secret: 'hunter2' } }),
        client({ token_endpoint_auth_method: 'none', client_secret: `${'hunter2'.repeat(5)}` }),
        client({ redirect_uris: ['https://me:hunter2@app.example.com/cb'] }),
        client({ redirect_uris: 'hunter2', grantwise: 'hunter2' }),
      ],
      users: [
        { login: 'a', password: 'hunter2' },
        { login: 'b', password: ['hunter2'] },
        { login: 'c', password_hash: 'hunter2' },
        { login: 'd', claims: 'hunter2', passwrd: 'hunter2' },
        { login: 'e', password: 72_4837_2 },
      ],
    }
    const { problems } = readApplyFile(document)
    expect(problems.length).toBeGreaterThan(12)
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|7248372/)
    expect(problemsOf(document)).toContain(
      'users[0].password: expected a password of at least 8 characters and at most 1024 bytes; got a string of 7 characters',
    )
  })
})

describe('a resource server', () => {
  const read = (members: object) =>
    readApplyFile({ resource_servers: [{ audience: 'https://api.example.com', ...members }] })

  it('has defaults', () => {
    expect(read({ scopes: { 'a:b': {} } }).resource_servers[0]?.value).toEqual({
      audience: 'https://api.example.com',
      name: 'https://api.example.com',
      access_token_format: 'jwt',
      access_token_ttl: 3600,
      access_token_signing_alg: 'ES256',
      client_id: null,
      allow_offline_access: true,
      scopes: { 'a:b': { description: 'a:b', requires_user: false } },
    })
  })

  it.each([
    [{ audience: 'urn:example:api' }],
    [{ audience: 'https://api.example.com/v1?x=y' }],
    [{ access_token_ttl: 60 }],
    [{ access_token_ttl: 86_400 }],
    [{ access_token_format: 'opaque' }],
    [{ access_token_signing_alg: 'EdDSA' }],
    [{ access_token_signing_alg: 'Ed25519' }],
    [{ access_token_signing_alg: 'RS256' }],
    [{ client_id: 'web' }],
    [{ scopes: {} }],
  ])('%j is accepted', members => {
    expect(read(members).problems).toEqual([])
  })

  it.each([
    [{ audience: undefined }, 'audience', /got nothing$/],
    [{ audience: 'api' }, 'audience', /an absolute URI.*got "api"$/],
    [{ audience: 'https://api.example.com#x' }, 'audience', /without fragment/],
    [{ audience: 'https://a b' }, 'audience', /spaces/],
    [{ name: '' }, 'name', /one line/],
    [{ access_token_ttl: 59 }, 'access_token_ttl', /from 60 to 86400; got 59$/],
    [{ access_token_ttl: 86_401 }, 'access_token_ttl', /from 60 to 86400; got 86401$/],
    [{ access_token_ttl: '3600' }, 'access_token_ttl', /a whole number.*got "3600"$/],
    [{ access_token_ttl: 60.5 }, 'access_token_ttl', /a whole number.*got 60.5$/],
    [{ access_token_format: 'JWT' }, 'access_token_format', /one of jwt, opaque; got "JWT"$/],
    [{ access_token_signing_alg: 'HS256' }, 'access_token_signing_alg', /one of ES256, RS256, EdDSA, Ed25519/],
    [{ access_token_signing_alg: 'none' }, 'access_token_signing_alg', /got "none"$/],
    [{ allow_offline_access: 'yes' }, 'allow_offline_access', /true or false; got "yes"$/],
    [{ client_id: 'a b' }, 'client_id', /1 to 255 of/],
    [{ client_id: 'new' }, 'client_id', /not "new"/],
    [{ client_id: '..' }, 'client_id', /not "new"/],
    [{ scopes: ['a'] }, 'scopes', /an object from scope to its meaning; got a list of 1$/],
    [{ scopes: { 'a"b': {} } }, 'scopes["a\\"b"]', /RFC 6749 §3\.3/],
    [{ scopes: { offline_access: {} } }, 'scopes.offline_access', /OpenID Connect's own/],
    [{ scopes: { a: { require_user: true } } }, 'scopes.a.require_user', /did you mean requires_user/],
    [{ scopes: { a: 'read' } }, 'scopes.a', /an object/],
    [{ ttl: 5 }, 'ttl', /a member that exists here/],
  ])('%j is refused', (members, path, message) => {
    const [problem, ...more] = problemsOf({ resource_servers: [{ audience: 'https://api.example.com', ...members }] })
    expect(more).toEqual([])
    expect(problem).toMatch(message)
    expect(problem?.startsWith(`resource_servers[0].${path}: expected `)).toBe(true)
  })
})

describe('a user', () => {
  const problems = (members: object) => problemsOf({ users: [{ login: 'alice', ...members }] })

  it('has its login in one spelling', () => {
    expect(readApplyFile({ users: [{ login: ' ＡLICE@Example.com ' }] }).users[0]?.value?.login).toBe(
      'alice@example.com',
    )
  })

  it.each([
    [{ password: '8 chars!' }],
    [{ email: 'alice@example.com', email_verified: true }],
    [{ claims: { name: 'Alice', address: { locality: 'Paris' }, 'https://example.com/tier': 3 } }],
    [{ roles: ['admin'] }],
    [{ disabled: true }],
    [{ sub: 'b9f4' }],
  ])('%j is accepted', members => {
    expect(problems(members)).toEqual([])
  })

  it.each([
    [{ login: undefined }, 'login', /a login.*got nothing$/],
    [{ login: '  ' }, 'login', /a login/],
    [{ password: 'hunter2' }, 'password', /at least 8 characters.*got a string of 7 characters$/],
    [{ password: 'ä'.repeat(513) }, 'password', /at most 1024 bytes/],
    [{ password_hash: '$2b$10$abcdefghijklmnopqrstuv' }, 'password_hash', /grantwise export/],
    [{ password: 'certainly long enough', password_hash: validHash }, 'password_hash', /either.*got both$/],
    [{ email: 'alice' }, 'email', /an e-mail address; got "alice"$/],
    [{ email_verified: 1 }, 'email_verified', /true or false; got 1$/],
    [{ claims: [] }, 'claims', /an object of claims; got an empty list$/],
    [{ claims: { iss: 'x' } }, 'claims.iss', /states itself/],
    [{ claims: { email: 'x@y' } }, 'claims.email', /beside claims/],
    [{ roles: 'admin' }, 'roles', /a list of roles/],
    [{ sub: 'a b' }, 'sub', /printable ASCII/],
    [{ username: 'x' }, 'username', /a member that exists here/],
  ])('%j is refused', (members, path, message) => {
    const [problem, ...more] = problems(members)
    expect(more).toEqual([])
    expect(problem).toMatch(message)
    expect(problem?.startsWith(`users[0].${path}: expected `)).toBe(true)
  })
})

describe('a client', () => {
  const read = (members: object) => readApplyFile({ clients: [client(members)] }).clients[0]?.value?.client

  it('has the defaults of RFC 7591, OIDC Registration and ours', () => {
    expect(read({})).toEqual({
      client_id: 'web',
      redirect_uris: ['https://app.example.com/cb'],
      post_logout_redirect_uris: [],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
      scope: '',
      grantwise: {
        runs_on: 'server',
        acts_for: ['user'],
        first_party: false,
        policy: 'best-practice',
        pkce: 'required',
        refresh_grace: 30,
        refresh_rotation: true,
        refresh_idle_ttl: 1_209_600,
        refresh_max_ttl: 7_776_000,
        audiences: [],
        web_origins: [],
        owners: [],
        advice: null,
      },
    })
  })

  it.each([
    [{ application_type: 'native' }, { runs_on: 'native' }],
    [{ application_type: 'web' }, { runs_on: 'server' }],
    [{ application_type: 'native', grantwise: { runs_on: 'cli' } }, { runs_on: 'cli' }],
    [{ grant_types: ['client_credentials'] }, { acts_for: ['self'] }],
    [{ grant_types: ['authorization_code', 'client_credentials'] }, { acts_for: ['user', 'self'] }],
    [{ grant_types: [] }, { acts_for: [] }],
    [{ grantwise: { policy: 'spotify' } }, { pkce: 'when_sent' }],
    [{ grantwise: { policy: 'auth0' } }, { pkce: 'when_sent' }],
    [{ grantwise: { policy: 'auth0', pkce: 'required' } }, { pkce: 'required' }],
    [{ grantwise: { pkce: 'when_sent' } }, { pkce: 'when_sent' }],
    [
      { token_endpoint_auth_method: 'none', client_secret: undefined, grantwise: { policy: 'auth0' } },
      { pkce: 'required' },
    ],
    [
      {
        redirect_uris: ['https://app.example.com/cb', 'https://app.example.com/other', 'http://localhost:3000/cb'],
        grantwise: { runs_on: 'browser' },
      },
      { web_origins: ['https://app.example.com', 'http://localhost:3000'] },
    ],
    [{ grantwise: { runs_on: 'browser', web_origins: [] } }, { web_origins: [] }],
    [{ grantwise: { owners: ['Alice'] } }, { owners: ['alice'] }],
  ])('%j means %j', (members, settings) => {
    expect(problemsOfClient(members)).toEqual([])
    expect(read(members)?.grantwise).toMatchObject(settings)
  })

  it('has no response type where no code can be had', () => {
    expect(read({ grant_types: ['client_credentials'], redirect_uris: undefined })?.response_types).toEqual([])
  })

  it.each([
    [{ client_id: 'https://app.example.com/client' }],
    [{ client_id: 'a'.repeat(255) }],
    [
      {
        client_name: 'Bücher & mehr',
        client_uri: 'https://app.example.com',
        logo_uri: 'https://app.example.com/l.png',
      },
    ],
    [{ client_secret: undefined }],
    [{ client_secret: undefined, client_secret_hash: hashOf('A') }],
    [{ client_secret: undefined, client_secret_hash: [hashOf('A'), { hash: hashOf('B'), expires_at: 1 }] }],
    [{ token_endpoint_auth_method: 'client_secret_post' }],
    [{ id_token_signed_response_alg: 'Ed25519' }],
    [{ scope: 'openid profile a:b' }],
    [{ default_max_age: 0 }],
    [{ redirect_uris: undefined, grant_types: ['client_credentials'] }],
    [{ redirect_uris: ['com.example.app:/cb'], post_logout_redirect_uris: ['com.example.app:/out'] }],
    [
      {
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code id_token'],
        grantwise: { policy: 'auth0' },
      },
    ],
    [{ grant_types: ['password'], redirect_uris: undefined, grantwise: { policy: 'auth0', first_party: true } }],
    [{ grant_types: [DEVICE], redirect_uris: undefined, grantwise: { runs_on: 'device' } }],
    [{ grantwise: { refresh_grace: 0, refresh_rotation: false } }],
    [{ grantwise: { refresh_grace: 300 } }],
  ])('%j is accepted', members => {
    expect(problemsOfClient(members)).toEqual([])
  })

  it.each([
    [{ client_id: undefined }, 'client_id', /got nothing$/],
    [{ client_id: 'a b' }, 'client_id', /1 to 255 of the characters/],
    [{ client_id: 'a?b' }, 'client_id', /1 to 255 of the characters/],
    [{ client_id: 'a'.repeat(256) }, 'client_id', /1 to 255 of the characters/],
    [{ client_secret: 'x'.repeat(31) }, 'client_secret', /at least 32.*got a string of 31 characters$/],
    [{ client_secret: `${secret}ä` }, 'client_secret', /printable ASCII/],
    [{ client_secret: `${secret} ` }, 'client_secret', /without spaces/],
    [
      { client_secret_hash: hashOf('A') },
      'client_secret_hash',
      /either client_secret or client_secret_hash; got both$/,
    ],
    [
      { client_secret: undefined, client_secret_hash: 'md5:x' },
      'client_secret_hash',
      /sha256:.*a string of 5 characters$/,
    ],
    [{ client_secret: undefined, client_secret_hash: [hashOf('A'), hashOf('A')] }, 'client_secret_hash', /at most two/],
    [{ token_endpoint_auth_method: 'none' }, 'client_secret', /no secret, since.*got a string of 33 characters$/],
    [
      { token_endpoint_auth_method: 'none', client_secret: undefined, grant_types: ['client_credentials'] },
      'grant_types[0]',
      /RFC 6749 §4\.4\); got "client_credentials"$/,
    ],
    [{ token_endpoint_auth_method: 'tls_client_auth' }, 'token_endpoint_auth_method', /one of client_secret_basic/],
    [{ id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg', /one of RS256, ES256, EdDSA, Ed25519/],
    [{ id_token_signed_response_alg: 'HS256' }, 'id_token_signed_response_alg', /got "HS256"$/],
    [
      { redirect_uris: undefined },
      'redirect_uris',
      /at least one redirect URI, since grant_types has authorization_code by default/,
    ],
    [{ redirect_uris: [] }, 'redirect_uris', /at least one redirect URI.*got an empty list$/],
    [{ redirect_uris: ['https://a.example/', 'http://a.example/'] }, 'redirect_uris[1]', /http on a loopback host/],
    [{ redirect_uris: ['https://a.example/', 'https://a.example/'] }, 'redirect_uris[1]', /once/],
    [
      { post_logout_redirect_uris: ['javascript:alert(1)'] },
      'post_logout_redirect_uris[0]',
      /got "javascript:alert\(1\)"$/,
    ],
    [{ client_uri: 'javascript:alert(1)' }, 'client_uri', /an https URL/],
    [{ logo_uri: 'data:image/png,x' }, 'logo_uri', /an https URL/],
    [{ grant_types: ['authorization_code', 'magic'] }, 'grant_types[1]', /one of authorization_code, .*got "magic"$/],
    [{ grant_types: 'authorization_code' }, 'grant_types', /a list of grant types/],
    [{ response_types: ['code', 'magic'] }, 'response_types[1]', /one of code/],
    [{ response_types: [] }, 'response_types', /a response type for the grant authorization_code.*got an empty list$/],
    [
      { grant_types: ['client_credentials'], response_types: ['code'], grantwise: { acts_for: ['user', 'self'] } },
      'response_types[0]',
      /RFC 7591 §2\.1/,
    ],
    [
      { grant_types: ['authorization_code', 'implicit'], grantwise: { policy: 'auth0' } },
      'response_types',
      /for the grant implicit.*got nothing$/,
    ],
    [
      { grantwise: { runs_on: 'ci', acts_for: ['user'] } },
      'grant_types',
      /must not impersonate.*got "authorization_code" by default$/,
    ],
    [
      { grant_types: ['authorization_code', 'client_credentials'], grantwise: { runs_on: 'browser' } },
      'grant_types[1]',
      /cannot keep a secret/,
    ],
    [{ grant_types: ['authorization_code', 'password'] }, 'grant_types[1]', /RFC 9700 §2\.4/],
    [
      { grant_types: ['authorization_code', 'password'], grantwise: { policy: 'auth0' } },
      'grant_types[1]',
      /first-party/,
    ],
    [{ scope: 'a  b' }, 'scope', /one space between/],
    [{ scope: 'a"b' }, 'scope', /RFC 6749 §3\.3/],
    [{ scope: ['a'] }, 'scope', /got a list of 1$/],
    [{ default_max_age: -1 }, 'default_max_age', /a whole number/],
    [{ application_type: 'desktop' }, 'application_type', /one of web, native/],
    [{ sector_identifier_uri: 'https://a.example/x' }, 'sector_identifier_uri', /does not support yet/],
    [{ 'client_name#fr': 'Bibliothèque' }, '["client_name#fr"]', /several languages/],
    [{ runs_on: 'browser' }, 'runs_on', /it under clients\[0\]\.grantwise/],
    [{ redirect_uri: 'x' }, 'redirect_uri', /did you mean redirect_uris/],
    [{ grantwise: { run_on: 'browser' } }, 'grantwise.run_on', /did you mean runs_on/],
    [
      { grantwise: { runs_on: 'spa' } },
      'grantwise.runs_on',
      /one of server, browser, native, cli, device, ci; got "spa"$/,
    ],
    [{ grantwise: { acts_for: ['me'] } }, 'grantwise.acts_for[0]', /one of user, self/],
    [{ grantwise: { policy: 'okta' } }, 'grantwise.policy', /one of best-practice, spotify, auth0/],
    [{ grantwise: { refresh_grace: 301 } }, 'grantwise.refresh_grace', /from 0 to 300; got 301$/],
    [{ grantwise: { refresh_idle_ttl: 0 } }, 'grantwise.refresh_idle_ttl', /a whole number from 60/],
    [{ grantwise: { audiences: ['api'] } }, 'grantwise.audiences[0]', /an absolute URI/],
    [{ grantwise: { web_origins: ['https://a.example/x'] } }, 'grantwise.web_origins[0]', /an origin/],
    [{ grantwise: { owners: [''] } }, 'grantwise.owners[0]', /a login/],
    [{ grantwise: { advice: { flow: 'x' } } }, 'grantwise.advice.policy', /expected one of best-practice, /],
    [{ grantwise: { advice: 'bff' } }, 'grantwise.advice', /expected null, or the advice/],
    [
      { token_endpoint_auth_method: 'none', client_secret: undefined, grantwise: { pkce: 'when_sent' } },
      'grantwise.pkce',
      /RFC 9700 §2\.1\.1\); got "when_sent"$/,
    ],
    [
      { token_endpoint_auth_method: 'none', client_secret: undefined, grantwise: { refresh_rotation: false } },
      'grantwise.refresh_rotation',
      /must rotate/,
    ],
  ])('%j is refused', (members, path, message) => {
    const [problem, ...more] = problemsOfClient(members)
    expect(more).toEqual([])
    expect(problem).toMatch(message)
    expect(problem?.startsWith(`clients[0]${path.startsWith('[') ? '' : '.'}${path}: expected `)).toBe(true)
  })
})
