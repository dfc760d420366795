import { describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { heading, press, useStage } from '../support/stage.ts'
import { fillSignIn, signInAt } from '../support/visit.ts'
import { password } from '../support/world.ts'

const carol = { login: 'carol', password, email: 'carol@example.com', claims: { name: 'Carol Danvers' } }
const stage = useStage({ users: [carol] })

describe('what can go wrong', () => {
  test('a redirect URI that is not registered: a page that says so, and the browser stays', async () => {
    await stage.visit({}, async ({ page, look }) => {
      const evil = `${stage.app.origin}/callback/evil`
      const asked: string[] = []
      page.on('request', request => asked.push(request.url()))
      await page.goto(stage.login(`?redirect_uri=${encodeURIComponent(evil)}`))
      await look('error')
      expect(await heading(page)).toBe('The app gave an address that is not its own')
      expect(new URL(page.url()).origin).toBe(stage.server.issuer)
      expect(asked.filter(url => url.startsWith(evil))).toEqual([])
    })
  })

  test('a second press of the button issues no second code', async () => {
    await stage.visit({}, async ({ page, context }) => {
      await page.goto(stage.login('?prompt=consent'))
      await fillSignIn(page)
      const before = stage.app.answers.length
      // Each press in a tab of its own, so that neither cancels the other.
      await page
        .locator('form')
        .first()
        .evaluate((form: HTMLFormElement) => {
          form.target = '_blank'
        })
      for (let tab = 0; tab < 2; tab++) {
        // A page that loses the front stops painting, and a click waits for its frames.
        await page.bringToFront()
        const opened = context.waitForEvent('page')
        await press(page, 'Allow')
        await (await opened).waitForURL(`${stage.app.origin}/**`)
      }
      const answers = stage.app.answers.slice(before)
      expect(answers.map(({ error }) => error)).toEqual([undefined, 'access_denied'])
      expect(answers.filter(({ code }) => code !== undefined)).toHaveLength(1)
    })
  })

  test('back to the page that was answered: a new request begins, the old one stays answered', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?prompt=login'))
      const parked = () => page.locator('input[name=parked]').first().inputValue()
      const answered = await parked()
      await signInAt(page, stage.front)
      await page.goBack()
      expect(await parked()).not.toBe(answered)
      await fillSignIn(page)
      await page.waitForURL(stage.failed)
      // The app has spent its state, and says so itself.
      expect(stage.lastAnswer).toMatchObject({ error: undefined, claims: undefined })
    })
  })

  test('a restart in the middle of a sign-in loses nothing', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?prompt=consent'))
      await stage.restartServer()
      await fillSignIn(page)
      await stage.restartServer()
      await press(page, 'Allow')
      await page.waitForURL(stage.front)
      expect(await heading(page)).toBe('Signed in as Alice')
    })
  })

  test('too many wrong passwords: says until when, with the focus on it; a browser that is known gets in', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front, 'carol')

      await stage.visit({}, async ({ page: guesses, look }) => {
        await guesses.goto(stage.login())
        for (let guess = 0; guess < 16; guess++) await fillSignIn(guesses, 'carol', `guess ${guess}`)
        await guesses.locator('#problem:focus').waitFor()
        await look('sign-in-throttled')
        expect(await guesses.locator('#problem').textContent()).toMatch(/You can try again in \d+ minutes?\.$/)
      })

      await page.goto(stage.login('?prompt=login'))
      await signInAt(page, stage.front, 'carol')
      expect(stage.lastAnswer?.claims?.['name']).toBe('Carol Danvers')
    })
  })

  test('a page that was open for longer than an hour: says so, and what to do', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      stage.server.clock.pass(3601)
      await fillSignIn(page)
      stage.server.clock.pass(-3601)
      await look('page-expired')
      expect(await heading(page)).toBe('This page is too old')
    })
  })

  test('a page whose browser lost its cookies: says so, and what to do', async () => {
    await stage.visit({}, async ({ page, context, look }) => {
      await page.goto(stage.login())
      await context.clearCookies()
      await fillSignIn(page)
      await look('page-foreign')
      expect(await heading(page)).toBe('Start again from the app')
    })
  })

  test('an address typed by hand: a page, whatever it is', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(`${stage.server.issuer}/nothing/here`)
      await look('not-found')
      expect(await heading(page)).toBe('There is no page here')
      await page.goto(`${stage.server.issuer}/consent`)
      await look('wrong-method')
      expect(await heading(page)).toBe('This page cannot be used like that')
    })
  })

  test('a page elsewhere cannot frame the sign-in page', async () => {
    const frame = `<iframe src="${authorizeUrl(stage.server.issuer)}"></iframe>`
    stage.app.serve('/frame', 'text/html', `<!doctype html><link rel="icon" href="data:,">${frame}`)
    await stage.visit({}, async ({ page, complaints }) => {
      await page.goto(`${stage.app.origin}/frame`)
      expect(page.frames().map(it => it.url())).toContain('chrome-error://chromewebdata/')
      expect(complaints.splice(0)).toEqual([expect.stringContaining("frame-ancestors 'none'")])
    })
  })

  test('asked for under another host name, it is found under its own', async () => {
    await stage.visit({}, async ({ page }) => {
      const url = new URL(authorizeUrl(stage.server.issuer))
      url.hostname = 'localhost'
      await page.goto(url.href)
      expect(page.url()).toBe(authorizeUrl(stage.server.issuer))
      expect(await heading(page)).toBe('Sign in to Web app')
    })
  })
})
