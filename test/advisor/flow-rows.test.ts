import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type FlowRow, flowRows } from '../../src/advisor/flow-rows.ts'
import { traitsOf } from '../../src/advisor/flow-table.ts'
import { type Flow, flows } from '../../src/advisor/flows.ts'
import { clientCredentials } from '../../src/core/grants/client-credentials.ts'
import type { Grant } from '../../src/core/grants/grant.ts'
import { grants } from '../../src/core/grants/index.ts'
import { code } from '../../src/core/response-types/code.ts'
import { responseTypes } from '../../src/core/response-types/index.ts'

const known = { grants, responseTypes }
const rows = flowRows(known, known)
const traits = ({ user_resources, requires_secret, refresh }: FlowRow) => [user_resources, requires_secret, refresh]
const newGrant: Grant = { ...clientCredentials, grant_type: 'urn:example:new', spec: 'RFC 0000 §0' }

/** The row of a grant that was not there when the table was written. */
function rowOf(changes: Partial<Grant>): FlowRow | undefined {
  const { acts_for: _, confidential: __, ...bare } = newGrant
  const lists = { grants: [...grants, { ...bare, ...changes }], responseTypes }
  return flowRows(lists, known).find(it => it.id === 'urn:example:new')
}

test('a new grant is there by what it says of itself', () => {
  expect(rowOf({})).toEqual({
    id: 'urn:example:new',
    name: 'urn:example:new',
    in_guide: false,
    user_resources: true,
    requires_secret: false,
    refresh: true,
    response_types: [],
    grant_types: ['urn:example:new'],
    pkce: null,
    spec: ['RFC 0000 §0'],
    offered: false,
    allow: null,
    retired: null,
    tests: {
      user_resources: 'urn:example:new/user_resources',
      requires_secret: 'urn:example:new/requires_secret',
      refresh: 'urn:example:new/refresh',
    },
  })
  const cells = (changes: Partial<Grant>) => traits(rowOf(changes) as FlowRow)
  expect(cells({ acts_for: 'self' })).toEqual([false, false, false])
  expect(cells({ confidential: 'always' })).toEqual([true, true, true])
  expect(cells({ acts_for: 'self', confidential: 'always' })).toEqual([false, true, false])
  const retired = { rule: 'RFC 0000 §1', instead: 'client_credentials' }
  expect(rowOf({ allow: 'password', retired })).toMatchObject({ allow: 'password', retired })
})

test('one that only renews begins nothing, and without one nothing refreshes', () => {
  expect(rowOf({ renews: true })).toBeUndefined()
  const lists = { grants: grants.filter(it => !it.renews), responseTypes }
  expect(flowRows(lists, lists).filter(it => it.refresh)).toEqual([])
})

test('a code that nothing redeems opens nothing', () => {
  const lists = { grants: [clientCredentials], responseTypes: [code] }
  const [row] = flowRows(lists, lists)
  expect(row && traits(row)).toEqual([false, false, false])
})

/** The row of what an advised flow registers; none for what this program cannot run. */
function rowOfFlow({ response_types, grant_types, pkce }: Flow): FlowRow | undefined {
  const [response_type] = response_types
  return rows.find(row =>
    response_type === undefined
      ? row.response_types.length === 0 && row.grant_types.includes(grant_types[0] ?? '')
      : row.response_types.includes(response_type) && (row.pkce ?? false) === pkce,
  )
}

test('the advisor says of each flow what this table says', () => {
  const runnable = flows.filter(it => rowOfFlow(it) !== undefined)
  expect(flows.filter(it => !runnable.includes(it)).map(({ id }) => id)).toEqual(['ciba_or_none', 'none'])
  for (const flow of runnable) {
    const { user_resources, refresh, requires_secret } = traitsOf(flow)
    const row = rowOfFlow(flow)
    expect([flow.id, user_resources, refresh]).toEqual([flow.id, row?.user_resources, row?.refresh])
    // It may advise a secret where the flow could do without.
    if (row?.requires_secret) expect([flow.id, requires_secret]).toEqual([flow.id, true])
  }
})

test('docs/flows.md has this table', () => {
  const yes = (it: boolean) => (it ? 'Yes' : 'No')
  const table = rows.map(
    row => `| ${row.name}${row.retired ? ', withdrawn' : ''} | ${traits(row).map(yes).join(' | ')} |\n`,
  )
  expect(readFileSync('docs/flows.md', 'utf8')).toContain(`|---|---|---|---|\n${table.join('')}\n`)
})
