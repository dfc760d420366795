import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, type Page } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

async function give(given: string): Promise<Page> {
  const browser = openBrowser()
  const { html, url } = await browser.get(`${server.issuer}/doctor`)
  const form = /name="form" value="([^"]*)"/.exec(html)?.[1] ?? ''
  return browser.post(url, { form, given })
}

const repeated = (text: string, times: number) => `[${new Array(times).fill(text).join()}]`

test.each([
  ['apps of which nothing is known', repeated('{}', 9_000)],
  ['apps, by the member of an apply file', `{"clients":${repeated('{}', 9_000)}}`],
  ['addresses with a fault each', `{"redirect_uris":${repeated('"*"', 9_000)}}`],
  ['addresses with several faults each', `{"redirect_uris":${repeated('"a:*"', 7_000)}}`],
])('DESIGN §5 rule 6: %s are not paid back to a stranger a hundredfold', async (_what, given) => {
  const { status, html } = await give(given)
  expect(html.length).toBeLessThan(20_000)
  expect(status).toBe(400)
  expect(html).toContain('more to say about it than fits on a page')
})

test('what a whole company registered is looked at in one go', async () => {
  const { status, html } = await give(`{"clients":${repeated('{"redirect_uris":["https://*"]}', 250)}}`)
  expect(status).toBe(200)
  expect(html.match(/redirect-wildcard/g)).toHaveLength(250)
})
