import { type Browser, openBrowser, type Page } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import type { TestServer } from '../support/server.ts'
import { password } from '../support/world.ts'

export const newPassword = 'seven quiet rivers'

/** Every form of a page: where it posts, its hidden fields, and what its buttons say. */
export function formsOf(html: string) {
  return [...html.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)].map(
    ([, action = '', inside = '']) => ({
      action,
      hidden: fieldsOf(inside),
      buttons: [...inside.matchAll(/<button[^>]*? name="([^"]*)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => ({
          name,
          value,
        }),
      ),
    }),
  )
}

/** Posts the form of a page that goes there, as a click would: with its hidden fields. */
export function submitForm(
  browser: Browser,
  page: Page,
  action: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Page> {
  const found = formsOf(page.html).find(form => form.action === action)
  if (!found) throw new Error(`no form posts to ${action}: ${page.status} ${page.title}`)
  return browser.post(new URL(action, page.url).href, { ...found.hidden, ...fields }, headers)
}

/** Follows the redirect of a page, if it has one. */
export async function follow(browser: Browser, page: Page): Promise<Page> {
  return page.location ? follow(browser, await browser.get(page.location.href)) : page
}

/** Signs in to the account page itself; the page that shows then. */
export async function enter(
  server: TestServer,
  login = 'alice',
  word: string = password,
  browser: Browser = openBrowser(),
  headers: Record<string, string> = {},
) {
  const shown = await browser.get(`${server.issuer}/account`)
  const answer = await submitForm(browser, shown, '/sign-in', { login, password: word }, headers)
  return { browser, page: await follow(browser, answer) }
}

/** The cookie of the session, which is whoever holds it. */
export function sessionOf(browser: Browser): string | undefined {
  return [...browser.cookies].find(([name]) => name.includes('session'))?.[1]
}

export function account(server: TestServer, browser: Browser): Promise<Page> {
  return browser.get(`${server.issuer}/account`)
}
