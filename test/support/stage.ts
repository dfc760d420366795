import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type AppAnswer, type ClientApp, startClientApp } from './client-app.ts'
import { startServer, type TestServer } from './server.ts'
import { createVisits, type Visits } from './visit.ts'
import { world } from './world.ts'

/** A running server, an application that signs people in by it, and a real browser to visit both. */
export interface Stage {
  readonly server: TestServer
  readonly app: ClientApp
  readonly visit: Visits
  /** The last answer that came back to the app. */
  readonly lastAnswer: AppAnswer | undefined
  /** Where the app begins a sign-in, with more parameters for the server. */
  login(query?: string): string
  /** The app's front page, where a sign-in ends. */
  readonly front: string
  /** Where a sign-in that failed ends, as a pattern. */
  readonly failed: string
  restartServer(): Promise<void>
}

/** Sets a stage up for the tests of a file, on top of the world's clients and people. */
export function useStage(
  more: { readonly clients?: readonly object[]; readonly users?: readonly object[] } = {},
): Stage {
  let server: TestServer
  let app: ClientApp
  let browser: Browser
  let visit: Visits

  beforeAll(async () => {
    app = await startClientApp(() => server.issuer)
    const clients = [...world.clients, app.registration, ...(more.clients ?? [])]
    const users = [...world.users, ...(more.users ?? [])]
    ;[server, browser] = await Promise.all([startServer({ document: { ...world, clients, users } }), launchChromium()])
    visit = createVisits(browser, () => server.issuer)
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
    await server?.close()
  })

  return {
    get server() {
      return server
    },
    get app() {
      return app
    },
    get visit() {
      return visit
    },
    get lastAnswer() {
      return app.answers.at(-1)
    },
    get front() {
      return `${app.origin}/`
    },
    get failed() {
      return `${app.origin}/failed**`
    },
    login: (query = '') => `${app.origin}/login${query}`,
    async restartServer() {
      server = await server.restart()
    },
  }
}

/** Presses the button of this name. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

/** What the page says it is. */
export function heading(page: Page): Promise<string | null> {
  return page.getByRole('heading', { level: 1 }).textContent()
}
