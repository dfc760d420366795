import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { advise } from '../../src/advisor/advise.ts'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { authorizeUrl, type Browser, openBrowser, type Page } from '../support/browser.ts'
import { box, tv } from '../support/device.ts'
import { fieldsOf } from '../support/form.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import type { Answer } from '../support/token.ts'
import { password, password_hash, world } from '../support/world.ts'

/** Where a reason is produced: one server for most, another where a producer breaks or sets up something. */
export interface Stage {
  readonly server: TestServer
  readonly issuer: string
  /** A server of its own, closed when the reason was produced. */
  fresh(options?: TestServerOptions): Promise<TestServer>
}

/** What came back: an answer, a page, or the text of either. */
export type Produced = Answer | Page | string

/** Makes the server refuse for one reason, through its front door. */
export type Producer = (stage: Stage) => Promise<Produced>

/** What happened on the stage while one reason was produced. */
export interface Seen {
  readonly reasons: Set<string>
  readonly references: Set<string>
}

/** What the advisor says of a web application on a server. */
function advised(): unknown {
  const answers = { acts_for: 'user', runs_on: 'server', secret_safe: 'yes', redirect: 'yes', trusted_pw: 'no' }
  const { advice } = advise({ answers: { ...answers, offline: 'no', backend: 'no', platform_id: 'no' } })
  return advice && storedAdviceOf(advice['best-practice'])
}

/** The document of the stage: the world, and what some reasons need besides. */
export const scene = {
  ...world,
  clients: [
    ...world.clients,
    tv,
    box,
    {
      client_id: 'no-response',
      client_secret: 'a-secret-of-32-characters-or-more',
      client_name: 'No response type',
      redirect_uris: ['http://127.0.0.1:5009/callback'],
      grant_types: ['client_credentials'],
      response_types: [],
      scope: '',
      grantwise: { runs_on: 'server', acts_for: ['self'] },
    },
    {
      client_id: 'advised',
      client_secret: 'a-secret-of-32-characters-or-more',
      client_name: 'Registered by advice',
      redirect_uris: ['http://127.0.0.1:5010/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'openid',
      grantwise: {
        runs_on: 'server',
        acts_for: ['user'],
        advice: advised(),
      },
    },
  ],
  users: [
    ...world.users,
    { login: 'root', password_hash, email: 'root@example.com', roles: ['admin'] },
    { login: 'locked', password_hash, email: 'locked@example.com', disabled: true },
  ],
}

/** Everything that was refused on this server from now on, by reason and by reference. */
export function watch(server: TestServer, seen: Seen): () => void {
  return server.journeys.follow(({ step }) => {
    if (step.reference !== undefined) seen.references.add(step.reference)
    for (const { reason, passed } of step.checks ?? []) if (!passed) seen.reasons.add(reason)
  })
}

/** Why anything on this server was revoked. */
export function revocations({ data_dir }: TestServer): readonly string[] {
  return readRows(data_dir, 'families').flatMap(({ revoked_why }) =>
    revoked_why === null ? [] : [String(revoked_why)],
  )
}

/** The pages of reasons that an answer leads to. */
export function linkedReasons(produced: Produced): readonly string[] {
  const written =
    typeof produced === 'string'
      ? produced
      : 'html' in produced
        ? `${produced.html} ${produced.location?.href ?? ''}`
        : JSON.stringify(produced.body)
  return [...written.replaceAll('%2F', '/').matchAll(/\/errors\/([a-z-]+)/g)].flatMap(([, id = '']) =>
    id === 'lookup' ? [] : [id],
  )
}

export function startStage(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({ document: scene, ...options })
}

/** Asks as the client `web`, with changes. */
export function ask({ issuer }: Pick<Stage, 'issuer'>, changes: Record<string, string | undefined>): Promise<Page> {
  return openBrowser().get(authorizeUrl(issuer, changes))
}

/** Signs in with no application, and gives the account page's browser back. */
export async function signInHere(issuer: string, login = 'alice', browser: Browser = openBrowser()): Promise<Browser> {
  const page = await browser.get(`${issuer}/account`)
  const sent = await fill(browser, page, '/sign-in', { login, password })
  if (sent.status !== 303) throw new Error(`not signed in: ${sent.status} ${sent.title}`)
  return browser
}

/** Submits a form of our own with its hidden fields, as a click would. */
export function fill(browser: Browser, page: Page, action: string, fields: Record<string, string>): Promise<Page> {
  return browser.post(new URL(action, page.url).href, { ...fieldsOf(page.html), ...fields })
}

/** Writes bytes to the server's port as they are, and reads what it says before it hangs up. */
export async function writeRaw(issuer: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(issuer)
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  return text(socket)
}
