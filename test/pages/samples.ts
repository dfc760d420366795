import type { NetworkPolicy, NetworkStanding } from '../../src/core/network-policy.ts'
import { accountPage } from '../../src/http/pages/account.ts'
import { askAgainPage } from '../../src/http/pages/ask-again.ts'
import { consentPage } from '../../src/http/pages/consent.ts'
import { devicePage } from '../../src/http/pages/device.ts'
import { confirmDevicePage } from '../../src/http/pages/device-confirm.ts'
import { deviceDonePage } from '../../src/http/pages/device-done.ts'
import { errorPage, statusPage } from '../../src/http/pages/error.ts'
import { formPostPage } from '../../src/http/pages/form-post.ts'
import { logoutPage } from '../../src/http/pages/logout.ts'
import { outsidePage } from '../../src/http/pages/network.ts'
import { passwordPage } from '../../src/http/pages/password.ts'
import { selectAccountPage } from '../../src/http/pages/select-account.ts'
import { setUpDonePage, setUpPage } from '../../src/http/pages/set-up.ts'
import { signInPage } from '../../src/http/pages/sign-in.ts'
import { signUpOffPage, signUpPage } from '../../src/http/pages/sign-up.ts'
import { signedOutPage } from '../../src/http/pages/signed-out.ts'
import type { Notice, Site } from '../../src/http/pages/site.ts'

export const issuer = 'http://127.0.0.1:4000'

