import { expect, it } from 'vitest'
import { nearest } from '../../src/admin/nearest.ts'

const known = ['client_id', 'client_name', 'redirect_uris', 'scope', 'port', 'host']

it.each([
  ['redirect_uri', 'redirect_uris'],
  ['redirectUris', 'redirect_uris'],
  ['clientId', 'client_id'],
  ['scopes', 'scope'],
  ['prot', 'port'],
  ['hots', 'host'],
  ['x', undefined],
  ['contacts', undefined],
  ['a'.repeat(1000), undefined],
])('a name is taken for the nearest one (%#)', (name, meant) => {
  expect(nearest(name, known)).toBe(meant)
})
