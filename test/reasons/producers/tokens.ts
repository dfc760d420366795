import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { restoreBackup } from '../../../src/backup/restore.ts'
import { takeBackup } from '../../../src/backup/take.ts'
import { authorizeUrl, openBrowser, signIn } from '../../support/browser.ts'
import {
  clientCredentials,
  get,
  obtainTokens,
  post,
  refresh,
  revoke,
  type Tokens,
  userinfo,
} from '../../support/token.ts'
import { password } from '../../support/world.ts'
import { fill, type Producer } from '../stage.ts'

/** Of an authorization that ends with its session. */
const online = { scope: 'openid profile' }

/** What becomes of tokens: presented, and ended; and signing out. */
export const tokens = {
  'token-missing': ({ issuer }) => get(`${issuer}/userinfo`),
  'token-two-ways': ({ issuer }) => post(`${issuer}/userinfo`, { access_token: 'x' }, { authorization: 'Bearer x' }),
  'token-invalid': ({ issuer }) => userinfo(issuer, 'x'),
  async 'token-expired'({ issuer, server }) {
    const { access_token } = await obtainTokens(issuer)
    server.clock.pass(3601)
    return userinfo(issuer, access_token)
  },
  async 'token-revoked'({ issuer }) {
    const { access_token } = await obtainTokens(issuer)
    await revoke(issuer, access_token)
    return userinfo(issuer, access_token)
  },
  async 'token-without-openid'({ issuer }) {
    const { body } = await clientCredentials(issuer)
    return userinfo(issuer, (body as unknown as Tokens).access_token)
  },

  async 'revoked-by-client'({ issuer }) {
    const { access_token } = await obtainTokens(issuer)
    return revoke(issuer, access_token)
  },
  async 'signed-out'({ issuer }) {
    const browser = openBrowser()
    const { id_token } = await obtainTokens(issuer, online, browser)
    return browser.get(`${issuer}/logout?${new URLSearchParams({ id_token_hint: id_token })}`)
  },
  async 'session-replaced'({ issuer }) {
    const browser = openBrowser()
    await obtainTokens(issuer, online, browser)
    return signIn(browser, await browser.get(authorizeUrl(issuer, { ...online, prompt: 'login' })), 'bob')
  },
  async 'password-changed'({ fresh }) {
    const { issuer } = await fresh()
    const elsewhere = openBrowser()
    await obtainTokens(issuer, online, elsewhere)
    const browser = openBrowser()
    await obtainTokens(issuer, online, browser)
    const fresher = 'a newer phrase of many words'
    return fill(browser, await browser.get(`${issuer}/account/password`), '/account/password', {
      password,
      new_password: fresher,
      new_password_again: fresher,
    })
  },
  async 'app-disconnected'({ fresh }) {
    const { issuer } = await fresh()
    const browser = openBrowser()
    await obtainTokens(issuer, {}, browser)
    return fill(browser, await browser.get(`${issuer}/account`), '/account/apps', { client_id: 'web' })
  },
  async 'backup-restored'({ fresh }) {
    const { issuer, data_dir, clock } = await fresh()
    const { refresh_token } = await obtainTokens(issuer)
    const directory = mkdtempSync(join(tmpdir(), 'grantwise-restored-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const [backup, data] = [join(directory, 'backup'), join(directory, 'data')]
    await takeBackup({ data_dir, secret: undefined }, backup, { withSecret: true, force: false })
    await restoreBackup(backup, { data_dir: data, secret: undefined }, { end: true, now: clock.now() })
    const { url } = await fresh({ data_dir: data, document: {}, clock, config: { issuer } })
    return refresh(url, refresh_token)
  },

  'logout-redirect-mismatch': ({ issuer }) =>
    openBrowser().get(
      `${issuer}/logout?${new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: 'http://127.0.0.1:5001' })}`,
    ),
  async 'logout-client-differs'({ issuer }) {
    const { id_token } = await obtainTokens(issuer)
    return openBrowser().get(
      `${issuer}/logout?${new URLSearchParams({ client_id: 'other-web', id_token_hint: id_token })}`,
    )
  },
} as const satisfies Readonly<Record<string, Producer>>
