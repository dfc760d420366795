import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { launchChromium } from '../support/chromium.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const root = resolve(import.meta.dirname, '../..')

let folder: string
let host: Server
let chromium: Browser
/** In a folder of a host, as anybody may put it. */
let address: string
const requests: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantwise-advisor-'))
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build-advisor.mjs'), folder], { cwd: root })
  host = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    requests.push(pathname)
    const file = pathname.replace(/^\/which-flow\//, '').replace(/^$/, 'index.html')
    const body = await readFile(join(folder, file)).catch(() => undefined)
    response.writeHead(body ? 200 : 404, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(body)
  })
  await new Promise<void>(listening => host.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/which-flow/`
  chromium = await launchChromium()
})
afterAll(async () => {
  await chromium?.close()
  host?.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(query: string, look: (page: Page) => Promise<void>, javaScriptEnabled = true): Promise<void> {
  const context = await chromium.newContext({ javaScriptEnabled })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()))
  page.on('pageerror', error => troubles.push(String(error)))
  try {
    await page.goto(address + query)
    await look(page)
    expect(troubles).toEqual([])
  } finally {
    await context.close()
  }
}

const answers = { acts_for: 'user', runs_on: 'native', redirect: 'yes', trusted_pw: 'no' }

describe('the advisor as files on a web host', () => {
  test('asks, answers and is readable by everybody, without a request to anybody', async () => {
    await open('', async page => {
      await page.locator('html.keys').waitFor()
      const before = requests.length
      await page.locator('.choices a').first().click()
      for (const value of Object.values(answers)) await page.locator(`a[href*="=${value}"]`).first().click()
      await page.locator('h1').waitFor()
      await page.getByText('This answer as JSON').click()
      expect(await page.locator('pre.json').textContent()).toBe(toJson(advise({ answers })))
      expect(requests.length).toBe(before)
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
      expect(violations.map(({ id, nodes }) => [id, nodes.map(it => it.html)])).toEqual([])
    })
  })

  test('an address carries the answers, by the folder and by the file', async () => {
    for (const file of ['', 'index.html']) {
      await open(`${file}?${new URLSearchParams(answers)}`, async page => {
        await page.locator('pre.json').waitFor({ state: 'attached' })
        expect(await page.locator('pre.json').textContent()).toBe(toJson(advise({ answers })))
        expect(await page.title()).not.toContain('Which OAuth flow')
      })
    }
  })

  test('an address that says what no question asks leads to the start', async () => {
    await open('?acts_for=nobody', async page => {
      await page.locator('html.keys').waitFor()
      expect(await page.locator('h1').textContent()).toBe('Which OAuth flow should I use?')
      expect(new URL(page.url()).search).toBe('')
    })
  })

  test('names no page that only a server has', async () => {
    await open(`?${new URLSearchParams({ ...answers, client: 'photo-prints' })}`, async page => {
      await page.locator('pre.json').waitFor({ state: 'attached' })
      const paths = await page
        .locator('a[href]')
        .evaluateAll(links =>
          links
            .map(link => new URL(link.getAttribute('href') ?? '', document.baseURI))
            .map(({ origin, pathname }) => [origin, pathname]),
        )
      const { origin, pathname } = new URL(address)
      expect(paths.filter(([from, path]) => from === origin && path !== pathname)).toEqual([])
    })
  })

  test('is built beside what else is in a folder, and over no other page', async () => {
    const build = () =>
      promisify(execFile)(process.execPath, [join(root, 'scripts/build-advisor.mjs'), folder], { cwd: root })
    await writeFile(join(folder, 'assets/logo.svg'), '<svg/>')
    await build()
    expect(await readFile(join(folder, 'assets/logo.svg'), 'utf8')).toBe('<svg/>')
    expect(await readdir(join(folder, 'assets'))).toHaveLength(6)
    const ours = await readFile(join(folder, 'index.html'), 'utf8')
    await writeFile(join(folder, 'index.html'), '<h1>My site</h1>')
    await expect(build()).rejects.toThrow(/another page/)
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe('<h1>My site</h1>')
    await writeFile(join(folder, 'index.html'), ours)
  })

  test('says where to go without scripts', async () => {
    await open(
      '',
      async page => expect(await page.locator('noscript').textContent()).toContain('docs/which-flow.md'),
      false,
    )
  })
})
