import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { authorize, authorizeUrl, openBrowser } from '../../support/browser.ts'
import { office } from '../../support/network.ts'
import { passwordClient, withRetired } from '../../support/retired-clients.ts'
import {
  type Answer,
  basic,
  clientCredentials,
  codeFields,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
  revoke,
} from '../../support/token.ts'
import { api, opaqueApi, otherSecret, secret, world } from '../../support/world.ts'
import { ask, type Producer, type Stage } from '../stage.ts'

function token({ issuer }: Stage, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer> {
  return post(`${issuer}/token`, fields, headers)
}

const itself = { grant_type: 'client_credentials' }
const unbound = {
  client_id: 'when-sent',
  redirect_uri: 'http://127.0.0.1:5003/callback',
  code_challenge: undefined,
  code_challenge_method: undefined,
}

/** A code of the client `when-sent` that no challenge binds. */
async function unboundCode(issuer: string): Promise<string> {
  return (await authorize(openBrowser(), authorizeUrl(issuer, unbound))).get('code') ?? ''
}

function without(name: string, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))
}

const redeeming =
  (changes: Record<string, string>): Producer =>
  async ({ issuer }) =>
    redeem(issuer, await obtainCode(issuer), changes)

/** The registration of `web`, without these of its scopes. */
function webWithout(scope: string): object {
  const [web] = world.clients
  return { ...web, scope: web.scope.replace(` ${scope}`, '') }
}

/** What is refused at /token: who asks, what is redeemed, and for what. */
/** A password through the token endpoint, where the operator allows it. */
const typed =
  (changes: Record<string, string>, times = 1): Producer =>
  async ({ fresh }) => {
    const { issuer } = await fresh({ document: withRetired(world), config: { allow: ['password'] } })
    const fields = { grant_type: 'password', username: 'alice', password: 'wrong', ...changes }
    const offer = () => post(`${issuer}/token`, fields, basic(passwordClient.client_id))
    for (let time = 1; time < times; time++) await offer()
    return offer()
  }

