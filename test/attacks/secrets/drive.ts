import { formsOf, submitForm } from '../../accounts/support.ts'
import { claimsOf, sign, withAssertion } from '../../support/assertions.ts'
import { authorizeUrl, type Browser, type Page, s256, signIn } from '../../support/browser.ts'
import { basic } from '../../support/token.ts'
import type { Hoard } from './known.ts'
import type { Witness } from './witness.ts'
import { api, callback, opaqueApi, type SecretWorld, signer } from './world.ts'

interface Stage {
  readonly issuer: string
  readonly setUpCode: string
  readonly metricsToken: string
  readonly world: SecretWorld
  readonly hoard: Hoard
  readonly witness: Witness
}

/** Goes to every page and endpoint, with success and without; what it used is in the hoard. */
export async function drive(stage: Stage): Promise<void> {
  const { hoard, witness, world, issuer } = stage
  const admin = await setUp(stage)
  await signUp(stage)
  const alice = witness.browser()
  const { code, verifier } = await authorizeOnce(alice, stage)
  const tokens = await redeemOnce(code, verifier, stage)
  await useTokens(tokens, stage)
  const assertion = await assert(stage)
  await retired(alice, stage)
  await devices(alice, stage)
  await others(admin, alice, stage)
  const { web } = world.secrets
  const kinds: Record<string, string> = {
    password: world.passwords.alice,
    'client secret': web,
    code,
    verifier,
    'access token': tokens['access_token'] ?? '',
    'refresh token': tokens['refresh_token'] ?? '',
    'client assertion': assertion,
    'ID token': tokens['id_token'] ?? '',
    session: [...alice.cookies].find(([name]) => name.includes('session'))?.[1] ?? '',
    'set-up code': stage.setUpCode,
  }
  for (const [name, value] of Object.entries(kinds)) hoard.hide(name, value)
  for (const [client_id, secret] of Object.entries(world.secrets))
    hoard.hide(`credentials of ${client_id}`, basic(client_id, secret)['authorization']?.slice(6))
  await misplace(kinds, { admin, alice }, stage)
  await leave(alice, tokens, issuer)
}

async function setUp({ issuer, setUpCode, hoard: { hide }, witness }: Stage): Promise<Browser> {
  const root = witness.browser()
  const page = await root.get(`${issuer}/set-up`)
  const password = hide('password of root', 'hush, the password of root')
  const person = { login: 'root', password, password_again: password }
  const offer = (fields: Record<string, string>) => submitForm(root, page, '/set-up', { ...person, ...fields })
  await offer({ token: hide('wrong set-up code', `01k80hv3iokvanqkc2ed.${'W'.repeat(43)}`) })
  await offer({ token: setUpCode, password_again: hide('password mistyped', 'hush, the pasword of root') })
  await offer({ token: setUpCode, password: hide('password too short', 'hush-short') })
  await offer({ token: setUpCode, login: hide('password as login', 'hush, typed in the wrong field\u200b') })
  const done = await offer({ token: setUpCode })
  if (done.status !== 303) throw new Error('not set up')
  await offer({ token: setUpCode })
  return root
}

async function signUp({ issuer, hoard: { hide }, witness }: Stage): Promise<void> {
  const carol = witness.browser()
  const page = await carol.get(`${issuer}/sign-up`)
  const password = hide('password of carol', 'hush, the password of carol')
  const person = { login: 'carol', password, password_again: password, name: 'Carol', email: 'carol@example.com' }
  const offer = (fields: Record<string, string>) => submitForm(carol, page, '/sign-up', { ...person, ...fields })
  await offer({ password_again: hide('password of carol mistyped', 'hush, the pasword of carol') })
  await offer({ login: 'alice' })
  await offer({ email: hide('password as e-mail', 'hush in the wrong field') })
  await offer({})
}

