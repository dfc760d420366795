import { usual } from '../../advisor/samples.ts'
import { administered } from '../../clients/support.ts'
import { openBrowser, type Page } from '../../support/browser.ts'
import { send } from '../../support/raw.ts'
import { get } from '../../support/token.ts'
import { world } from '../../support/world.ts'
import { fill, type Producer, type Stage, signInHere } from '../stage.ts'

const good = 'a phrase of several words'

/** Fills in the form of a new account, on a server where there is one. */
const signingUp =
  (changes: Record<string, string>): Producer =>
  async ({ fresh }) => {
    const { issuer } = await fresh({ config: { sign_up: true } })
    return signUp(issuer, changes)
  }

async function signUp(issuer: string, changes: Record<string, string>): Promise<Page> {
  const browser = openBrowser()
  const page = await browser.get(`${issuer}/sign-up`)
  const fields = { login: 'newcomer', name: '', email: '', password: good, password_again: good, ...changes }
  return fill(browser, page, '/sign-up', fields)
}

async function asSignedIn({ issuer }: Stage, login: string, path: string): Promise<string> {
  return (await (await signInHere(issuer, login)).get(issuer + path)).html
}

/** Fills in the form that registers a client, by answers that lead to a web application. */
const registering =
  (fields: Record<string, string>): Producer =>
  async ({ issuer }) => {
    const browser = await signInHere(issuer, 'root')
    const page = await browser.get(`${issuer}/clients/new?${new URLSearchParams({ ...usual })}`)
    return fill(browser, page, new URL(page.url).pathname, fields)
  }

async function askAdvisor({ issuer }: Stage, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  return (await send(`${issuer}/api/advise`, { method: 'POST', headers, body })).text()
}

/** Accounts, what only administrators may ask for, and the advisor. */
export const accounts = {
  'sign-up-off': ({ issuer }) => openBrowser().get(`${issuer}/sign-up`),
  async 'sign-up-throttled'({ fresh }) {
    const { issuer } = await fresh({ config: { sign_up: true } })
    let page = await signUp(issuer, { login: 'newcomer-0' })
    for (let at = 1; page.status !== 429 && at < 200; at++) page = await signUp(issuer, { login: `newcomer-${at}` })
    return page
  },
  'login-unusable': signingUp({ login: 'x'.repeat(2000) }),
  'login-taken': signingUp({ login: 'alice' }),
  'profile-unusable': signingUp({ email: 'not an address' }),
  'password-unfit': signingUp({ password: 'password', password_again: 'password' }),
  'password-repeat-differs': signingUp({ password_again: 'another phrase of words' }),
  async 'set-up-link-invalid'({ fresh }) {
    const { issuer } = await fresh({ document: world })
    const browser = openBrowser()
    const fields = { token: 'guess', login: 'root', password: good, password_again: good }
    return fill(browser, await browser.get(`${issuer}/set-up`), '/set-up', fields)
  },
  'set-up-done': ({ issuer }) => openBrowser().get(`${issuer}/set-up`),

  'asked-from-elsewhere': ({ issuer }) => get(`${issuer}/api/journeys`, { origin: 'https://evil.example' }),
  'admin-not-signed-in': ({ issuer }) => get(`${issuer}/api/journeys`),
  'admin-role-missing': stage => asSignedIn(stage, 'alice', '/api/journeys'),
  'client-not-shown': stage => asSignedIn(stage, 'alice', '/clients/web'),
  async 'client-changed-meanwhile'({ fresh }) {
    const server = await fresh({ document: administered })
    const browser = await signInHere(server.issuer, 'root')
    const page = await browser.get(`${server.issuer}/clients/web/advice?${new URLSearchParams({ ...usual })}`)
    const [web] = world.clients
    await server.apply({ clients: [{ ...web, client_name: 'Renamed' }] })
    const fields = { redirect_uris: web.redirect_uris.join('\n'), 'api-0': web.grantwise.audiences[0] }
    return fill(browser, page, '/clients/web/advice', { ...fields, do: 'change' })
  },
  'journey-unknown': stage => asSignedIn(stage, 'root', '/api/journeys/none'),

  'redirect-uri-unfit': registering({ client_name: 'Photo Prints', redirect_uris: 'https://app.example.com/#home' }),
  'client-metadata-unfit': registering({ client_name: '', redirect_uris: 'https://app.example.com/callback' }),

  'advice-malformed': stage => askAdvisor(stage, 'what now?'),
  'parts-malformed': ({ issuer }) => openBrowser().get(`${issuer}/?part=half`),
  'question-unknown': stage => askAdvisor(stage, '{"answers":{"colour":"blue"}}'),
  'answer-unknown': stage => askAdvisor(stage, '{"answers":{"runs_on":"steam"}}'),
} as const satisfies Readonly<Record<string, Producer>>
