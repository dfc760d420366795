import { enter, newPassword } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { openForm } from '../clients/support.ts'
import {
  addAccount,
  authorize,
  authorizeUrl,
  type Browser,
  openBrowser,
  type Page,
  signIn,
} from '../support/browser.ts'
import { codesOf, typeCode, withDevices } from '../support/device.ts'
import { fieldsOf } from '../support/form.ts'
import { implicitClient } from '../support/retired-clients.ts'
import { readRows } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'
import { password, world } from '../support/world.ts'

/** A form of ours as its person has it before them: filled in, and not sent yet. */
export interface ReadyForm {
  readonly browser: Browser
  readonly url: string
  /** What binds it. */
  readonly hidden: Readonly<Record<string, string>>
  /** What was typed, or pressed. */
  readonly fields: Readonly<Record<string, string>>
  /** Whether what it is for was done since it was opened, as the database tells. */
  readonly happened: () => boolean
}

export interface FormKind {
  /** Of its own account page: it is of no use in another session. */
  readonly boundToSession?: true
  /** What it is for is over in minutes. */
  readonly brief?: true
  /** Opened by `login` in a browser of their own; an administrator of that name where only those may. */
  open(server: TestServer, login: Login): Promise<ReadyForm>
}

type Login = 'alice' | 'bob'
/** Who does what only administrators may. */
const admins = { alice: 'alice-the-admin', bob: 'bob-the-admin' } as const
const firstParty = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
let carols = 0
/** Somebody new each time. */
const newcomer = () => ({ login: `carol-${++carols}`, password: newPassword, password_again: newPassword })

/** A server on which every form there is can be opened; no administrator, until an app is registered. */
export const everyFormOptions = { document: withDevices(world), config: { sign_up: true } } as const

/** Every form that changes something. Those that need the server to be without an administrator come first. */
export const formKinds: Readonly<Record<string, FormKind>> = {
  'setting up': {
    async open(server) {
      const browser = openBrowser()
      const page = await browser.get(`${server.issuer}/set-up`)
      const token = new URL(server.setUpLink ?? '').hash.slice(1)
      return ready(server, browser, page, '/set-up', { ...newcomer(), token }, users)
    },
  },
  'signing in': {
    async open(server, login) {
      const browser = openBrowser()
      const page = await browser.get(`${server.issuer}/sign-in`)
      return ready(server, browser, page, '/sign-in', { login, password }, sessions)
    },
  },
  'signing in to an app': {
    async open(server, login) {
      const browser = openBrowser()
      const page = await browser.get(authorizeUrl(server.issuer, firstParty))
      return ready(server, browser, page, '/sign-in', { login, password }, sessions)
    },
  },
  'signing up': {
    async open(server) {
      const browser = openBrowser()
      return ready(server, browser, await browser.get(`${server.issuer}/sign-up`), '/sign-up', newcomer(), users)
    },
  },
  'signing up for an app': {
    async open(server) {
      const browser = openBrowser()
      const asked = await browser.get(authorizeUrl(server.issuer))
      const page = await browser.submit(asked, '/sign-up', { sign_up: 'yes' })
      return ready(server, browser, page, '/sign-up', newcomer(), users)
    },
  },
  'choosing an account': {
    async open(server, login) {
      const { browser } = await enter(server, login)
      const page = await browser.get(authorizeUrl(server.issuer, { ...firstParty, prompt: 'select_account' }))
      return ready(server, browser, page, '/select-account', { account: 'current' }, codes)
    },
  },
  'choosing one of two accounts': {
    async open(server, login) {
      const { browser, page } = await twoAccounts(server, login)
      return ready(server, browser, page, '/select-account', { account: accountsIn(page)[1] ?? '' }, codes)
    },
  },
  'signing one of two accounts out': {
    async open(server, login) {
      const { browser, page } = await twoAccounts(server, login)
      return ready(server, browser, page, '/select-account', { sign_out: accountsIn(page)[1] ?? '' }, sessions)
    },
  },
  consenting: {
    async open(server, login) {
      const { browser } = await enter(server, login)
      const page = await browser.get(authorizeUrl(server.issuer, { prompt: 'consent' }))
      return ready(server, browser, page, '/consent', { consent: 'allow' }, codes)
    },
  },
  'signing out': {
    async open(server, login) {
      const { browser } = await enter(server, login)
      const page = await browser.get(`${server.issuer}/logout`)
      return ready(server, browser, page, '/logout', { logout: 'yes' }, sessions)
    },
  },
  'letting a device in': {
    boundToSession: true,
    brief: true,
    async open(server, login) {
      const { browser } = await enter(server, login)
      const { user_code } = await codesOf(server.issuer)
      const page = await typeCode(browser, server.issuer, user_code)
      return ready(server, browser, page, '/device', { consent: 'allow' }, devices)
    },
  },
  'removing an app': {
    boundToSession: true,
    async open(server, login) {
      const browser = openBrowser()
      await authorize(browser, authorizeUrl(server.issuer), login)
      const page = await browser.get(`${server.issuer}/account`)
      return ready(server, browser, page, '/account/apps', { client_id: 'web' }, consents)
    },
  },
  'signing out everywhere else': {
    boundToSession: true,
    async open(server, login) {
      await enter(server, login)
      const { browser, page } = await enter(server, login)
      return ready(server, browser, page, '/account/sessions', { sessions: 'others' }, sessions)
    },
  },
  'changing the password': {
    boundToSession: true,
    async open(server, login) {
      const { browser } = await enter(server, login)
      const page = await browser.get(`${server.issuer}/account/password`)
      const fields = { password, new_password: newPassword, new_password_again: newPassword }
      return ready(server, browser, page, '/account/password', fields, users)
    },
  },
  'registering an app': {
    boundToSession: true,
    async open(server, login) {
      const account = { login: admins[login], password, roles: ['admin'] }
      await server.apply({ users: [account] })
      const { browser, page } = await openForm(server, undefined, account.login)
      const fields = {
        client_name: 'Photo Prints',
        redirect_uris: 'https://app.example.com/callback',
        'api-0': audience,
      }
      return ready(server, browser, page, '/clients/new', fields, clients)
    },
  },
  'ending the retired flows of an app': {
    boundToSession: true,
    async open(server, login) {
      const client_id = await registerOld(server)
      const path = `/clients/${client_id}`
      const { browser, page } = await openAsAdmin(server, login, path)
      return ready(server, browser, page, path, { sunset: 'set', retired_until: '2031-03-01' }, registrations)
    },
  },
  'changing an app': {
    boundToSession: true,
    async open(server, login) {
      const client_id = await registerOld(server)
      const path = `/clients/${client_id}/advice`
      const query = new URLSearchParams({ ...usual, runs_on: 'browser', secret_safe: 'no' })
      const { browser, page } = await openAsAdmin(server, login, `${path}?${query}`)
      const fields = { redirect_uris: implicitClient.redirect_uris[0], 'api-0': audience, do: 'change' }
      return ready(server, browser, page, path, fields, registrations)
    },
  },
}

