import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { enter } from '../accounts/support.ts'
import { adviceFor, usual } from '../advisor/samples.ts'
import type { Browser, Page } from '../support/browser.ts'
import { decoded, fieldsOf } from '../support/form.ts'
import { withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import { world } from '../support/world.ts'
import { administered } from './support.ts'

/** What is answered of a page without a server. */
export const alone = { ...usual, runs_on: 'browser', secret_safe: 'no' } as const

const [web, , , spa] = world.clients
const advice = storedAdviceOf(adviceFor(alone)['best-practice'])

const base = withRetired(administered)

/** Clients of every kind: one that alice owns and advice led to, one of bob's, and those of retired flows. */
export const looked = {
  ...base,
  clients: [
    ...base.clients,
    {
      ...spa,
      client_id: 'photo-prints',
      client_name: 'Photo Prints',
      grantwise: { audiences: spa.grantwise.audiences, advice, owners: ['alice'] },
    },
    { ...web, client_id: 'of-bob', client_name: 'Of Bob', grantwise: { ...web.grantwise, owners: ['bob'] } },
  ],
}

export function startLooked(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({
    document: looked,
    ...options,
    config: { allow: ['implicit', 'hybrid', 'password'], ...options.config },
  })
}

/** As a version before would have left it: registered by rules that said otherwise to the same answers. */
export function drift(server: TestServer, client_id: string, answers: object = {}): void {
  const db = new DatabaseSync(join(server.data_dir, 'grantwise.db'))
  const old = JSON.stringify({
    ...advice,
    answers: { ...advice.answers, ...answers },
    flow: 'implicit+silent',
    rule_id: 'bp5',
    rules_version: '2016-01-01',
  })
  db.prepare("UPDATE clients SET body = json_set(body, '$.grantwise.advice', json(?)) WHERE client_id = ?").run(
    old,
    client_id,
  )
  db.prepare("UPDATE versions SET version = version + 1 WHERE name = 'registrations'").run()
  db.close()
}

export async function signedIn(server: TestServer, login: string): Promise<Browser> {
  return (await enter(server, login)).browser
}

export function changeUrl(
  { issuer }: Pick<TestServer, 'issuer'>,
  client_id: string,
  answers: Readonly<Record<string, string>>,
): string {
  return `${issuer}/clients/${client_id}/advice?${new URLSearchParams(answers)}`
}

/** What the form of a page would send as it is: hidden fields, text and boxes. */
export function formOf({ html }: Page): Record<string, string> {
  const typed = /<textarea[^>]* name="redirect_uris"[^>]*>([^<]*)</.exec(html)?.[1]
  const boxes = [...html.matchAll(/<input type="checkbox" name="([^"]*)" value="([^"]*)"( checked)?/g)]
  const checked = boxes.flatMap(([, name = '', value = '', on]) => (on ? [[name, decoded(value)]] : []))
  return {
    ...fieldsOf(html),
    ...(typed === undefined ? {} : { redirect_uris: decoded(typed) }),
    ...Object.fromEntries(checked),
  }
}

/** Presses a button of the page that changes a client. */
export function press(browser: Browser, page: Page, what: string, typed: Record<string, string> = {}): Promise<Page> {
  return browser.post(page.url, { ...formOf(page), ...typed, do: what })
}

/** The text of a page without its markup, in one line. */
export function textOf({ html }: Pick<Page, 'html'>): string {
  return decoded(html.replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' ')
}
