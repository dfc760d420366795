import { submitForm } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { type Browser, openBrowser, type Page } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import { password, password_hash, world } from '../support/world.ts'

/** What a program that acts for itself answers. */
export const job = { acts_for: 'self', runs_on: 'server', secret_safe: 'yes', platform_id: 'no' }

/** The world, and who administers it. */
export const administered = {
  ...world,
  users: [...world.users, { login: 'root', password_hash, email: 'root@example.com', roles: ['admin'] }],
}

export function startAdministered(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({ document: administered, ...options })
}

export function newClientUrl(
  { issuer }: Pick<TestServer, 'issuer'>,
  answers: Readonly<Record<string, string>> = { ...usual },
): string {
  return `${issuer}/clients/new?${new URLSearchParams(answers)}`
}

/** The form, as whoever signs in on the way to it sees it. */
export async function openForm(
  server: TestServer,
  answers?: Readonly<Record<string, string>>,
  login = 'root',
  browser: Browser = openBrowser(),
): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const shown = await browser.get(newClientUrl(server, answers))
  const sent = await submitForm(browser, shown, '/sign-in', { login, password })
  return { browser, page: sent.location ? await browser.get(sent.location.href) : sent }
}

/** Posts the form, as a click would. */
export function send(browser: Browser, page: Page, fields: Record<string, string>, headers = {}): Promise<Page> {
  return browser.post(new URL('/clients/new', page.url).href, { ...fieldsOf(page.html), ...fields }, headers)
}

/** What the last page says, by the name that stands before it. */
export function credentialsOf({ html }: Page): { readonly client_id: string; readonly client_secret?: string } {
  const value = (name: string) => new RegExp(`<code>${name}</code></dt><dd><code[^>]*>([^<]*)</code>`).exec(html)?.[1]
  const client_secret = value('client_secret')
  return { client_id: value('client_id') ?? '', ...(client_secret === undefined ? {} : { client_secret }) }
}

/** Only the last page names a client. */
export function clientCount({ data }: TestServer): Promise<number> {
  return data.store.allClients().then(all => all.length)
}
