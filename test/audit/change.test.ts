import { expect, test } from 'vitest'
import { describeChange } from '../../src/audit/change.ts'

const client = {
  client_id: 'web',
  redirect_uris: ['https://a.example/cb'],
  secrets: [{ hash: 'the-hash', created_at: 1 }],
  grantwise: { pkce: 'required', owners: ['alice'] },
}

test('what is new is there in full, ours under its own name, secrets as set', () => {
  const after = {
    client_id: 'web',
    redirect_uris: ['https://a.example/cb'],
    client_secret: 'set',
    'grantwise.pkce': 'required',
    'grantwise.owners': ['alice'],
  }
  expect(describeChange(undefined, client)).toEqual({ after })
  expect(describeChange(client, undefined)).toEqual({ before: after })
})

test.each([
  [{ client_name: 'Web' }, { client_name: { before: null, after: 'Web' } }],
  [{ redirect_uris: [] }, { redirect_uris: { before: ['https://a.example/cb'], after: [] } }],
  [{ secrets: [] }, { client_secret: 'changed' }],
  [
    { grantwise: { ...client.grantwise, pkce: 'when_sent' } },
    { 'grantwise.pkce': { before: 'required', after: 'when_sent' } },
  ],
  [{ grantwise: { pkce: 'required' } }, { 'grantwise.owners': { before: ['alice'], after: null } }],
  [{}, {}],
])('of a change by %j just that is said', (change, changed) => {
  expect(describeChange(client, { ...client, ...change })).toEqual({ changed })
})

test('what is personal is named, and never shown', () => {
  const before = {
    sub: 's',
    login: 'alice',
    email: 'a@example.com',
    claims: { name: 'Alice' },
    password_hash: '$argon2',
  }
  const after = { ...before, login: 'alicia', email: 'b@example.com', claims: {}, password_hash: '$argon3' }
  const described = [
    describeChange(before, after),
    describeChange(undefined, before),
    describeChange(before, undefined),
  ]
  expect(described[0]).toEqual({
    changed: { login: 'changed', email: 'changed', claims: 'changed', password: 'changed' },
  })
  expect(JSON.stringify(described)).not.toMatch(/alic|Alice|example|argon/)
})

test('what a file says at length is cut', () => {
  const long = {
    client_uri: 'x'.repeat(100_000),
    redirect_uris: Array.from({ length: 10_000 }, (_, at) => `https://a.example/${at}`),
  }
  const many = { scopes: Object.fromEntries(long.redirect_uris.map(uri => [uri, uri])) }
  for (const described of [
    describeChange(undefined, long),
    describeChange(client, { ...client, ...long }),
    describeChange(undefined, many),
  ]) {
    expect(JSON.stringify(described).length).toBeLessThan(5_000)
  }
  expect(JSON.stringify(describeChange(undefined, long))).toContain('… 9968 more')
})
