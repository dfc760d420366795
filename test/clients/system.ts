import { submitForm } from '../accounts/support.ts'
import { type Browser, openBrowser, type Page } from '../support/browser.ts'
import type { TestServer } from '../support/server.ts'
import { password } from '../support/world.ts'

type Answers = Readonly<Record<string, string>>

/** A settled part, as an address has it: its answers and follow-ups, and what it is called. */
export function partOf(name: string, answers: Answers): string {
  return new URLSearchParams({ ...answers, name }).toString()
}

/** Where a system is registered: what is asked about now, and the parts that are settled. */
export function systemUrl(
  { issuer }: Pick<TestServer, 'issuer'>,
  answers: Answers,
  parts: readonly string[],
  path = '/clients/new',
): string {
  const query = new URLSearchParams(answers)
  for (const part of parts) query.append('part', part)
  return `${issuer}${path}?${query}`
}

/** Its form, as whoever signs in on the way to it sees it. */
export async function enterForm(
  server: TestServer,
  answers: Answers,
  parts: readonly string[],
  login = 'root',
): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const browser = openBrowser()
  const shown = await browser.get(systemUrl(server, answers, parts))
  const sent = await submitForm(browser, shown, '/sign-in', { login, password })
  return { browser, page: sent.location ? await browser.get(sent.location.href) : sent }
}
