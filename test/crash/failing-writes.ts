import { expect } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { type Answer, basic, codeFields, get, introspect, post } from '../support/token.ts'
import { opaqueApi, password } from '../support/world.ts'
import { clients, type LoadedClient, scope } from './world.ts'

/** Writes until the disk is surely noticed to be full: the log may have room left in its file. */
const mostWrites = 2_000

/** What one server answered for, to be asked of it again. */
export interface Stored {
  readonly client: LoadedClient
  readonly refresh_token: string
}

/**
 * Asks a server for everything that it must write, before, while and after nothing can be written: `spoil` and `mend`
 * bring that about. Answers with what was answered and so must be stored.
 */
export async function askWhileWritesFail(
  issuer: string,
  spoil: () => Promise<void>,
  mend: () => Promise<void>,
): Promise<readonly Stored[]> {
  const [strict, graced] = clients
  if (!strict || !graced) throw new Error('there are no clients')
  const browser = openBrowser()
  const token = (client_id: string, fields: Record<string, string>) => post(`${issuer}/token`, fields, basic(client_id))
  const refresh = (client: LoadedClient, refresh_token: string) =>
    token(client.client_id, { grant_type: 'refresh_token', refresh_token })
  const request = ({ client_id, redirect_uri }: LoadedClient) =>
    browser.get(authorizeUrl(issuer, { client_id, redirect_uri, scope }))
  const redeem = ({ client_id, redirect_uri }: LoadedClient, code: string) =>
    token(client_id, codeFields(code, { redirect_uri }))
  const opaque = () => token('opaque-job', { grant_type: 'client_credentials', audience: opaqueApi })
  const codeOf = async (client: LoadedClient) => {
    const page = await request(client)
    const answer = page.location ? page : await browser.submit(page, '/consent', { consent: 'allow' })
    return answer.location?.searchParams.get('code') ?? `no code: ${answer.title}`
  }
  const begin = async (client: LoadedClient) => tokenOf(await redeem(client, await codeOf(client)))

  const form = await browser.get(`${issuer}/sign-up`)
  const account = { ...fieldsOf(form.html), login: 'alice', password, password_again: password }
  expect((await browser.post(`${issuer}/sign-up`, account)).status).toBe(303)
  const kept = await begin(strict)
  const revoked = await begin(strict)
  let last = await begin(graced)
  const waiting = await codeOf(strict)

  await spoil()
  let answer = await refresh(graced, last)
  for (let writes = 0; answer.status === 200 && writes < mostWrites; writes++) {
    last = tokenOf(answer)
    answer = await refresh(graced, last)
  }
  expectBusy(answer)
  expectBusy(await refresh(strict, kept))
  expectBusy(await redeem(strict, waiting))
  expectBusy(await opaque())
  expectBusy(await post(`${issuer}/revoke`, { token: revoked }, basic('strict')))
  const page = await request(strict)
  expect([page.status, page.location, page.headers.get('retry-after')]).toEqual([503, undefined, '1'])
  expectBusy(await get(`${issuer}/readyz`))
  // What needs no write goes on.
  expect((await get(`${issuer}/healthz`)).status).toBe(200)
  expect((await token('job', { grant_type: 'client_credentials' })).status).toBe(200)
  expect((await introspect(issuer, revoked, 'strict')).body).toMatchObject({ active: true })

  await mend()
  expect((await get(`${issuer}/readyz`)).status).toBe(200)
  const next = tokenOf(await refresh(graced, last))
  expect((await opaque()).status).toBe(200)
  return [
    { client: strict, refresh_token: tokenOf(await refresh(strict, kept)) },
    { client: strict, refresh_token: tokenOf(await redeem(strict, waiting)) },
    { client: strict, refresh_token: tokenOf(await refresh(strict, revoked)) },
    { client: graced, refresh_token: next },
  ]
}

/** Everything that was answered is there. */
export async function expectStored(issuer: string, stored: readonly Stored[]): Promise<void> {
  for (const { client, refresh_token } of stored) {
    const fields = { grant_type: 'refresh_token', refresh_token }
    expect((await post(`${issuer}/token`, fields, basic(client.client_id))).status).toBe(200)
  }
}

function tokenOf({ status, body }: Answer): string {
  expect({ status, body }).toMatchObject({ status: 200 })
  return String(body['refresh_token'])
}

/** Nothing was done, and when to come back. */
function expectBusy({ status, headers, body }: Answer): void {
  expect({ status, body }).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  expect(headers.get('retry-after')).toBe('1')
  expect(Object.keys(body).filter(name => name.endsWith('_token'))).toEqual([])
}