let olds = 0

/** Registers one more app of retired flows, and says its id. */
async function registerOld(server: TestServer): Promise<string> {
  const { asks: _, ...old } = implicitClient
  const client_id = `old-${++olds}`
  await server.apply({ clients: [{ ...old, client_id }] })
  return client_id
}

async function openAsAdmin(server: TestServer, login: Login, path: string): Promise<{ browser: Browser; page: Page }> {
  const account = { login: admins[login], password, roles: ['admin'] }
  await server.apply({ users: [account] })
  const { browser } = await enter(server, account.login)
  return { browser, page: await browser.get(server.issuer + path) }
}

const [{ audience }] = world.resource_servers

/** A browser in which another account is signed in beside this one, at the page that lets its person choose. */
async function twoAccounts(server: TestServer, login: Login): Promise<{ browser: Browser; page: Page }> {
  const { browser } = await enter(server, login)
  await addAccount(browser, server.issuer, login === 'alice' ? 'bob' : 'alice')
  return { browser, page: await browser.get(authorizeUrl(server.issuer, { ...firstParty, prompt: 'select_account' })) }
}

/** The accounts that a page lets its person choose from, by `sid`. */
function accountsIn({ html }: Page): readonly string[] {
  return [...html.matchAll(/name="account" value="([0-9a-v]{20})"/g)].map(([, sid = '']) => sid)
}

/** What a form changes: a table, and of its rows the columns that only forms change. */
type Watched = readonly [table: string, columns: readonly string[]]
const users: Watched = ['users', ['login', 'password_hash', 'roles']]
const sessions: Watched = ['sessions', ['id']]
const codes: Watched = ['codes', ['id']]
const devices: Watched = ['device_codes', ['id', 'family_id', 'denied_at']]
const consents: Watched = ['consents', ['sub', 'client_id', 'scope']]
const clients: Watched = ['clients', ['client_id']]
const registrations: Watched = ['clients', ['body']]

function ready(
  server: TestServer,
  browser: Browser,
  page: Page,
  path: string,
  fields: Readonly<Record<string, string>>,
  [table, columns]: Watched,
): ReadyForm {
  const form = page.html.split('<form ').find(it => it.startsWith(`method="post" action="${path}`))
  if (form === undefined) throw new Error(`no form posts to ${path}: ${page.status} ${page.title}`)
  const seen = () =>
    JSON.stringify(
      readRows(server.data_dir, table)
        .map(row => columns.map(column => row[column]))
        .sort(),
    )
  const before = seen()
  const hidden = fieldsOf(form)
  return { browser, url: server.issuer + path, hidden, fields, happened: () => seen() !== before }
}

/** Sends it, as its button would. */
export function press({ browser, url, hidden, fields }: ReadyForm): Promise<Page> {
  return browser.post(url, { ...hidden, ...fields })
}

/** Signs in once more in the browser of a form, which gives it another session. */
export async function anotherSession(server: TestServer, { browser }: ReadyForm, login: Login): Promise<void> {
  const page = await browser.get(authorizeUrl(server.issuer, { prompt: 'login' }))
  await signIn(browser, page, login)
}
