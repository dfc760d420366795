import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Flow, flows } from '../../src/advisor/flows.ts'
import { carriesSecret, type Message, type Parameter, sequenceOf } from '../../src/advisor/sequences.ts'
import { rolesInOrder } from '../../src/core/roles.ts'
import { enter } from '../accounts/support.ts'
import { call } from '../demo/support.ts'
import { claimsOf, makeKey, sign, signingClient, withAssertion } from '../support/assertions.ts'
import { challenge, openBrowser, sentBack, verifier } from '../support/browser.ts'
import { decide, typeCode } from '../support/device.ts'
import { ableClients } from '../support/run-flow.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { password } from '../support/world.ts'

const platform = 'https://ci.example.com'
const key = await makeKey()

const told = flows.filter(({ id }) => id !== 'none')

function namesIn(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ parameters }) => parameters.map(({ name }) => name))
}

test('every flow but none has its messages', () => {
  for (const flow of flows) expect(sequenceOf(flow).length > 0, flow.id).toBe(flow.id !== 'none')
})

describe.each(told)('$id', flow => {
  const messages = sequenceOf(flow)

  test('goes between the five roles, from the client’s first word to the API’s answer', () => {
    for (const { from, to, says, channel } of messages) {
      expect(rolesInOrder).toContain(from)
      expect(rolesInOrder).toContain(to)
      expect(from).not.toBe(to)
      expect(says).toMatch(/^[A-Z].*[^.]$/)
      const programs = ['client', 'authorization_server', 'resource_server']
      expect(channel).toBe(programs.includes(from) && programs.includes(to) ? 'back' : 'front')
    }
    expect(messages.some(({ from, to }) => from === 'resource_server' && to === 'client')).toBe(true)
    const somebody = messages.some(({ from }) => from === 'resource_owner')
    expect(somebody).toBe(flow.acts_for === 'user')
  })

  test('shows PKCE, the credential and the refresh token exactly where the flow has them', () => {
    const names = namesIn(messages)
    const has = (name: string) => names.includes(name)
    expect([has('code_challenge'), has('code_verifier')]).toEqual([flow.pkce, flow.pkce])
    expect(has('refresh_token')).toBe(flow.grant_types.includes('refresh_token'))
    expect(has('code')).toBe(flow.response_types.includes('code'))
    expect(has('Authorization: Basic')).toBe(flow.token_endpoint_auth_method === 'client_secret_basic')
    expect(has('client_assertion')).toBe(flow.token_endpoint_auth_method === 'private_key_jwt')
  })

  test('marks what must stay secret, and lets a token through the browser only where that is withdrawn', () => {
    const open = ['client_id', 'redirect_uri', 'scope', 'state', 'iss', 'code_challenge', 'user_code', 'username']
    for (const { name, secret } of messages.flatMap(({ parameters }) => parameters)) {
      if (/token$|^password$|verifier|assertion$|^Authorization|Cookie|^__Host|^device_code|^auth_req_id/.test(name))
        expect(secret, name).toBe(true)
      if (open.includes(name)) expect(secret, name).toBeUndefined()
    }
    const exposed = messages.filter(it => it.channel === 'front' && namesIn([it]).some(name => name === 'access_token'))
    expect(exposed.length > 0).toBe(flow.id === 'implicit+silent')
    if (flow.response_types.includes('code')) {
      const back = messages.find(it => it.from === 'authorization_server' && namesIn([it]).includes('code'))
      expect(back && carriesSecret(back)).toBe(!flow.pkce)
    }
  })
})

describe('taken at its word by a program that knows nothing else', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ config: { dev: true, allow: ['implicit', 'password'] } })
    const federated = { issuer: platform, subject: 'main', jwks: { keys: [key.jwk] } }
    const audiences = [`${server.issuer}/demo/api`]
    const vouched = signingClient('vouched', {}, { federated, audiences })
    await server.apply({ clients: [...ableClients(server.issuer), { ...vouched, scope: 'albums:read' }] })
  })
  afterAll(() => server.close())

  const runnable = told.filter(({ id }) => id !== 'ciba_or_none')

  test.each(runnable)('$id gets its token, and every answer has the parameters named, no others', async flow => {
    await follow(server, flow)
  })
})

const clientFor: Readonly<Record<string, string>> = { none: 'open', private_key_jwt: 'vouched' }

/** Sends every request with the parameters that the messages name, and what earlier answers said; nothing else. */
async function follow(server: TestServer, flow: Flow): Promise<void> {
  const { issuer } = server
  const client_id = clientFor[flow.token_endpoint_auth_method ?? ''] ?? 'keeper'
  const { client_assertion_type, client_assertion } = withAssertion(
    await sign(key, claimsOf('', server, { iss: platform, sub: 'main' })),
  )
  const browser = openBrowser()
  const known = new Map<string, string>(
    Object.entries({
      client_id,
      redirect_uri: 'http://127.0.0.1/callback',
      scope: flow.grant_types.includes('refresh_token') ? 'offline_access playlists:read' : 'playlists:read',
      state: 'state-1',
      code_challenge: challenge,
      code_verifier: verifier,
      username: 'alice',
      password,
      client_assertion_type,
      client_assertion,
    }),
  )
  if (flow.acts_for === 'self') known.set('scope', 'albums:read')
  const fieldsOf = (parameters: readonly Parameter[]): Record<string, string> => {
    const sent = parameters.filter(({ name }) => name !== 'Authorization: Basic')
    return Object.fromEntries(
      sent.map(({ name, value = known.get(name) }) => {
        if (value === undefined) throw new Error(`${flow.id}: nobody has said ${name}`)
        return [name, value]
      }),
    )
  }
  let answer: Record<string, unknown> = {}
  for (const { from, to, wire = '', parameters } of sequenceOf(flow)) {
    const way = `${from} ${to}`
    if (way === 'client user_agent' && wire.includes('authorization endpoint')) {
      const url = `${issuer}/authorize?${new URLSearchParams(fieldsOf(parameters))}`
      const { search, hash } = await sentBack(browser, url)
      answer = Object.fromEntries(new URLSearchParams(search || hash.slice(1)))
    } else if (way === 'client authorization_server') {
      const path = wire.includes('device') ? '/device_authorization' : '/token'
      const headers = namesOf(parameters).includes('Authorization: Basic') ? basic(client_id) : {}
      answer = (await post(issuer + path, fieldsOf(parameters), headers)).body
    } else if (way === 'authorization_server client' || way === 'authorization_server user_agent') {
      expect(Object.keys(answer).sort(), JSON.stringify(answer)).toEqual(namesOf(parameters).toSorted())
      for (const [name, value] of Object.entries(answer)) known.set(name, String(value))
    } else if (way === 'user_agent authorization_server' && wire === 'verification_uri') {
      const entered = await enter(server)
      await decide(entered.browser, await typeCode(entered.browser, issuer, known.get('user_code') ?? ''))
    } else if (way === 'client resource_server') {
      const path = flow.acts_for === 'self' ? '/albums' : '/me/playlists'
      expect((await call(issuer, path, known.get('access_token'))).status).toBe(200)
    }
  }
}

function namesOf(parameters: readonly Parameter[]): readonly string[] {
  return parameters.map(({ name }) => name)
}
