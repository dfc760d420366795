import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { applyFiles } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { ApplyRefused } from '../../src/admin/apply-refused.ts'
import { StartRefused } from '../../src/config.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { openData } from '../../src/open-data.ts'
import { startServer } from '../support/server.ts'
import { world } from '../support/world.ts'

const issuer = 'https://id.example.com'
const named = (audience: string) => ({
  ...world,
  resource_servers: [...world.resource_servers, { audience, name: 'Greedy API', client_id: 'api-server' }],
})
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  )

/** Every token with `openid` names the issuer in `aud`: an API of that name could introspect them all (rule 10). */
describe('RFC 9068 §2.2, RFC 8707 §2: no API is named like the server itself', () => {
  test('a running server takes no such API', async () => {
    const server = await startServer()
    const error = await failure(server.apply(named(server.issuer)))
    expect(error).toBeInstanceOf(ApplyRefused)
    expect(error?.message).toContain(
      'resource_servers[2].audience: expected an audience that is not this server itself',
    )
    expect(await server.data.store.resourceServer(server.issuer)).toBeUndefined()
    await server.close()
  })

  test('nor does a first start, before the issuer is settled', async () => {
    expect(await failure(startServer({ document: named(issuer), config: { issuer } }))).toBeInstanceOf(ApplyRefused)
  })

  test('what was registered before the server was called so keeps it from starting', async () => {
    const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-test-'))
    onTestFinished(() => rmSync(data_dir, { recursive: true }))
    const data = await openData({ data_dir, secret: undefined })
    await applyFiles([readApplyFile(named(issuer))], { ...data, hash: nodeHash, grantTypes: [] })
    await data.close()
    const error = await failure(startServer({ document: {}, data_dir, config: { issuer } }))
    expect(error).toBeInstanceOf(StartRefused)
    expect(error?.message).toContain(`the audience ${issuer}`)
    const elsewhere = await startServer({ document: {}, data_dir, config: { issuer: 'https://login.example.com' } })
    await elsewhere.close()
  })
})
