import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { type FlowId, flowOf } from '../../src/advisor/flows.ts'
import { useAdministered } from '../clients/stage.ts'
import { administered, clientCount, startAdministered } from '../clients/support.ts'
import { type Run, run } from '../snippets/support.ts'
import { freePort } from '../support/free-port.ts'
import type { TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, signInAt } from '../support/visit.ts'

const stage = useAdministered()

interface Task {
  readonly title: string
  /** The answers that are clicked, from the first page of the server on. */
  readonly answers: readonly string[]
  readonly flow: FlowId
  readonly redirects: boolean
  readonly stack: string
  /** What somebody does in another browser, until the program or the page says this. */
  play(running: Run, person: Page, origin: string): Promise<void>
}

const tasks: readonly Task[] = [
  {
    title: 'a website on a server',
    answers: ['Working with an API', 'A person’s', 'On a server', 'Yes', 'Yes', 'No'],
    flow: 'authorization_code+pkce:confidential',
    redirects: true,
    stack: 'openid-client',
    async play({ said }, person, origin) {
      await said(/Open http/)
      await person.goto(`${origin}/`)
      await signInAt(person, `${origin}/**`)
      await person.getByText('Signed in as Alice').waitFor()
    },
  },
  {
    title: 'a React app with no backend',
    answers: ['Working with an API', 'A person’s', 'In the browser', 'No', 'No'],
    flow: 'authorization_code_pkce:browser',
    redirects: true,
    stack: 'oidc-client-ts',
    async play({ said }, person, origin) {
      await said(/Local:.+http/)
      await person.goto(`${origin}/`)
      await person.getByRole('button', { name: 'Sign in' }).click()
      await signInAt(person, `${origin}/**`)
      await person.getByText('Signed in as Alice').waitFor()
    },
  },
  {
    title: 'a nightly import',
    answers: ['Working with an API', 'Its own, or public data', 'On a server', 'Yes', 'No'],
    flow: 'client_credentials',
    redirects: false,
    stack: 'curl',
    async play({ ended }) {
      expect(await ended()).toMatch(/"access_token":"[^"]+"/)
    },
  },
  {
    title: 'a TV app',
    answers: ['Working with an API', 'A person’s', 'On a device', 'No', 'No'],
    flow: 'device_code',
    redirects: false,
    stack: 'openid-client',
    async play({ said, ended }, person) {
      const code = await said(/and type (\S+)/)
      await person.goto(`${stage.server.issuer}/device`)
      await fillSignIn(person)
      await person.getByRole('textbox').fill(code)
      await person.getByRole('button', { name: 'Continue' }).click()
      await person.getByRole('button', { name: 'Allow', exact: true }).click()
      expect(await ended()).toContain('Signed in as Alice')
    },
  },
]

/** The answer that is clicked; questions that nothing is left to say to are not asked. */
async function walk(page: Page, { answers, flow }: Task): Promise<void> {
  for (const answer of answers) {
    if ((await page.locator('.choices').count()) === 0) break
    await page
      .locator('.choices a')
      .filter({ has: page.getByText(answer, { exact: true }) })
      .click()
  }
  await page.locator('.answer .found .flow').getByText(flowOf(flow).name, { exact: true }).waitFor()
}

/** From the first page to the form, by an administrator. */
async function goToForm(page: Page, { issuer }: TestServer, task: Task): Promise<void> {
  await page.goto(`${issuer}/account`)
  await fillSignIn(page, 'root')
  await page.goto(`${issuer}/`)
  await walk(page, task)
  await page.getByRole('link', { name: 'Register this client' }).click()
}

/** The code as the page shows it, run as it says. */
async function runShown(page: Page, stack: string): Promise<Run> {
  const shown = page
    .locator('.stacks details')
    .filter({ has: page.locator('summary .stack').getByText(stack, { exact: true }) })
  const row = async (name: string) => {
    const term = shown.locator('dt').getByText(name, { exact: true })
    return (await term.count()) === 0 ? undefined : await term.locator('xpath=following-sibling::dd[1]').textContent()
  }
  const install = await row('Install')
  const env = page.locator('.code > pre')
  return run(
    {
      id: 'curl',
      name: stack,
      language: 'Shell',
      file: (await row('Save as')) ?? '',
      run: (await row('Run')) ?? '',
      text: (await shown.locator('pre').textContent()) ?? '',
      ...(install ? { install } : {}),
    },
    { env: (await env.count()) === 0 ? undefined : ((await env.textContent()) ?? '') } as never,
  )
}

describe('from the first page to the first token, with a name and an address typed', () => {
  for (const task of tasks) {
    test(task.title, async ({ onTestFinished }) => {
      await stage.visit({}, async ({ context, page, complaints }) => {
        await goToForm(page, stage.server, task)
        const origin = `http://127.0.0.1:${await freePort()}`
        await page.locator('#client_name').fill(task.title)
        if (task.redirects) await page.locator('#redirect_uris').fill(`${origin}/callback`)
        const api = page.getByLabel('Example API')
        if ((await api.count()) > 0) await api.check()
        await page.getByRole('button', { name: 'Register the app', exact: true }).click()
        await page.getByRole('heading', { name: `${task.title} is registered` }).waitFor()
        const running = await runShown(page, task.stack)
        onTestFinished(() => running.stop())
        const browser = context.browser()
        const other = await browser?.newContext()
        const person = await other?.newPage()
        if (!person) throw new Error('no browser')
        await person.route('**/favicon.ico', route => route.fulfill({ status: 204 }))
        await task.play(running, person, origin)
        await other?.close()
        complaints.splice(0, complaints.length, ...complaints.filter(it => !it.startsWith('[vite]')))
      })
    })
  }
})

test('a nightly import on a server without any API: that is registered with it, by the same form', async ({
  onTestFinished,
}) => {
  const { users } = administered
  const empty = await startAdministered({ document: { users: users.filter(({ login }) => login === 'root') } })
  onTestFinished(() => empty.close())
  const task = tasks.find(({ title }) => title === 'a nightly import')
  if (!task) throw new Error('there is no such task')
  await createVisits(stage.chromium, () => empty.issuer)({}, async ({ page, look }) => {
    await goToForm(page, empty, task)
    await page.locator('#client_name:focus').fill(task.title)
    await page.getByLabel('Address of the API').fill('api.example.com')
    await page.getByLabel('Name of the API').fill('Catalog')
    await page.getByLabel('Scopes', { exact: false }).first().fill('catalog:read Read the catalog')
    await page.getByRole('button', { name: 'Register the app', exact: true }).click()
    await page.locator('#api_audience:focus').waitFor()
    await look('no API')
    expect(await clientCount(empty)).toBe(0)
    await page.getByLabel('Address of the API').fill('https://api.example.com')
    await page.getByRole('button', { name: 'Register the app', exact: true }).click()
    await page.getByRole('heading', { name: `${task.title} is registered` }).waitFor()
    const running = await runShown(page, task.stack)
    onTestFinished(() => running.stop())
    await task.play(running, page, empty.issuer)
  })
})
