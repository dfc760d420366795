import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journeyLines } from '../../src/cli/print-journeys.ts'
import type { JourneySummary, JourneyView } from '../../src/journeys/step.ts'
import { call, userTokens } from '../demo/support.ts'
import { openBrowser } from '../support/browser.ts'
import { startServer } from '../support/server.ts'
import { basic, get, post } from '../support/token.ts'

/** Grants that there are somewhere, and one that there is not. */
const elsewhere = [
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'nonsense',
]

test.each([{ allow: [] }, { allow: ['implicit'] as const }, { allow: ['implicit', 'hybrid', 'password'] as const }])(
  'A3: what the metadata lists is what the server answers to, with %j',
  async ({ allow }) => {
    const server = await startServer({ config: { allow: [...allow] } })
    const { body } = await get(`${server.issuer}/.well-known/openid-configuration`)
    const listed = body['grant_types_supported'] as readonly string[]
    expect(listed.includes('password')).toBe(allow.some(it => it === 'password'))
    const known = ['authorization_code', 'refresh_token', 'client_credentials', 'password', ...elsewhere]
    for (const grant_type of new Set([...known, ...listed])) {
      if (grant_type === 'implicit') continue
      const { error } = (await post(`${server.issuer}/token`, { grant_type }, basic('web'))).body
      expect([grant_type, error === 'unsupported_grant_type']).toEqual([grant_type, !listed.includes(grant_type)])
    }
    const types = body['response_types_supported'] as readonly string[]
    for (const response_type of new Set(['code', 'token', 'id_token', 'code token', 'smoke', ...types])) {
      const asked = new URLSearchParams({
        client_id: 'web',
        redirect_uri: 'http://127.0.0.1:5001/callback',
        response_type,
      })
      const { location } = await openBrowser().get(`${server.issuer}/authorize?${asked}`)
      const back = new URLSearchParams(location?.search || location?.hash.slice(1))
      const unsupported = back.get('error') === 'unsupported_response_type'
      expect([response_type, unsupported]).toEqual([response_type, !types.includes(response_type)])
    }
    expect(listed.includes('implicit')).toBe(types.some(it => it.includes('token')))
    await server.close()
  },
)

test('A6, A7, A8, A9, A10: a journey names the role of each message’s sender, and the glossary what the roles are', async () => {
  const server = await startServer({ document: {}, config: { dev: true } })
  const { access_token } = await userTokens(server.issuer, 'demo-ada', 'me:read')
  await call(server.issuer, '/me', access_token)
  const { journeys } = (await get(`${server.issuer}/api/journeys`)).body as unknown as { journeys: JourneySummary[] }
  const journey = (await get(`${server.issuer}/api/journeys/${journeys.find(it => it.login === 'demo-ada')?.id}`))
    .body as unknown as JourneyView
  const sent = (from: string, to: string) =>
    journey.steps.filter(it => it.from === from && it.to === to).map(it => it.what)
  expect(sent('resource_owner', 'user_agent')).toContain('types login and password')
  expect(sent('user_agent', 'authorization_server')).toContain('GET /authorize')
  expect(sent('client', 'user_agent')).toContain('sends the browser to sign in')
  expect(sent('client', 'authorization_server')).toContain('POST /token')
  expect(sent('authorization_server', 'client')).toEqual(['200'])
  expect(sent('client', 'resource_server')).toContain('GET /demo/api/v1/me')
  expect(sent('resource_server', 'client')).toEqual(['200'])
  const printed = journeyLines(journey, { width: 400, colours: false }).join('\n')
  expect(printed).toContain('O resource owner  U user agent  C client  A authorization server  R resource server')
  for (const message of ['U → A  GET /authorize', 'C → A  POST /token', 'C → R  GET /demo/api/v1/me', 'O ⇢ U  types']) {
    expect(printed).toContain(message)
  }
  const glossary = readFileSync(join(import.meta.dirname, '../../docs/glossary.md'), 'utf8')
  for (const role of ['Resource owner', 'User agent', 'Client', 'Authorization server', 'Resource server']) {
    expect(glossary).toContain(`| **${role}** |`)
  }
  await server.close()
})
