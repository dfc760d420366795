import { expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, s256, signIn } from '../support/browser.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  get,
  introspect,
  post,
  refresh,
  revoke,
  userinfo,
} from '../support/token.ts'
import { otherSecret, password, secret } from '../support/world.ts'
import { until, workplace } from './spawned.ts'

test('no secret of any kind is in the journeys, the log or what the command line prints', {
  timeout: 60_000,
}, async () => {
  const { start, run, launch } = workplace()
  const server = await start('--journeys', 'all', '--log-level', 'trace')
  const { issuer } = server
  const follower = launch('journeys', '--follow')
  const followed: string[] = []
  follower.stdout.on('data', chunk => followed.push(String(chunk)))
  const said: string[] = []
  follower.stderr.on('data', chunk => said.push(String(chunk)))
  await until(() => (said.join('').includes('keeps every journey') ? true : undefined), follower)
  const secrets = new Map<string, string>()
  const hide = (name: string, value: unknown) => {
    if (typeof value !== 'string' || value.length < 6) throw new Error(`${name} is no secret: ${value}`)
    secrets.set(name, value)
    return value
  }

  const browser = openBrowser()
  const cookies = () => {
    for (const [name, value] of browser.cookies) hide(`cookie ${name} ${value}`, value)
  }
  const verifier = hide('code_verifier', 'verifier-of-this-test-and-no-other-one-0123456789')
  const state = hide('state', 'a state that the app made of the address of somebody')
  const nonce = hide('nonce', 'nonce-of-this-test-and-no-other')
  hide('password', password)
  hide('client_secret', secret)
  hide('the other client_secret', otherSecret)
  for (const id of ['web', 'job', 'api-server']) hide(`basic ${id}`, basic(id)['authorization']?.slice(6))

  const changes = {
    state,
    nonce,
    code_challenge: s256(verifier),
    login_hint: hide('login_hint', 'alice@private.example'),
  }
  const page = await browser.get(authorizeUrl(issuer, changes))
  hide('parked request', page.parked)
  cookies()
  // People type their password where their login belongs.
  const wrong = await signIn(
    browser,
    page,
    hide('password as login', 'hunter2-in-the-wrong-field'),
    hide('wrong password', 'not-it-either'),
  )
  hide('parked request 2', wrong.parked)
  const consent = await signIn(browser, wrong)
  hide('parked request 3', consent.parked)
  cookies()
  const back = await browser.submit(consent, '/consent', { consent: 'allow' })
  const code = hide('code', back.location?.searchParams.get('code'))

  await post(
    `${issuer}/token`,
    codeFields(code, { code_verifier: hide('wrong verifier', `${verifier}-wrong`) }),
    basic('web'),
  )
  const tokens = (await post(`${issuer}/token`, codeFields(code, { code_verifier: verifier }), basic('web'))).body
  for (const name of ['access_token', 'refresh_token', 'id_token'] as const) hide(name, tokens[name])
  await userinfo(issuer, String(tokens['access_token']))
  await post(`${issuer}/userinfo`, { access_token: String(tokens['access_token']) })
  await introspect(issuer, String(tokens['access_token']), 'api-server')
  const renewed = (await refresh(issuer, String(tokens['refresh_token']))).body
  for (const name of ['access_token', 'refresh_token', 'id_token'] as const) hide(`second ${name}`, renewed[name])
  await introspect(issuer, String(renewed['refresh_token']))
  const own = await clientCredentials(issuer)
  hide('token of the client itself', own.body['access_token'])
  await clientCredentials(issuer, {}, basic('job', hide('wrong client_secret', 'a-wrong-secret-that-is-long-enough')))
  await post(`${issuer}/token`, { grant_type: 'client_credentials', client_id: 'job', client_secret: secret })
  await authorize(
    browser,
    authorizeUrl(issuer, { ...changes, id_token_hint: String(tokens['id_token']), prompt: 'none' }),
  )

  // Where they do not belong: in the URL, under names nobody knows, as names, inside other values, with no name.
  const access = String(tokens['access_token'])
  const stray = hide('stray value', 'value-of-a-parameter-that-nobody-knows')
  await get(`${issuer}/userinfo?access_token=${access}`)
  await post(`${issuer}/token?client_secret=${secret}&code=${code}`, { grant_type: 'client_credentials' }, basic('job'))
  await post(`${issuer}/token`, { grant_type: 'client_credentials', [stray]: '' }, basic('job'))
  await post(
    `${issuer}/token`,
    { grant_type: 'client_credentials', x_custom: stray, Password: 'hunter2-again' },
    basic('job'),
  )
  hide('capitalised password', 'hunter2-again')
  await post(`${issuer}/token`, { grant_type: access, [code]: '1', scope: `catalog:read ${code}` }, basic('job'))
  await post(`${issuer}/token`, { grant_type: 'client_credentials', client_id: access })
  await post(
    `${issuer}/token`,
    { grant_type: 'client_credentials', resource: `https://x.example/?t=${access}` },
    basic('job'),
  )
  await get(authorizeUrl(issuer, { redirect_uri: `https://x.example/cb?code=${encodeURIComponent(code)}` }), {
    accept: 'application/json',
  }).catch(() => {})
  await get(
    authorizeUrl(issuer, {
      ...changes,
      prompt: access,
      claims: JSON.stringify({ id_token: { sub: { value: stray } } }),
    }),
  ).catch(() => {})
  await revoke(issuer, String(renewed['access_token']), { token_type_hint: String(renewed['refresh_token']) })
  await browser.get(`${issuer}/logout?${new URLSearchParams({ id_token_hint: String(tokens['id_token']), state })}`)
  cookies()

  const list = await run('journeys', '--json')
  const ids: readonly string[] = JSON.parse(list.out).journeys.map((it: { id: string }) => it.id)
  expect(ids.length).toBeGreaterThan(8)
  const printed = [list.out, (await run('journeys')).out]
  for (const id of ids) {
    printed.push((await run('journeys', id)).out)
    printed.push((await run('journeys', id, '--json')).out)
  }
  await until(() => (followed.join('').includes('GET /logout') ? true : undefined), follower)
  expect(await server.stop()).toBe(0)
  const everything = { journeys: printed.join('\n'), followed: followed.join(''), log: server.output() }
  expect(everything.journeys).toContain('redirect-uri-mismatch')
  expect(everything.journeys).toContain('password-wrong')
  expect(everything.log).toContain('refused')
  const found = Object.entries(everything).flatMap(([where, text]) =>
    [...secrets].flatMap(([name, value]) =>
      formsOf(value).flatMap(form => (text.includes(form) ? [`${name} in ${where}: ${around(text, form)}`] : [])),
    ),
  )
  expect(found).toEqual([])
})

/** A secret, and what it looks like in a URL, in Base64, or as the secret half of a token. */
function formsOf(value: string): string[] {
  const [id = '', half = '', signature] = value.split('.')
  const halves = signature === undefined && id.length !== 20 ? [] : [half, signature ?? '']
  // Of a long one that was cut, too: the beginning of its claims.
  const begins = signature === undefined ? '' : half.slice(0, 40)
  return [value, begins, encodeURIComponent(value), Buffer.from(value).toString('base64'), ...halves].filter(
    it => it.length >= 6,
  )
}

function around(text: string, form: string): string {
  const at = text.indexOf(form)
  return text.slice(Math.max(0, at - 80), at + form.length + 20)
}
