import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import type { FlowRow } from '../../src/advisor/flow-rows.ts'
import type { FlowTraits } from '../../src/advisor/flow-table.ts'
import { call } from '../demo/support.ts'
import { ableClients, type Brought, runFlow, runnable, waysOf } from '../support/run-flow.ts'
import { startServer } from '../support/server.ts'
import { basic, get, post, userinfo } from '../support/token.ts'
import { secret } from '../support/world.ts'

// Before any test is named: their names are in the table itself.
const server = await startServer({ config: { dev: true, allow: ['implicit', 'hybrid', 'password'] } })
afterAll(() => server.close())
await server.apply({ clients: ableClients(server.issuer) })
const flows = await readTable(server.issuer)

type Column = keyof FlowTraits

async function readTable(issuer: string): Promise<readonly FlowRow[]> {
  const { status, body } = await get(`${issuer}/api/flows`)
  expect(status).toBe(200)
  return body['flows'] as readonly FlowRow[]
}

function flow(id: string): FlowRow {
  const row = flows.find(it => it.id === id)
  if (!row) throw new Error(`no row ${id}`)
  return row
}

/** Spotify's table, copied from the guide. */
const guide: readonly (readonly [string, string, Column, 'Yes' | 'No'])[] = [
  ['S20: Authorization code: access user resources', 'code', 'user_resources', 'Yes'],
  ['S21: Authorization code: requires secret key', 'code', 'requires_secret', 'Yes'],
  ['S22: Authorization code: access token refresh', 'code', 'refresh', 'Yes'],
  ['S23: Authorization code with PKCE: access user resources', 'code+pkce', 'user_resources', 'Yes'],
  ['S24: Authorization code with PKCE: requires secret key', 'code+pkce', 'requires_secret', 'No'],
  ['S25: Authorization code with PKCE: access token refresh', 'code+pkce', 'refresh', 'Yes'],
  ['S26: Client credentials: access user resources', 'client_credentials', 'user_resources', 'No'],
  ['S27: Client credentials: requires secret key', 'client_credentials', 'requires_secret', 'Yes'],
  ['S28: Client credentials: access token refresh', 'client_credentials', 'refresh', 'No'],
  ['S29: Implicit: access user resources', 'token', 'user_resources', 'Yes'],
  ['S30: Implicit: requires secret key', 'token', 'requires_secret', 'No'],
  ['S31: Implicit: access token refresh', 'token', 'refresh', 'No'],
]

test.each(guide)('%s', async (title, id, column, says) => {
  const row = flow(id)
  expect([row.in_guide, row.tests[column], row[column]]).toEqual([true, title.split(':')[0], says === 'Yes'])
  expect(await observe(row, column)).toBe(says === 'Yes')
})

test('the guide’s four flows come first, in its order, and no other is among them', () => {
  const ids = [...new Set(guide.map(([, id]) => id))]
  expect(flows.slice(0, 4).map(({ id }) => id)).toEqual(ids)
  expect(flows.filter(it => it.in_guide)).toHaveLength(4)
})

const others = flows
  .filter(it => !it.in_guide)
  .flatMap(row => (['user_resources', 'requires_secret', 'refresh'] as const).map(column => ({ row, column })))

describe('every other flow does what its row says', () => {
  test.each(others.map(({ row, column }) => [row.tests[column], row, column] as const))(
    '%s',
    async (_, row, column) => {
      expect(await observe(row, column)).toBe(row[column])
    },
  )
})

/** What a column says of a flow, found out by running it in each of its ways; they must agree. */
async function observe(row: FlowRow, column: Column): Promise<boolean> {
  const seen = new Set<boolean>()
  for (const way of waysOf(row)) {
    const kept = await runFlow(server, way, 'keeper', 'secret')
    expect(kept.error, JSON.stringify(way)).toBeUndefined()
    const open = await runFlow(server, way, 'open', 'nothing')
    if (column === 'requires_secret') {
      seen.add(open.error !== undefined)
      // Whoever has a secret must show it, if the flow asks `/token` at all (RFC 6749 §3.2.1).
      const unproven = await runFlow(server, way, 'keeper', 'nothing')
      expect(unproven.error).toBe(kept.back_channel ? 'invalid_client' : undefined)
    } else {
      const look = column === 'refresh' ? refreshes : opensUserData
      seen.add(await look(kept, 'keeper'))
      if (open.error === undefined) seen.add(await look(open, 'open'))
    }
  }
  const [only] = [...seen]
  expect([...seen]).toEqual([only])
  return only === true
}

/** Whether what it brought opens what belongs to a person; what belongs to nobody, any access token opens. */
async function opensUserData({ access_tokens, id_token }: Brought): Promise<boolean> {
  const seen = new Set<boolean>()
  for (const token of access_tokens) {
    expect((await call(server.issuer, '/albums', token)).status).toBe(200)
    const { status, body } = await userinfo(server.issuer, token)
    const me = await call(server.issuer, '/me', token)
    const playlists = await call(server.issuer, '/me/playlists', token)
    const opened = [status, me.status, playlists.status]
    seen.add(status === 200)
    expect(opened).toEqual(status === 200 ? [200, 200, 200] : [403, 403, 403])
    if (status === 200) expect(me.body['id']).toBe(body['sub'])
  }
  // Without an access token there is one thing left to try, and that is none.
  if (access_tokens.length === 0) seen.add((await userinfo(server.issuer, String(id_token))).status === 200)
  expect(seen.size).toBe(1)
  return seen.has(true)
}