async function authorizeOnce(alice: Browser, { issuer, world, hoard: { hide }, witness }: Stage) {
  const verifier = hide('code_verifier', 'hush-verifier-of-this-run-and-no-other-0123456789')
  const changes = {
    resource: api,
    redirect_uri: callback,
    state: hide('state', 'hush state that the app made of an address', 'private'),
    nonce: hide('nonce', 'hush-nonce-of-this-run', 'private'),
    login_hint: hide('login_hint', 'alice@hush.example', 'private'),
    code_challenge: s256(verifier),
  }
  const url = authorizeUrl(issuer, changes)
  const page = await alice.get(url)
  await signIn(alice, page, hide('password as login', 'hush, my password where my name belongs'), 'hush-wrong-1')
  hide('wrong password 1', 'hush-wrong-1')
  const wrong = await signIn(alice, page, 'alice', hide('wrong password 2', 'hush-wrong-2'))
  await signIn(witness.browser(), page, 'alice', world.passwords.alice)
  const consent = await signIn(alice, wrong, 'alice', world.passwords.alice)
  await alice.submit(consent, '/consent', { consent: 'deny' })
  const again = await alice.get(url)
  const back = await alice.submit(again, '/consent', { consent: 'allow' })
  await alice.submit(again, '/consent', { consent: 'allow' })
  await alice.get(authorizeUrl(issuer, { ...changes, prompt: 'select_account' }))
  await witness.browser().get(authorizeUrl(issuer, { ...changes, prompt: 'none' }))
  await alice.get(authorizeUrl(issuer, { ...changes, prompt: 'none', response_mode: 'form_post', scope: 'nothing' }))
  return { code: hide('code', back.location?.searchParams.get('code')), verifier }
}

type Tokens = Readonly<Record<string, string>>

async function redeemOnce(
  code: string,
  verifier: string,
  { world, hoard: { hide }, witness: { ask } }: Stage,
): Promise<Tokens> {
  const web = basic('web', world.secrets.web)
  const fields = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier }
  await ask('/token', { ...fields, code_verifier: hide('wrong verifier', `${verifier}-and-more`) }, web)
  await ask('/token', { ...fields, redirect_uri: `${callback}?${code}` }, web)
  await ask('/token', fields, basic('web', hide('wrong client secret', 'hush-a-wrong-client-secret-0123456789')))
  await ask('/token', { ...fields, client_id: 'web', client_secret: world.secrets.web }, web)
  const bought = (await ask('/token', fields, web)).body as Tokens
  for (const name of ['access_token', 'refresh_token', 'id_token']) hide(`first ${name}`, bought[name])
  const renewal = { grant_type: 'refresh_token', refresh_token: bought['refresh_token'] ?? '' }
  await ask('/token', { ...renewal, scope: 'openid admin' }, web)
  const renewed = (await ask('/token', renewal, web)).body as Tokens
  for (const name of ['access_token', 'refresh_token', 'id_token']) hide(`second ${name}`, renewed[name])
  await ask('/token', renewal, basic('job', world.secrets.job))
  return renewed
}

async function useTokens(tokens: Tokens, { world, hoard: { hide }, witness: { ask } }: Stage): Promise<void> {
  const access_token = tokens['access_token'] ?? ''
  const refresh_token = tokens['refresh_token'] ?? ''
  const job = basic('job', world.secrets.job)
  await ask('/userinfo', undefined, { authorization: `Bearer ${access_token}` })
  await ask('/userinfo', { access_token })
  await ask('/userinfo', { access_token }, { authorization: `Bearer ${access_token}` })
  await ask('/userinfo', undefined, { authorization: `Bearer ${refresh_token}` })
  await ask('/userinfo', undefined, { authorization: `Bearer ${access_token}x` })
  for (const token of [access_token, refresh_token, `${refresh_token}x`, tokens['id_token'] ?? ''])
    for (const client of ['web', 'job', 'api-server'] as const)
      await ask('/introspect', { token }, basic(client, world.secrets[client]))
  const own = (await ask('/token', { grant_type: 'client_credentials', resource: api }, job)).body
  hide('access token of a client', own['access_token'])
  const opaque = (await ask('/token', { grant_type: 'client_credentials', resource: opaqueApi }, job)).body
  const token = hide('opaque access token', opaque['access_token'])
  await ask('/introspect', { token }, job)
  await ask('/revoke', { token }, basic('web', world.secrets.web))
  await ask('/revoke', { token, token_type_hint: refresh_token }, job)
  await ask('/revoke', { token: String(own['access_token']) }, job)
}