export const tokenEndpoint = {
  'password-refused': typed({}),
  'password-throttled': typed({}, 16),
  async 'flow-ended'({ fresh }) {
    const grantwise = { ...passwordClient.grantwise, retired_until: '2020-01-01' }
    const document = { ...world, clients: [...world.clients, { ...passwordClient, grantwise }] }
    const { issuer } = await fresh({ document, config: { allow: ['password'] } })
    return post(
      `${issuer}/token`,
      { grant_type: 'password', username: 'alice', password: 'x' },
      basic(passwordClient.client_id),
    )
  },
  'realm-unknown': typed({ grant_type: 'http://auth0.com/oauth/grant-type/password-realm', realm: 'employees' }),
  'client-missing': stage => token(stage, itself),
  'client-unknown': stage => token(stage, itself, basic('nobody')),
  'client-secret-wrong': stage => token(stage, itself, basic('job', otherSecret)),
  'client-auth-method-wrong': stage => token(stage, { grant_type: 'refresh_token' }, basic('spa')),
  'client-auth-malformed': stage => token(stage, itself, { authorization: 'Basic ???' }),
  'client-auth-two-methods': stage =>
    token(stage, { ...itself, client_id: 'job', client_secret: secret }, basic('job')),
  'client-id-differs': stage => token(stage, { ...itself, client_id: 'web' }, basic('job')),
  'client-public': ({ issuer }) => post(`${issuer}/introspect`, { client_id: 'spa', token: 'x' }),

  'redirect-uri-differs': redeeming({ redirect_uri: 'http://localhost:5001/callback' }),
  async 'redirect-uri-unbound'(stage) {
    const code = await unboundCode(stage.issuer)
    return token(stage, { grant_type: 'authorization_code', code }, basic('when-sent'))
  },
  async 'pkce-downgrade'(stage) {
    const fields = codeFields(await unboundCode(stage.issuer), { redirect_uri: unbound.redirect_uri })
    return token(stage, fields, basic('when-sent'))
  },
  async 'pkce-verifier-missing'(stage) {
    return token(stage, without('code_verifier', codeFields(await obtainCode(stage.issuer))), basic('web'))
  },
  'pkce-verifier-malformed': redeeming({ code_verifier: 'short' }),
  'pkce-verifier-mismatch': redeeming({ code_verifier: 'x'.repeat(43) }),

  async 'scope-wider'({ issuer }) {
    const { refresh_token } = await obtainTokens(issuer, { scope: 'openid profile offline_access' })
    return refresh(issuer, refresh_token, { scope: 'openid email' })
  },
  'resource-malformed': ({ issuer }) => clientCredentials(issuer, { resource: 'the api' }),
  'resource-ambiguous': ({ issuer }) => clientCredentials(issuer, { resource: api, audience: opaqueApi }),
  'resource-unknown': ({ issuer }) => clientCredentials(issuer, { resource: `${api}/` }),
  'resource-missing': ({ issuer }) => clientCredentials(issuer, {}, basic('opaque-job')),
  'resource-differs': redeeming({ resource: opaqueApi }),

  'grant-type-unsupported': stage => token(stage, { grant_type: 'urn:example:smoke' }, basic('web')),
  'outside-advice': stage => token(stage, itself, basic('advised')),
  'grant-type-not-allowed': stage => token(stage, itself, basic('web')),
  'code-unknown': ({ issuer }) => redeem(issuer, 'no-such-code'),
  async 'code-of-another'(stage) {
    return token(stage, codeFields(await obtainCode(stage.issuer)), basic('other-web', otherSecret))
  },
  async 'code-expired'({ issuer, server }) {
    const code = await obtainCode(issuer)
    server.clock.pass(61)
    return redeem(issuer, code)
  },
  async 'code-replayed'({ issuer }) {
    const code = await obtainCode(issuer)
    await redeem(issuer, code)
    return redeem(issuer, code)
  },
  'refresh-token-unknown': ({ issuer }) => refresh(issuer, 'no-such-token'),
  async 'refresh-token-of-another'(stage) {
    const { refresh_token } = await obtainTokens(stage.issuer)
    return token(stage, { grant_type: 'refresh_token', refresh_token }, basic('other-web', otherSecret))
  },
  async 'refresh-token-expired'({ issuer, server }) {
    const { refresh_token } = await obtainTokens(issuer)
    server.clock.pass(1_209_601)
    return refresh(issuer, refresh_token)
  },
  async 'refresh-token-replayed'({ issuer, server }) {
    const { refresh_token } = await obtainTokens(issuer)
    await refresh(issuer, refresh_token)
    server.clock.pass(31)
    return refresh(issuer, refresh_token)
  },
  async 'offline-access-withdrawn'({ fresh }) {
    const server = await fresh()
    const { refresh_token } = await obtainTokens(server.issuer)
    await server.apply({ clients: [webWithout('offline_access')] })
    return refresh(server.issuer, refresh_token)
  },
  async 'authorization-revoked'({ issuer }) {
    const { access_token, refresh_token } = await obtainTokens(issuer)
    await revoke(issuer, access_token)
    return refresh(issuer, refresh_token)
  },
  async 'network-outside'({ fresh }) {
    const server = await fresh()
    await server.apply({ network_policy: { mode: 'enforce', ...office } })
    return clientCredentials(server.issuer)
  },
  async 'network-outside-silent'({ fresh }) {
    const server = await fresh()
    await server.apply({ network_policy: { mode: 'enforce', ...office } })
    return ask(server, { prompt: 'none' })
  },
  async 'user-gone'({ fresh }) {
    const { issuer, data_dir } = await fresh()
    const code = await obtainCode(issuer)
    const database = new DatabaseSync(join(data_dir, 'grantwise.db'))
    database.exec("DELETE FROM users WHERE login = 'alice'")
    database.close()
    return redeem(issuer, code)
  },
  async 'user-disabled'({ fresh }) {
    const server = await fresh()
    const code = await obtainCode(server.issuer)
    await server.apply({ users: world.users.map(user => ({ ...user, disabled: true })) })
    return redeem(server.issuer, code)
  },
} as const satisfies Readonly<Record<string, Producer>>
