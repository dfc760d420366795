import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import type { TestServer } from '../support/server.ts'
import { createVisits, type Visits } from '../support/visit.ts'
import { startAdministered } from './support.ts'

/** A server that somebody administers, and a real browser to visit it. */
export interface AdministeredStage {
  readonly chromium: Browser
  readonly server: TestServer
  readonly visit: Visits
}

/** Sets a stage up for the tests of a file; what it has is there once they run. */
export function useAdministered(): AdministeredStage {
  let chromium: Browser
  let server: TestServer
  let visit: Visits

  beforeAll(async () => {
    chromium = await launchChromium()
    server = await startAdministered()
    visit = createVisits(chromium, () => server.issuer)
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.close()
  })

  return {
    get chromium() {
      return chromium
    },
    get server() {
      return server
    },
    get visit() {
      return visit
    },
  }
}