/** What a client signs, good and bad; the last one has not been used. */
async function assert({ issuer, hoard: { hide }, witness: { ask } }: Stage): Promise<string> {
  const clock = { now: () => Math.floor(Date.now() / 1000) }
  const made = (changes: Readonly<Record<string, unknown>> = {}) =>
    sign(signer, claimsOf('signer', { issuer, clock }, changes))
  const own = { grant_type: 'client_credentials' }
  const wrong = [
    { aud: 'https://evil.example' },
    { exp: 1 },
    { exp: 9_999_999_999 },
    { iss: 'web', sub: 'web' },
    { jti: '' },
  ]
  for (const [index, changes] of wrong.entries()) {
    await ask('/token', withAssertion(hide(`assertion that is wrong (${index})`, await made(changes)), own))
  }
  const good = hide('assertion that was used', await made())
  for (const _ of ['used', 'replayed']) await ask('/token', withAssertion(good, own))
  await ask('/token', withAssertion(`${good.slice(0, -8)}AAAAAAAA`, own))
  await ask('/token', withAssertion(good, { ...own, client_secret: good }))
  return made()
}

/** Flows that put tokens in an address and passwords in a form of the app's own. */
async function retired(alice: Browser, { issuer, world, hoard: { hide }, witness: { ask } }: Stage): Promise<void> {
  const old = {
    client_id: 'old-app',
    redirect_uri: callback,
    resource: api,
    state: undefined,
    code_challenge: undefined,
  }
  const asked = { ...old, code_challenge_method: undefined }
  for (const response_type of ['id_token token', 'code id_token token']) {
    const page = await alice.get(authorizeUrl(issuer, { ...asked, response_type }))
    const answer = new URLSearchParams(page.location?.hash.slice(1))
    for (const name of ['access_token', 'id_token', ...(response_type.startsWith('code') ? ['code'] : [])])
      hide(`${name} of ${response_type}`, answer.get(name))
  }
  await alice.get(authorizeUrl(issuer, { ...asked, response_type: 'id_token token', scope: 'nothing' }))
  const app = basic('old-app', world.secrets['old-app'])
  const typed = {
    grant_type: 'password',
    username: 'alice',
    password: world.passwords.alice,
    scope: 'openid offline_access',
  }
  const tokens = (await ask('/token', typed, app)).body
  for (const name of ['access_token', 'refresh_token', 'id_token']) hide(`${name} for a password`, tokens[name])
  await ask('/token', { ...typed, password: hide('wrong password 3', 'hush-wrong-3') }, app)
  await ask('/token', { ...typed, username: hide('password as username', 'hush, my password for a name') }, app)
  await ask('/token', typed, basic('job', world.secrets.job))
}

/** Codes that people type for a device, and what it polls with. */
async function devices(alice: Browser, { hoard: { hide }, witness: { ask } }: Stage): Promise<void> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
  for (const consent of ['allow', 'deny']) {
    const codes = (await ask('/device_authorization', { client_id: 'tv', scope: 'openid offline_access' })).body
    const device_code = hide(`device_code, ${consent}`, codes['device_code'])
    const user_code = hide(`user_code, ${consent}`, codes['user_code'])
    hide(`letters of the user_code, ${consent}`, user_code.replace('-', ''))
    const polled = { grant_type, client_id: 'tv', device_code }
    await ask('/token', polled)
    await ask('/token', polled)
    await ask('/token', { ...polled, client_id: 'nobody' })
    await ask(`/token?device_code=${device_code}`, polled)
    const page = await alice.get(String(codes['verification_uri_complete']))
    await submitForm(alice, page, '/device', { user_code: `${user_code}X` })
    await submitForm(alice, page, '/device', { user_code: device_code })
    const shown = await submitForm(alice, page, '/device', { user_code })
    await submitForm(alice, shown, '/device', { consent })
    await submitForm(alice, shown, '/device', { consent: 'allow' })
    await submitForm(alice, page, '/device', { user_code })
    const { body } = await ask('/token', polled)
    for (const name of ['access_token', 'refresh_token', 'id_token'])
      if (consent === 'allow') hide(`${name} of a device`, body[name])
    await ask('/token', polled)
  }
}