/** Every page in every state, by a name that serves as its path; `say` may replace each piece of text that comes from outside. */
export function samples(say: (text: string) => string = text => text): ReadonlyMap<string, string> {
  const site: Site = { issuer }
  const noticed = (tone: Notice['tone']): Site => ({
    issuer,
    notice: { tone, text: say('This server runs with demo data.') },
  })
  const target = { action: say('/authorize'), hidden: { name: say('parked'), value: say('c2VhbGVk') } }
  const plain = { client_id: say('photo-prints') }
  const app = {
    ...plain,
    client_name: say('Photo Prints'),
    client_uri: say('https://prints.example.com/'),
    policy_uri: say('https://prints.example.com/privacy'),
    tos_uri: say('https://prints.example.com/terms'),
  }
  const user = { login: say('alice@example.com'), claims: { name: say('Alice Liddell') } }
  const nameless = { login: say('alice'), claims: {} }
  const account = { sid: say('01k80jh61dsrufubdb2q'), auth_time: 990_000, user }
  const another = { sid: say('01k80jh61dsrufubdb2r'), auth_time: 900_000, user: nameless }
  const photos = say('photos:read')
  const api = {
    name: say('Photo library'),
    scopes: {
      [photos]: { description: say('See your photos and albums'), requires_user: true },
      [say('orders:write')]: { description: say('Order prints and pay with your stored card'), requires_user: true },
    },
  }
  const login = say('alice@example.com')
  const redirect_uri = say('https://prints.example.com/callback')
  const reference = say('7K3M-Q9TX')
  const standing = (mode: NetworkPolicy['mode'], inside: boolean): NetworkStanding => ({
    policy: { mode, cidrs: [], text: say('the Example network (connect to the VPN)'), applies_to: ['login'] },
    address: say('203.0.113.9'),
    inside,
  })
  const asked = {
    ...target,
    app,
    user,
    api,
    user_code: say('WDJB-MJHT'),
    scopes: ['openid', 'offline_access', ...Object.keys(api.scopes)],
    address: say('2001:db8:85a3:8d3:1319:8a2e:370:7348'),
    here: false,
    asked_at: 1_999_800,
    now: 2_000_000,
  }
  return new Map([
    ['sign-in', signInPage({ ...target, app }, site)],
    ['sign-in-hinted', signInPage({ ...target, app: plain, login }, noticed('information'))],
    ['sign-in-wrong', signInPage({ ...target, app, login, error: { kind: 'wrong' } }, site)],
    ['sign-in-throttled', signInPage({ ...target, app, login, error: { kind: 'throttled', minutes: 12 } }, site)],
    ['sign-in-expired', signInPage({ ...target, app, error: { kind: 'expired' } }, site)],
    ['sign-in-inside', signInPage({ ...target, app, network: standing('enforce', true) }, site)],
    ['sign-in-outside', signInPage({ ...target, app, network: standing('notice', false) }, site)],
    ['sign-in-here-outside', signInPage({ ...target, network: standing('notice', false) }, site)],
    ['outside', outsidePage({ standing: standing('enforce', false), app: { app, target }, reference }, site)],
    ['outside-here', outsidePage({ standing: standing('enforce', false), reference }, site)],
    [
      'outside-device',
      outsidePage({ standing: standing('enforce', false), device: { path: '/device' }, reference }, site),
    ],
    ['select-account', selectAccountPage({ ...target, app, accounts: [account], now: 1_000_000 }, site)],
    [
      'select-account-several',
      selectAccountPage({ ...target, app, accounts: [account, another], now: 1_000_000 }, site),
    ],
    [
      'consent',
      consentPage(
        {
          ...target,
          app,
          user,
          api,
          redirect_uri,
          scopes: ['openid', 'profile', 'email', 'offline_access', ...Object.keys(api.scopes)],
        },
        site,
      ),
    ],
    [
      'consent-plain',
      consentPage(
        { ...target, app: plain, user: nameless, redirect_uri: say('com.example.prints:/callback'), scopes: [photos] },
        noticed('retired'),
      ),
    ],
    ['ask-again', askAgainPage({ action: '/authorize?again', parameters: [['state', say('abc')]] }, site)],
    ['device', devicePage({ ...target, user_code: '' }, site)],
    ['device-filled', devicePage({ ...target, user_code: say('WDJB-MJHT') }, site)],
    ['device-wrong', devicePage({ ...target, user_code: say('WDJB-MJHT'), problem: { kind: 'unknown' } }, site)],
    ['device-throttled', devicePage({ ...target, user_code: '', problem: { kind: 'throttled', minutes: 9 } }, site)],
    ['device-expired', devicePage({ ...target, user_code: '', problem: { kind: 'expired' } }, site)],
    ['device-confirm', confirmDevicePage(asked, site)],
    ['device-confirm-inside', confirmDevicePage({ ...asked, network: standing('enforce', true) }, site)],
    ['device-confirm-outside', confirmDevicePage({ ...asked, network: standing('notice', false) }, site)],
    ['device-connected', deviceDonePage({ app, allowed: true }, site)],
    ['device-denied', deviceDonePage({ app: plain, allowed: false }, site)],
    ['sign-in-device', signInPage({ ...target, signUp: target, before: 'device' }, site)],
    ['sign-in-here', signInPage({ ...target, signUp: 'page', setUp: true }, site)],
    ['sign-in-sign-up', signInPage({ ...target, app, signUp: target }, site)],
    ['sign-up', signUpPage(target, site)],
    [
      'sign-up-app',
      signUpPage(
        {
          ...target,
          app: { app, signIn: target },
          typed: { login, name: say('Alice Liddell'), email: say('alice@example.com') },
          problem: { kind: 'fault', fault: { field: 'login', says: say('Somebody has this username.') } },
        },
        site,
      ),
    ],
    ['sign-up-throttled', signUpPage({ ...target, problem: { kind: 'throttled', minutes: 1 } }, site)],
    ['sign-up-expired', signUpPage({ ...target, problem: { kind: 'expired' } }, site)],
    ['sign-up-off', signUpOffPage(site)],
    ['password', passwordPage({ ...target, login }, site)],
    [
      'password-wrong',
      passwordPage(
        {
          ...target,
          login,
          problem: { kind: 'fault', fault: { field: 'password', says: say('This is not your current password.') } },
        },
        site,
      ),
    ],
    ['set-up', setUpPage(target, site)],
    ['set-up-again', setUpPage({ ...target, codeKept: true, typed: { login } }, site)],
    ['set-up-done', setUpDonePage(site)],
    [
      'account',
      accountPage(
        {
          user: { ...user, email: say('alice@example.com') },
          now: 2_000_000,
          done: 'app',
          looksAfter: 'own',
          signOut: target,
          appsForm: target,
          sessionsForm: target,
          apps: {
            items: Array.from({ length: 2 }, () => ({
              app,
              since: 1_000_000,
              last_used_at: 1_999_000,
              parts: [
                { api: undefined, scopes: ['openid', 'profile', 'email'] },
                { api, scopes: [...Object.keys(api.scopes), say('unknown:scope')] },
              ],
            })),
            more: 'apps=web',
          },
          sessions: {
            items: Array.from({ length: 3 }, (_, index) => ({
              sid: say('0000000000000000000s'),
              device: say('Firefox on Windows'),
              address: say('2001:db8::1'),
              last_used_at: 1_999_999,
              current: index === 0,
            })),
            more: 'sessions=0000',
          },
        },
        site,
      ),
    ],
    ['logout', logoutPage({ ...target, app, users: [user, nameless] }, site)],
    ['logout-plain', logoutPage({ ...target, users: [nameless] }, site)],
    ['signed-out', signedOutPage({ app }, site)],
    ['signed-out-plain', signedOutPage({}, site)],
    [
      'error-developer',
      errorPage(
        {
          app,
          title: say('Photo Prints cannot be reached this way'),
          happened: say(
            'The address that the app wants you sent back to is not one that it registered here, so you stay on this page.',
          ),
          who: 'developer',
          mend: say('Compare the redirect_uri of the request with those registered for the app, letter by letter.'),
          reference,
        },
        site,
      ),
    ],
    [
      'error-user',
      errorPage(
        {
          title: say('This page is from another visit'),
          happened: say('The form was not one that this browser was given, so nothing was changed.'),
          who: 'user',
          mend: say('Go back to the app and start again.'),
          reference,
        },
        site,
      ),
    ],
    ['not-found', statusPage({ status: 404 }, site)],
    ['method-not-allowed', statusPage({ status: 405 }, site)],
    ['failed', statusPage({ status: 500, reference }, site)],
    ['busy', statusPage({ status: 503, reference }, site)],
    [
      'form-post',
      formPostPage(
        { app, redirect_uri, params: { code: say('SplxlOBeZQQYbYS6WxSbIA'), [say('state')]: say('xyz') } },
        site,
      ),
    ],
  ])
}
