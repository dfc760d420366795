import { describe, expect, test } from 'vitest'
import { heading, press, useStage } from '../support/stage.ts'
import { fillSignIn, signInAt } from '../support/visit.ts'
import { password } from '../support/world.ts'

const carol = { login: 'carol', password, email: 'carol@example.com', claims: { name: 'Carol Danvers' } }
const stage = useStage({ users: [carol] })

describe('signing in', () => {
  test('signs in, allows, and is signed in at the app; the next time nothing is asked', async () => {
    await stage.visit({}, async ({ page, context, look }) => {
      await page.goto(stage.login())
      await look('sign-in')
      expect(await heading(page)).toBe('Sign in to Photo Prints')
      await fillSignIn(page, 'carol')
      await look('consent')
      expect(await heading(page)).toBe('Allow Photo Prints access?')
      await press(page, 'Allow')
      await page.waitForURL(stage.front)
      expect(await heading(page)).toBe('Signed in as Carol Danvers')
      expect(stage.lastAnswer?.claims).toMatchObject({ email: 'carol@example.com', amr: ['pwd'] })

      const again = await context.newPage()
      await again.goto(stage.login())
      expect(again.url()).toBe(stage.front)
    })
  })

  test('a wrong password: says so, keeps what was typed, and puts the focus there', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      await fillSignIn(page, 'alice', 'not the password')
      await look('sign-in-wrong')
      await page.locator('#login:focus').waitFor()
      expect(await page.locator('#login').inputValue()).toBe('alice')
      expect(await page.locator('#password').inputValue()).toBe('')
      const said = 'The username or the password is not right. Check both and try again.'
      expect(await page.locator('#login').getAttribute('aria-describedby')).toBe('problem')
      expect(await page.locator('#problem').textContent()).toBe(said)

      const known = await page.locator('body').textContent()
      await fillSignIn(page, 'nobody', 'not the password')
      expect(await page.locator('#problem').textContent()).toBe(said)
      expect(await page.locator('body').textContent()).toBe(known)
      await signInAt(page, stage.front)
    })
  })

  test('do not allow: the app learns access_denied', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?prompt=consent'))
      await fillSignIn(page)
      await press(page, 'Do not allow')
      await page.waitForURL(stage.failed)
      expect(stage.lastAnswer).toMatchObject({ code: undefined, error: 'access_denied' })
    })
  })

  test('cancel: back at the app, with nothing typed', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login())
      await press(page, 'Cancel and return to Photo Prints')
      await page.waitForURL(stage.failed)
      expect(stage.lastAnswer).toMatchObject({ code: undefined, error: 'access_denied' })
    })
  })

  test('prompt=login asks again, with the hinted name filled in and the password in focus', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      const first = stage.lastAnswer?.claims
      stage.server.clock.pass(1)
      await page.goto(stage.login('?prompt=login&login_hint=alice'))
      await page.locator('#password:focus').waitFor()
      await look('sign-in-hinted')
      expect(await page.locator('#login').inputValue()).toBe('alice')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer?.claims?.sub).toBe(first?.sub)
      expect(stage.lastAnswer?.claims?.auth_time).toBe(Number(first?.auth_time) + 1)
      expect(stage.lastAnswer?.claims?.['sid']).not.toBe(first?.['sid'])
    })
  })

  test('select_account: continue, or use another', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      await page.goto(stage.login('?prompt=select_account'))
      await look('select-account')
      await press(page, 'Continue as Alice')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer?.claims?.['name']).toBe('Alice')

      await page.goto(stage.login('?prompt=select_account'))
      await press(page, 'Use another account')
      expect(await page.locator('#login').inputValue()).toBe('')
      await signInAt(page, stage.front, 'bob')
      expect(stage.lastAnswer?.claims?.['name']).toBe('Bob')
    })
  })

  test('"Not you?" on the consent page lets another sign in, who is asked anew', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?prompt=consent'))
      await fillSignIn(page)
      await press(page, 'Not you?')
      expect(await heading(page)).toBe('Sign in to Photo Prints')
      await fillSignIn(page, 'bob')
      expect(await page.locator('main').textContent()).toContain('With your account bob')
      await press(page, 'Allow')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer?.claims?.['name']).toBe('Bob')
    })
  })

  test('two tabs: each sign-in ends where it began', async () => {
    await stage.visit({}, async ({ page, context }) => {
      const other = await context.newPage()
      await page.goto(stage.login())
      await other.goto(stage.login('?prompt=consent'))
      // A page that loses the front stops painting, and a click waits for its frames.
      await page.bringToFront()
      await signInAt(page, stage.front)
      await other.bringToFront()
      await signInAt(other, stage.front)
      expect(stage.app.answers.slice(-2).map(({ claims }) => claims?.['name'])).toEqual(['Alice', 'Alice'])
    })
  })
})

describe('signing out', () => {
  test('with id_token_hint: back at the app at once, and the session is over', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      await page.goto(`${stage.app.origin}/logout`)
      expect(page.url()).toBe(`${stage.front}?state=left`)
      await page.goto(stage.login())
      expect(await heading(page)).toBe('Sign in to Photo Prints')
    })
  })

  test('without: asks first; staying keeps the session, signing out ends it', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      await page.goto(`${stage.app.origin}/logout?hint=no`)
      await look('logout')
      await press(page, 'Stay signed in')
      expect(await heading(page)).toBe('Which OAuth flow should I use?')
      await look('home')
      await page.goto(stage.login())
      expect(page.url()).toBe(stage.front)

      await page.goto(`${stage.app.origin}/logout?hint=no`)
      await press(page, 'Sign out')
      await page.waitForURL(`${stage.front}?state=left`)
      await page.goto(stage.login())
      expect(await heading(page)).toBe('Sign in to Photo Prints')
    })
  })

  test('with nowhere to return to, a page says that it is done', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      await page.goto(`${stage.app.origin}/logout?return=no`)
      await look('signed-out')
      expect(await heading(page)).toBe('You are signed out')
      await page.goto(`${stage.server.issuer}/logout`)
      expect(await heading(page)).toBe('You are signed out')
    })
  })
})