/** Whether it brought a refresh token, which then works; all of these apps may have one, and asked. */
async function refreshes({ refresh_token }: Brought, client_id: 'keeper' | 'open'): Promise<boolean> {
  if (refresh_token === undefined) return false
  const proof = client_id === 'keeper' ? { headers: basic(client_id) } : { fields: { client_id } }
  const fields = { grant_type: 'refresh_token', refresh_token, ...proof.fields }
  const { status, body } = await post(`${server.issuer}/token`, fields, proof.headers)
  expect(status).toBe(200)
  expect((await call(server.issuer, '/me', String(body['access_token']))).status).toBe(200)
  return true
}

describe('S27: a client that acts for itself and can keep no secret', () => {
  const job = {
    client_id: 'open-job',
    client_name: 'Open job',
    token_endpoint_auth_method: 'none',
    grant_types: ['client_credentials'],
    scope: 'albums:read',
    grantwise: { runs_on: 'cli', acts_for: ['self'], audiences: [`${server.issuer}/demo/api`] },
  }

  test('S27: is not registered', async () => {
    await expect(server.apply({ clients: [job] })).rejects.toThrow(/no client_credentials.*RFC 6749 §4\.4/)
  })

  test('S27: gets no token, whatever its registration came to say', async () => {
    const kept = { ...job, token_endpoint_auth_method: 'client_secret_basic', client_secret: secret }
    await server.apply({ clients: [kept] })
    const database = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
    database
      .prepare(`UPDATE clients SET body = json_set(body, '$.token_endpoint_auth_method', 'none') WHERE client_id = ?`)
      .run('open-job')
    database.close()
    const fields = { grant_type: 'client_credentials', client_id: 'open-job' }
    const { status, body } = await post(`${server.issuer}/token`, fields)
    expect([status, body.error, body.error_description]).toEqual([
      401,
      'invalid_client',
      'this grant is for clients that authenticate',
    ])
  })
})

describe('the table', () => {
  test('has all that this server runs, each once, and a test can run it', async () => {
    const { body } = await get(`${server.issuer}/.well-known/openid-configuration`)
    const rows = flows.flatMap(({ response_types, grant_types, pkce }) =>
      pkce ? [] : [[...response_types, ...grant_types]],
    )
    const listed = flows.flatMap(it => it.response_types)
    expect([...new Set(listed)].toSorted()).toEqual((body['response_types_supported'] as string[]).toSorted())
    const used = new Set(['implicit', 'refresh_token', ...flows.flatMap(it => it.grant_types)])
    expect([...used].toSorted()).toEqual((body['grant_types_supported'] as string[]).toSorted())
    expect(runnable).toEqual(expect.arrayContaining(flows.flatMap(it => it.grant_types)))
    expect(new Set(rows.map(it => it.join())).size).toBe(rows.length)
  })

  test('says what a server has off, and what would turn it on', async () => {
    const plain = await startServer()
    const { body } = await get(`${plain.issuer}/.well-known/openid-configuration`)
    const table = await readTable(plain.issuer)
    const off = table.filter(it => !it.offered)
    expect([...new Set(off.map(it => it.allow))].toSorted()).toEqual(['hybrid', 'implicit', 'password'])
    expect(table.filter(it => it.offered && it.allow !== null)).toEqual([])
    const supported = [body['response_types_supported'], body['grant_types_supported']].flat()
    for (const { offered, response_types, grant_types } of table) {
      const asked = response_types.length > 0 ? response_types : grant_types
      expect(asked.map(it => supported.includes(it))).toEqual(asked.map(() => offered))
    }
    expect(table.map(({ offered: _, ...rest }) => rest)).toEqual(flows.map(({ offered: _, ...rest }) => rest))
    await plain.close()
  })

  test('names as withdrawn what is: with the rule, and what to use instead', () => {
    const withdrawn = flows.filter(it => it.retired !== null)
    expect(withdrawn.map(({ id, retired }) => [id, retired?.rule])).toEqual([
      ['token', 'RFC 9700 §2.1.2'],
      ['code token', 'RFC 9700 §2.1.2'],
      ['code token+pkce', 'RFC 9700 §2.1.2'],
      ['password', 'RFC 9700 §2.4'],
    ])
    expect(new Set(withdrawn.map(it => it.retired?.instead))).toEqual(new Set(['authorization_code with PKCE']))
  })

  test('is there for pages of any origin, without credentials', async () => {
    const { headers } = await get(`${server.issuer}/api/flows`, { origin: 'https://anywhere.example' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect((await post(`${server.issuer}/api/flows`, {})).status).toBe(405)
  })
})