async function others(
  admin: Browser,
  alice: Browser,
  { issuer, world, metricsToken, hoard: { hide }, witness }: Stage,
): Promise<void> {
  const { ask } = witness
  // An administrator registers an app; its secret is on that one page.
  const answers = { acts_for: 'self', runs_on: 'server', secret_safe: 'yes', platform_id: 'no' }
  const form = await admin.get(`${issuer}/clients/new?${new URLSearchParams(answers)}`)
  const [target] = formsOf(form.html).filter(({ action }) => action.includes('/clients/new'))
  const post = (fields: Record<string, string>): Promise<Page> =>
    admin.post(new URL(target?.action ?? '', issuer).href, { ...target?.hidden, ...fields })
  await post({ client_id: world.secrets.web, client_name: '\n', 'api-0': api })
  const made = await post({ client_id: 'made', client_name: 'Made', 'api-0': api })
  hide('client secret that was made', /<code>client_secret<\/code><\/dt><dd><code[^>]*>([^<]*)</.exec(made.html)?.[1])
  await post({ client_id: 'made', client_name: 'Made', 'api-0': api })

  const page = await alice.get(`${issuer}/account/password`)
  const next = hide('next password of alice', 'hush, another password of alice')
  const change = (fields: Record<string, string>) =>
    submitForm(alice, page, '/account/password', {
      password: world.passwords.alice,
      new_password: next,
      new_password_again: next,
      ...fields,
    })
  await change({ password: hide('wrong current password', 'hush, not the current one') })
  await change({ new_password: hide('unfit new password', 'hush2'.repeat(2)) })
  await change({ new_password_again: hide('new password mistyped', 'hush, anoter password of alice') })
  await change({})
  await change({})
  const account = await alice.get(`${issuer}/account`)
  for (const { action, hidden, buttons } of formsOf(account.html).filter(({ action }) => action === '/account/apps'))
    await alice.post(issuer + action, {
      ...hidden,
      ...Object.fromEntries(buttons.map(({ name, value }) => [name, value])),
    })

  for (const path of [
    '/',
    '/account',
    '/errors',
    '/errors/code-replayed',
    '/healthz',
    '/readyz',
    '/api/journeys',
    '/nothing',
  ])
    for (const browser of [alice, admin, witness.browser()]) await browser.get(issuer + path)
  await ask('/metrics', undefined, { authorization: `Bearer ${metricsToken}` })
  await ask('/metrics', undefined, {
    authorization: `Bearer ${hide('wrong metrics token', 'hush-wrong-metrics-token-0123456789')}`,
  })
  await ask('/metrics')
  const json = { 'content-type': 'application/json' }
  await ask('/api/advise', JSON.stringify({ policy: world.secrets.web, answers: { [world.secrets.job]: next } }), json)
  await ask('/api/advise', `{"policy": "${world.secrets.web}`, json)
}

/** Parameters of each endpoint that hold text, its own and one that nobody knows. */
const places = {
  authorize: [
    ...['client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'prompt', 'response_type', 'response_mode', 'display'],
    ...['claims', 'resource', 'audience', 'login_hint', 'ui_locales', 'acr_values', 'max_age', 'id_token_hint'],
    ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'a_name_of_nobody'],
  ],
  logout: ['client_id', 'id_token_hint', 'post_logout_redirect_uri', 'state', 'logout_hint', 'a_name_of_nobody'],
  token: ['grant_type', 'client_id', 'scope', 'resource', 'audience', 'code', 'refresh_token', 'a_name_of_nobody'],
  about: ['token', 'token_type_hint', 'client_id', 'a_name_of_nobody'],
  /** Where what a person typed can end up; programs know no passwords, and put their own secrets anywhere. */
  typed: ['client_id', 'login_hint', 'logout_hint', 'state', 'username', 'password', 'a_name_of_nobody'],
} as const

