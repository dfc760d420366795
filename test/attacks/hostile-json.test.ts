import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { post } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ config: { log_level: 'error' } })
})
afterAll(() => server.close())

/** What makes a program stumble that takes it for a word. */
const hostile: readonly (readonly [what: string, json: string])[] = [
  ['an object that hides what makes it a text', '{"toString":1,"valueOf":1}'],
  ['lists in lists', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['a list of one word', '["RS256"]'],
  ['nothing', 'null'],
  ['an endless number', '1e400'],
  ['an object without a prototype', '{"__proto__":null}'],
]

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const times = '"exp":1,"iat":1,"jti":"j"'

const assertions: readonly ((json: string) => readonly [header: string, claims: string])[] = [
  json => [`{"alg":${json}}`, `{"iss":"a","sub":"a","aud":"x",${times}}`],
  json => [`{"alg":"RS256","typ":${json}}`, `{"iss":"a","sub":"a","aud":"x",${times}}`],
  json => [`{"alg":"RS256","kid":${json},"crit":${json}}`, `{"iss":"a","sub":"a","aud":"x",${times}}`],
  json => ['{"alg":"RS256"}', `{"iss":${json},"sub":${json},"aud":${json},${times}}`],
  json => ['{"alg":"RS256"}', `{"iss":"a","sub":"a","aud":"x","jti":${json},"exp":${json},"nbf":${json}}`],
]

test.each(hostile)('an assertion with %s in place of a word is refused, and nothing fails', async (_what, json) => {
  const before = server.log.length
  for (const [header, claims] of assertions.map(write => write(json))) {
    const { status, body } = await post(`${server.issuer}/token`, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${base64url(header)}.${base64url(claims)}.AA`,
    })
    expect([header.slice(0, 40), status, body['error']]).toEqual([header.slice(0, 40), 401, 'invalid_client'])
  }
  expect(server.log.slice(before)).toEqual([])
})

const described: readonly ((json: string) => string)[] = [
  json => `{"header":{"alg":${json},"typ":${json}},"claims":{"iss":${json},"aud":${json},"exp":${json}}}`,
  json => `{"issuer":${json},"token_endpoint":${json},"scopes_supported":[${json}],"grant_types_supported":${json}}`,
  json => `{"client_id":${json},"redirect_uris":[${json}],"grant_types":[${json}],"grantwise":${json}}`,
  json => `{"client_id":"a","refresh_token":{"rotation_type":${json}},"jwt_configuration":{"alg":${json}}}`,
  json => `{"clientId":${json},"attributes":{"access.token.lifespan":${json},"id.token.signed.response.alg":${json}}}`,
]

test.each(hostile)('the doctor looks at %s in place of a word, and nothing fails', async (_what, json) => {
  const before = server.log.length
  for (const given of described.map(write => write(json))) {
    const browser = openBrowser()
    const { html, url } = await browser.get(`${server.issuer}/doctor`)
    const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? ''
    const { status } = await browser.post(url, { form, given })
    expect([given.slice(0, 40), status]).toEqual([
      given.slice(0, 40),
      expect.toSatisfy(it => [200, 400, 413].includes(it)),
    ])
  }
  expect(server.log.slice(before)).toEqual([])
})
