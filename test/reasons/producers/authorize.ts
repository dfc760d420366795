import { vi } from 'vitest'
import { addAccount, authorize, authorizeUrl, openBrowser, signIn } from '../../support/browser.ts'
import { implicitClient, withRetired } from '../../support/retired-clients.ts'
import { obtainTokens } from '../../support/token.ts'
import { world } from '../../support/world.ts'
import { ask, type Producer, signInHere } from '../stage.ts'

const asking =
  (changes: Record<string, string | undefined>): Producer =>
  stage =>
    ask(stage, changes)

const noResponse = { client_id: 'no-response', redirect_uri: 'http://127.0.0.1:5009/callback', scope: 'openid' }

const signingIn =
  (login: string, word?: string): Producer =>
  async ({ issuer }) => {
    const browser = openBrowser()
    return signIn(browser, await browser.get(authorizeUrl(issuer)), login, word)
  }

/** Of a client whose answers come by way of the browser, where the operator allows it. */
const inFront =
  (changes: Record<string, string | undefined>): Producer =>
  async ({ fresh }) => {
    const server = await fresh({ document: withRetired(world), config: { allow: ['implicit'] } })
    const url = authorizeUrl(server.issuer, { ...implicitClient.asks, response_type: 'id_token', ...changes })
    return openBrowser().get(url)
  }

/** What is refused at /authorize: where the answer would go, what is asked, and what people do. */
export const authorizing = {
  'client-id-missing': asking({ client_id: undefined }),
  'client-unknown-at-authorize': asking({ client_id: 'nobody' }),
  'redirect-uri-missing': asking({ redirect_uri: undefined }),
  'redirect-uri-mismatch': asking({ redirect_uri: 'http://127.0.0.1:5001/callback/' }),
  'response-mode-unsupported': asking({ response_mode: 'smoke' }),
  'web-origin-unregistered': asking({ response_mode: 'web_message' }),
  'response-type-unsupported': asking({ response_type: 'smoke' }),
  'response-type-not-allowed': asking(noResponse),
  'request-object-unsupported': asking({ request: 'x' }),
  'request-uri-unsupported': asking({ request_uri: 'https://x.example/' }),
  'registration-unsupported': asking({ registration: '{}' }),
  'prompt-invalid': asking({ prompt: 'none login' }),
  'max-age-invalid': asking({ max_age: 'soon' }),
  'claims-malformed': asking({ claims: '[]' }),
  'id-token-hint-invalid': asking({ id_token_hint: 'x.y.z' }),
  'acr-unmet': asking({ claims: '{"id_token":{"acr":{"essential":true,"value":"urn:example:gold"}}}' }),
  'scope-malformed': asking({ scope: 'openid "profile"' }),
  'openid-missing': inFront({ scope: 'catalog:read' }),
  'nonce-missing': inFront({ nonce: undefined }),
  'scope-empty': asking({ scope: 'catalog:write' }),
  'pkce-challenge-missing': asking({ code_challenge: undefined, code_challenge_method: undefined }),
  'pkce-challenge-malformed': asking({ code_challenge: 'short' }),
  'pkce-method-unsupported': asking({ code_challenge_method: 'plain' }),

  async 'access-denied'({ issuer }) {
    const browser = openBrowser()
    return browser.submit(await browser.get(authorizeUrl(issuer)), '/sign-in', { cancel: 'yes' })
  },
  'login-required': asking({ prompt: 'none' }),
  async 'account-differs'({ issuer }) {
    const { id_token } = await obtainTokens(issuer)
    const browser = openBrowser()
    return signIn(browser, await browser.get(authorizeUrl(issuer, { id_token_hint: id_token })), 'bob')
  },
  async 'consent-required'({ issuer }) {
    const browser = await signInHere(issuer, 'bob')
    return browser.get(authorizeUrl(issuer, { prompt: 'none' }))
  },
  'session-cookie-withheld': ({ issuer }) =>
    openBrowser().get(authorizeUrl(issuer, { prompt: 'none' }), {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-dest': 'iframe',
    }),
  async 'account-selection-required'({ issuer }) {
    const browser = await signInHere(issuer, 'alice')
    await addAccount(browser, issuer, 'bob')
    return browser.get(authorizeUrl(issuer, { prompt: 'none' }))
  },
  async 'confirmation-required'({ issuer }) {
    const browser = openBrowser()
    const native = { client_id: 'native', redirect_uri: 'http://127.0.0.1:53211/callback' }
    await authorize(browser, authorizeUrl(issuer, native))
    return browser.get(authorizeUrl(issuer, { ...native, prompt: 'none' }))
  },
  async 'request-answered'({ issuer }) {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(authorizeUrl(issuer, { prompt: 'consent' })))
    await browser.submit(page, '/consent', { consent: 'allow' })
    return browser.submit(page, '/consent', { consent: 'allow' })
  },
  async 'user-refused'({ fresh }) {
    const server = await fresh()
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer, { prompt: 'consent' })))
    // Disabled in the very moment between the session's check and the code.
    const { store } = server.data
    const consent = store.consent.bind(store)
    vi.spyOn(store, 'consent').mockImplementationOnce(async (...asked) => {
      await server.apply({ users: world.users.map(user => ({ ...user, disabled: true })) })
      return consent(...asked)
    })
    return browser.submit(page, '/consent', { consent: 'allow' })
  },
  'login-unknown': signingIn('nobody-at-all'),
  'password-wrong': signingIn('alice', 'not the password'),
  'account-disabled': signingIn('locked'),
  async 'sign-in-throttled'({ issuer }) {
    const browser = openBrowser()
    let page = await browser.get(authorizeUrl(issuer))
    for (let guess = 0; guess < 16; guess++) page = await signIn(browser, page, 'guessed', `guess ${guess}`)
    return page
  },
} as const satisfies Readonly<Record<string, Producer>>