/** Every kind of secret in every place where it does not belong, by itself and within something else. */
async function misplace(
  kinds: Readonly<Record<string, string>>,
  { admin, alice }: { readonly admin: Browser; readonly alice: Browser },
  { issuer, world, witness }: Stage,
): Promise<void> {
  const { ask } = witness
  const job = basic('job', world.secrets.job)
  const own = { grant_type: 'client_credentials', resource: api }
  const stranger = witness.browser()
  for (const [kind, value] of Object.entries(kinds)) {
    const address = `https://app.example.com/${value}?code=${value}#${value}`
    const at = (name: string) => ({ [name]: name.endsWith('_uri') || name === 'resource' ? address : value })
    const typed: readonly string[] = places.typed
    const held = (names: readonly string[]) =>
      kind === 'password' ? names.filter(name => typed.includes(name)) : names
    await Promise.all(held(places.authorize).map(name => stranger.get(authorizeUrl(issuer, at(name)))))
    await Promise.all([
      ...held(['redirect_uri', 'scope', 'client_id', 'state']).flatMap(name => {
        const form = new URL(authorizeUrl(issuer, at(name))).search.slice(1)
        return [alice.post(`${issuer}/authorize`, form), admin.get(`${issuer}/authorize?${form}`)]
      }),
      ...held(places.logout).map(name =>
        alice.get(`${issuer}/logout?${new URLSearchParams({ client_id: 'web', ...at(name) })}`),
      ),
      ...held(places.token).map(name => ask('/token', { ...own, ...at(name) }, job)),
      ...held(places.about).map(name => ask('/introspect', { token: 'x', ...at(name) }, job)),
      ...held(places.about).map(name => ask('/revoke', { token: 'x', ...at(name) }, job)),
      ask('/token', { grant_type: 'password', username: value, password: value, scope: 'openid' }, job),
    ])
    const query = new URLSearchParams({ [value]: '1', access_token: value, client_secret: value, code: value })
    const json = { 'content-type': 'application/json' }
    await Promise.all([
      // In the address, as a name, twice, and where JSON, a path or nothing of the kind belongs.
      ask(`/token?${query}`, own, job),
      ask(`/userinfo?${query}`),
      ask(`/sign-in?${query}`, { login: 'alice', password: 'hush-wrong-1' }),
      ask(`/errors/lookup?${new URLSearchParams({ reference: value })}`),
      ask(`/errors/${encodeURIComponent(value)}`),
      ask(`/api/journeys/${encodeURIComponent(value)}`),
      ask(`/${encodeURIComponent(value)}`, undefined, { accept: 'text/html' }),
      ask(`/${encodeURIComponent(value)}`, { [value]: value }),
      ask('/token', `${encodeURIComponent(value)}`, job),
      ask('/token', `password=a&password=${encodeURIComponent(value)}`, job),
      ask('/token', `${encodeURIComponent(value)}=1&${encodeURIComponent(value)}=2`, job),
      ask('/token', `password=%zz${encodeURIComponent(value)}`, job),
      ask('/token', JSON.stringify({ ...own, client_secret: value }), json),
      ask('/sign-in', { parked: value, login: 'alice', password: value }),
      ask('/consent', { form: value, consent: value }),
      ask('/sign-up', { form: value, login: value }),
      ask('/token', own, { authorization: value }),
      ask('/token', own, { authorization: `Basic ${value}` }),
      ask('/token', own, { authorization: `Bearer ${value}` }),
      ask('/token', { ...own, client_id: 'web' }, basic(value, 'web')),
      ask('/token', own, basic(value, value)),
      ask('/token', { ...own, client_id: value, client_secret: 'job' }),
      ask('/token', { ...own, client_id: value }, job),
      ask('/userinfo', undefined, { authorization: `Bearer ${value}` }),
      ask('/authorize', undefined, {
        'user-agent': value,
        referer: `https://app.example.com/?code=${value}`,
        origin: value,
      }),
      ask('/token', own, {
        ...job,
        'x-forwarded-for': value,
        'x-request-id': value,
        from: value,
        cookie: `${value.slice(0, 8)}=${value}`,
      }),
      ask('/authorize', undefined, { host: 'evil.example', referer: `https://app.example.com/?code=${value}` }),
      ask(`/authorize?${query}`, { client_id: 'web' }, { host: 'evil.example', accept: 'text/html' }),
    ])
  }
}

async function leave(alice: Browser, tokens: Tokens, issuer: string): Promise<void> {
  await alice.get(
    `${issuer}/logout?${new URLSearchParams({ id_token_hint: tokens['id_token'] ?? '', client_id: 'job' })}`,
  )
  await alice.get(`${issuer}/logout?${new URLSearchParams({ id_token_hint: tokens['id_token'] ?? '' })}`)
}
