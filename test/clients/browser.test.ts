import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { fillSignIn } from '../support/visit.ts'
import { useAdministered } from './stage.ts'
import { job, newClientUrl } from './support.ts'

const stage = useAdministered()

/** Signs in on the way, up to where the form is ready: what is typed before would be in the way of its autofocus. */
async function enterForm(page: Page, answers?: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(newClientUrl(stage.server, answers))
  await fillSignIn(page, 'root')
  await page.locator('#client_name:focus').waitFor()
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

describe.each([true, false])('in Chromium, scripts %j', javaScriptEnabled => {
  const looking = (look: (name: string) => Promise<void>) => async (name: string) => {
    // What looks runs in the page.
    if (javaScriptEnabled) await look(name)
  }

  test('an administrator goes from the answer to a client, and mends an address by one click', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await page.goto(`${stage.server.issuer}/?${new URLSearchParams({ ...usual })}`)
      await page.getByRole('link', { name: 'Register it here' }).click()
      await page.locator('#login:focus').waitFor()
      await lookAt('client-sign-in')
      await fillSignIn(page, 'root')
      await page.locator('#client_name:focus').waitFor()
      await lookAt('client-new')
      await page.locator('#client_name').fill('Photo Prints')
      const typed = 'http://app.example.com/callback\nhttps://app.example.com/cb#home\nhttps://*.example.com/cb'
      await page.locator('#redirect_uris').fill(typed)
      await page.getByLabel('Example API').check()
      await press(page, 'Register the app')
      await page.locator('#redirect_uris:focus').waitFor()
      await lookAt('client-faults')
      await page.getByRole('button', { name: 'Change it to https://app.example.com/callback' }).click()
      // The script mends what is in the field; without it the form is sent, and comes back.
      if (!javaScriptEnabled) await page.getByText('The address is changed, ').waitFor()
      await page.locator('#redirect_uris:focus').waitFor()
      expect((await page.locator('#redirect_uris').inputValue()).split('\n')[0]).toBe(
        'https://app.example.com/callback',
      )
      await lookAt('client-mended')
      await page.locator('#redirect_uris').fill('https://app.example.com/callback')
      // The Enter key goes on, and mends nothing.
      await page.locator('#client_name').press('Enter')
      await page.getByRole('heading', { name: 'Photo Prints is registered' }).waitFor()
      expect(await page.locator('#client_secret').textContent()).toMatch(/^[\w-]{43}$/)
      await lookAt('client-done')
      const before = await stage.server.data.store.allClients()
      await page.reload()
      await page.getByRole('heading', { name: 'This form was sent before' }).waitFor()
      await lookAt('client-done-before')
      expect(await page.locator('#client_secret').count()).toBe(0)
      expect(await stage.server.data.store.allClients()).toEqual(before)
    })
  })

  test('a job of a CI platform: who vouches for it, and what it sends', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await enterForm(page, { ...job, runs_on: 'ci', platform_id: 'yes' })
      await page.locator('#client_name').fill('Deployment')
      await page.getByLabel('Platform').fill('http://ci.example.com')
      await page.getByLabel('Job').fill('repo:photos/*')
      await page.getByLabel('Example API').check()
      await press(page, 'Register the app')
      await page.locator('#federated_issuer:focus').waitFor()
      await lookAt('client-federated-faults')
      await page.getByLabel('Platform').fill('https://ci.example.com')
      await page.getByLabel('Job').fill('repo:photos/prints:ref:refs/heads/main')
      await press(page, 'Register the app')
      await page.getByRole('heading', { name: 'Deployment is registered' }).waitFor()
      await lookAt('client-federated-done')
      expect(await page.locator('#client_secret').count()).toBe(0)
    })
  })

  test('the Enter key registers where buttons that mend are shown too', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page }) => {
      await enterForm(page)
      await page.locator('#client_name').fill('Photo Prints')
      await page.locator('#redirect_uris').fill('http://app.example.com/callback')
      await press(page, 'Register the app')
      await page.locator('#redirect_uris:focus').waitFor()
      await page.getByRole('button', { name: /^Change it to/ }).waitFor()
      await page.locator('#redirect_uris').fill('https://app.example.com/mine')
      await page.locator('#client_name').press('Enter')
      await page.getByRole('heading', { name: 'Photo Prints is registered' }).waitFor()
    })
  })

  test('a program that acts for itself gets its first token with what the page shows', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await enterForm(page, job)
      await page.locator('#client_name').fill('Nightly import')
      await press(page, 'Register the app')
      await page.getByRole('checkbox').first().and(page.locator(':focus')).waitFor()
      await lookAt('client-job-faults')
      await page.getByLabel('Example API').check()
      await press(page, 'Register the app')
      await page.getByRole('heading', { name: 'Nightly import is registered' }).waitFor()
      await lookAt('client-job-done')
      const [client_id = ''] = await page.locator('.credentials dd').allInnerTexts()
      const secret = (await page.locator('#client_secret').textContent()) ?? ''
      expect((await clientCredentials(stage.server.issuer, {}, basic(client_id, secret))).status).toBe(200)
    })
  })

  test('an API that nobody registered yet comes with the app', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      const audience = `https://prints-${javaScriptEnabled}.example.com`
      await enterForm(page)
      await page.locator('#client_name').fill('Photo Prints')
      await page.locator('#redirect_uris').fill('https://app.example.com/callback')
      await page.getByText('A new API', { exact: true }).click()
      await page.getByLabel('Address of the API').fill('prints.example.com')
      await page.getByLabel('Name of the API').fill('Prints')
      await page.getByLabel('Scopes (optional)', { exact: true }).fill('prints:read See which prints there are')
      await page.getByLabel('Scopes that need a person').fill('prints:mine See your own prints')
      await lookAt('client-new-api')
      await press(page, 'Register the app')
      await page.locator('#api_audience:focus').waitFor()
      await lookAt('client-new-api-faults')
      await page.locator('#api_audience').fill(audience)
      await press(page, 'Register the app')
      await page.getByRole('heading', { name: 'Prints is registered too' }).waitFor()
      await lookAt('client-new-api-done')
      expect((await stage.server.data.store.resourceServer(audience))?.scopes).toEqual({
        'prints:read': { description: 'See which prints there are', requires_user: false },
        'prints:mine': { description: 'See your own prints', requires_user: true },
      })
    })
  })

  test('whoever is no administrator sees what to send one, and a flow to come is said', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await page.goto(newClientUrl(stage.server))
      await fillSignIn(page, 'alice')
      await page.getByRole('heading', { name: 'An administrator registers apps here' }).waitFor()
      await lookAt('client-others')
    })
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await page.goto(newClientUrl(stage.server, { ...usual, redirect: 'no' }))
      await fillSignIn(page, 'root')
      await page.getByRole('heading', { name: 'This server cannot run this flow yet' }).waitFor()
      await lookAt('client-not-yet')
    })
  })

  test('an app without a secret is told so', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = looking(look)
      await enterForm(page, { ...usual, runs_on: 'cli' })
      await page
        .locator('#client_name')
        .fill('A tool with a rather long name that says much of what it is for and who made it')
      await page.locator('#redirect_uris').fill(`http://127.0.0.1/${'callback/'.repeat(20)}x`)
      await lookAt('client-cli')
      await press(page, 'Register the app')
      await page.getByText('It has no secret').waitFor()
      await lookAt('client-cli-done')
    })
  })
})

test('every page fits every width, down to 200 % zoom on a phone', async () => {
  await stage.visit({}, async ({ page }) => {
    await enterForm(page)
    await page.locator('#client_name').fill('x'.repeat(120))
    await page.locator('#redirect_uris').fill(`http://app.example.com/${'x'.repeat(300)}`)
    await press(page, 'Register the app')
    await expect.poll(() => page.title()).toContain('Not registered yet')
    const fits = async () => {
      for (const width of [1280, 640, 390, 195]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), String(width)).toBe(width)
      }
    }
    await fits()
    await page.getByRole('button', { name: /^Change it to/ }).click()
    await press(page, 'Register the app')
    await page.getByText('is registered').first().waitFor()
    await fits()
  })
})
