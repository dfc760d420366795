import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { costOf } from '../../src/advisor/cost.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { followUps } from '../../src/advisor/follow-ups.ts'
import { settle } from '../../src/advisor/normalise.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { questionIds } from '../../src/advisor/questions.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { offered } from '../../src/cli/offered.ts'
import { advisorStylesheet, assets, stylesheet } from '../../src/http/assets/index.ts'
import { advisorPage } from '../../src/http/pages/advisor.ts'
import { type AdvisorState, addressOf, backTo, untouched } from '../../src/http/pages/advisor-state.ts'
import type { Site } from '../../src/http/pages/site.ts'
import { readAdvisorState } from '../../src/http/read-advisor-state.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { axeRun } from '../support/visit.ts'
import { goldenCases } from './golden-cases.ts'
import { adviceFor, inputs, usual } from './samples.ts'

const visitor = { signedIn: false, looksAfterApps: false }
const site: Site = { issuer: 'http://127.0.0.1:4000', navigation: { at: 'advisor', visitor } }

function pageOf(state: Partial<AdvisorState>): string {
  const whole = { ...untouched, ...state }
  return advisorPage(advise({ answers: whole.answers, followups: whole.followups }), whole, offered, site)
}

describe('the page', () => {
  test('shows the rule and the flow of every policy for every input', () => {
    for (const input of inputs) {
      const page = pageOf({ answers: { ...input } })
      for (const { rule_id, flow } of Object.values(adviceFor({ ...input }))) {
        expect(page).toContain(`>rule ${rule_id}<`)
        expect(page).toContain(`<strong>${flowOf(flow).name}</strong>`)
      }
    }
  })

  test('never shows a guide’s answer without the best practice beside it, dates on both', () => {
    for (const policy of policyIds) {
      const page = pageOf({ answers: { ...usual, runs_on: 'browser' }, policy })
      expect(page).toContain('as of 2026-09-03')
      expect(page).toContain('rule bp8')
    }
  })

  test('says whose question it is where only one policy asks it, and of no other', () => {
    const whose = (answers: Readonly<Record<string, string>>) =>
      /<p class="whose">([^<]*)</.exec(pageOf({ answers }))?.[1]
    const browser = { acts_for: 'user', runs_on: 'browser' }
    expect(whose(browser)).toBe('Only Auth0’s guide asks this.')
    expect(whose({ ...browser, trusted_pw: 'no' })).toBe('Only Best current practice asks this.')
    expect(whose({ acts_for: 'user' })).toBeUndefined()
    expect(whose({ acts_for: 'user', runs_on: 'server' })).toBeUndefined()
  })

  test('a question about a registered app names it, with a way to leave it', () => {
    const shown = pageOf({ answers: { acts_for: 'user' }, client: 'photo prints' })
    const [line = ''] = /<p class="changing">.*?<\/p>/s.exec(shown) ?? []
    expect(line).toContain('<code>photo prints</code>')
    expect(line).toContain('href="/clients/photo%20prints"')
    expect(pageOf({ answers: { acts_for: 'user' } })).not.toContain('class="changing"')
  })

  test('details come last as what they are, the first six in the open, the rest opened by an answer', () => {
    const answers = { ...usual }
    const ids = adviceFor(answers)['best-practice'].followups.map(({ id }) => id)
    const folded = (followups: Readonly<Record<string, string>>) => {
      const [, section = ''] =
        /aria-labelledby="follow-ups">(.*?)<\/section>/s.exec(pageOf({ answers, followups })) ?? []
      const [before = '', tag = '', after = ''] = section.split(/(<details[^>]*>)/)
      const idsIn = (text: string) => [...text.matchAll(/<li id="(F\d+)"/g)].map(([, id]) => id)
      return { before: idsIn(before), open: tag.includes('open'), after: idsIn(after) }
    }
    expect(ids.length).toBeGreaterThan(7)
    expect(pageOf({ answers })).toContain('Settle the details, if you like')
    expect(folded({})).toEqual({ before: ids.slice(0, 6), open: false, after: ids.slice(6) })
    const last = ids.at(-1) ?? ''
    const value = followUps.find(({ id }) => id === last)?.choices[0]?.value ?? ''
    expect(folded({ [last]: value }).open).toBe(true)
    expect(folded({ [ids[0] ?? '']: 'no' }).open).toBe(false)
  })

  test('names withdrawn flows in the open, with who withdrew them and when', () => {
    for (const input of inputs.filter((_, index) => index % 31 === 0)) {
      const [, section = ''] = pageOf({ answers: { ...input } }).split('id="not-chosen"')
      const [open = ''] = section.split('<details')
      expect(open).toMatch(/Withdrawn: the token travels.*27 November 2025/s)
      expect(open).toMatch(/Withdrawn: the app sees everybody.*RFC 9700 §2\.4/s)
    }
  })

  test('says so where this server lacks what a flow needs', () => {
    const answers = { ...usual, redirect: 'no' }
    expect(pageOf({ answers })).toMatch(
      /cannot run this flow yet: it lacks <code>urn:openid:params:grant-type:ciba<\/code>/,
    )
    const everything = { ...offered, grant_types: [...offered.grant_types, 'urn:openid:params:grant-type:ciba'] }
    expect(advisorPage(advise({ answers }), { ...untouched, answers }, everything, site)).not.toContain(
      'cannot run this',
    )
  })

  test('says of what was withdrawn that it is off here, and what switches it on', () => {
    const off = { ...offered, grant_types: offered.grant_types.filter(it => it !== 'implicit') }
    const answers = { ...usual, runs_on: 'browser', secret_safe: 'no' } as const
    const at = (policy: 'auth0' | 'spotify') =>
      advisorPage(advise({ answers }), { ...untouched, answers, policy }, off, site)
    expect(at('auth0')).toContain('This flow is off on this server, since it is withdrawn.')
    expect(at('auth0')).toContain('<code>--allow implicit</code>')
    expect(at('spotify')).toContain('It is off on this server.')
    expect(at('spotify')).not.toContain('cannot run')
  })

  test('has one heading, nothing inline, and is small', () => {
    for (const state of [{}, { answers: { acts_for: 'user' } }, { answers: { ...usual, runs_on: 'browser' } }]) {
      const page = pageOf(state)
      expect(page.match(/<h1[ >]/g)).toHaveLength(1)
      expect(page.match(/<main[ >]/g)).toHaveLength(1)
      const ours = /<script type="module" src="\/assets\/advisor-[0-9a-f]{12}\.js"><\/script>/
      expect(page.replace(ours, '')).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i)
      expect(
        Buffer.byteLength(page) + Buffer.byteLength(stylesheet.body) + Buffer.byteLength(advisorStylesheet.body),
      ).toBeLessThan(120_000)
    }
  })

  test('may be found by a search engine before anything is said only', () => {
    expect(pageOf({})).not.toContain('noindex')
    expect(pageOf({ gate: 'apps' })).toContain('noindex')
    expect(pageOf({ answers: { acts_for: 'user' } })).toContain('noindex')
  })

  test('is found below the path of the issuer', () => {
    const below = { issuer: 'https://example.com/auth' }
    const page = advisorPage(advise({}), untouched, offered, below)
    expect(page).toContain('href="/auth/?for=apps"')
    expect(page).toContain('href="/auth/.well-known/openid-configuration"')
  })

  test('says of every flow that was not chosen what it would cost', () => {
    for (const [, given] of goldenCases) {
      const answers = { ...usual, ...given }
      const page = pageOf({ answers })
      const { flow, not_chosen } = adviceFor(answers)['best-practice']
      for (const other of not_chosen) {
        const costs = costOf(other.flow, flow, settle(answers))
        expect(costs.length).toBeGreaterThan(0)
        expect(page).toContain(costs.join(' '))
      }
    }
  })

  test('names every disagreement with the policy that is shown, where and why', () => {
    for (const [, given] of goldenCases) {
      for (const policy of policyIds) {
        const answers = { ...usual, ...given }
        const page = pageOf({ answers, policy })
        const [, section = ''] = page.split('id="policies"')
        const columns = section.split('<h3>').slice(1, 4)
        const { flow, disagrees_with } = adviceFor(answers)[policy]
        const against = policyIds.map(id => disagrees_with.find(it => it.policy === id))
        for (const [index, column] of columns.entries()) {
          const said = `>disagrees</span> instead of ${flowOf(flow).name}<`
          expect([column.includes(said), column.includes('>agrees<')]).toEqual([
            against[index] !== undefined,
            against[index] === undefined && policyIds[index] !== policy,
          ])
          expect(column).toContain(against[index]?.reason ?? '')
        }
      }
    }
  })

  test('one state has one address', () => {
    const answers = { runs_on: 'cli', acts_for: 'user' }
    const state = { answers, followups: { F1: 'yes' }, policy: 'auth0', parts: [] } as const
    expect(addressOf(state, site)).toBe('/?acts_for=user&runs_on=cli&F1=yes&policy=auth0')
  })
})

describe('before the first question', () => {
  const links = (page: string) => [...page.matchAll(/<a class="choice-link" href="([^"]*)"/g)].map(([, href]) => href)
  const heading = (page: string) => /<h1[^>]*>([^<]*)</.exec(page)?.[1]

  test('three ways lead on, and whoever is not sure takes the usual one', () => {
    const page = pageOf({})
    expect(links(page)).toEqual(['/?for=apps', '/?for=sign-in', '/?for=myself'])
    expect(page).toContain('<a href="/?for=apps">I am not sure</a>')
    expect(heading(pageOf(at('for=apps')))).toBe('Whose data does the program work with?')
    expect(heading(pageOf(at('for=elsewhere')))).toBe('Which OAuth flow should I use?')
  })

  test('whoever works for themselves learns what a key lacks, and may go on', () => {
    const page = pageOf(at('for=myself'))
    expect(heading(page)).toBe('An API key may do.')
    expect(page).toContain('What it lacks')
    expect(page).toContain('<a class="button" href="/?for=apps">Go on anyway</a>')
  })

  test('a sign-in alone is OpenID Connect: it goes straight on, and registers a login that calls no API', () => {
    const page = pageOf(at('for=sign-in'))
    expect(heading(page)).toBe('Where does it run?')
    expect(page).toContain('Question 1 <a href="/">Back</a>')
    expect(page).toContain('OpenID Connect')
    expect(page).not.toContain('Whose data does the program work with?')
    expect(links(page)[0]).toBe('/?acts_for=user&amp;runs_on=server&amp;F3=yes')
    const { answers, followups } = at('acts_for=user&runs_on=browser&trusted_pw=no&backend=yes&F3=yes')
    expect(registrationOf(adviceFor(answers, followups)['best-practice'])).toMatchObject({ login_only: true })
  })

  test('trying an outcome of the chart forgets no sign-in', () => {
    const outcomes = (query: string) =>
      [...pageOf(at(query)).matchAll(/<a class="chart-outcome [^"]*" href="([^"]*)"/g)].map(([, href]) => href)
    expect(outcomes('for=sign-in')).toContain('/?acts_for=user&amp;runs_on=browser&amp;backend=yes&amp;F3=yes')
    expect(outcomes('acts_for=user&F1=yes')).toContain('/?acts_for=user&amp;runs_on=browser&amp;backend=yes')
  })

  test('changing an answer forgets no sign-in, and nothing before the questions counts as an answer', () => {
    const state = at('acts_for=user&runs_on=browser&trusted_pw=no&F1=yes&F3=yes')
    expect(addressOf(backTo(state, 'runs_on'), site)).toBe('/?acts_for=user&F3=yes')
    expect(addressOf(backTo(at('acts_for=user&F1=yes'), 'acts_for'), site)).toBe('/?for=apps')
    expect(at('for=apps')).toMatchObject({ answers: {}, followups: {} })
    expect(at('for=myself')).toMatchObject({ answers: {}, followups: {} })
    for (const gate of ['apps', 'myself', 'sign-in'] as const) {
      expect(addressOf({ ...untouched, gate, answers: { acts_for: 'user' } }, site)).toBe('/?acts_for=user')
    }
  })

  test.each(['acts_for=user', 'F5=yes', 'acts_for=user&for=myself'])('%s is past it', query => {
    expect(heading(pageOf(at(query)))).toMatch(/^(?:Where does it run|Whose data)/)
  })
})

/** An address at which each question is asked. */
const everyQuestion = new Map<string, string>()
function ask(answers: Readonly<Record<string, string>>): void {
  const { question } = advise({ answers })
  if (question === null) return
  everyQuestion.set(question.id, addressOf({ ...untouched, gate: 'apps', answers }, site))
  for (const { value } of question.answers) ask({ ...answers, [question.id]: value })
}
ask({})

/** The state of an address. */
function at(query: string): AdvisorState {
  const params = new URLSearchParams(query)
  return readAdvisorState({ get: name => params.get(name) ?? undefined }, params.getAll('part'))
}

describe('over HTTP', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())

  test('the front page asks, says what server this is, and lets nobody frame it', async () => {
    const response = await fetch(`${server.issuer}/`)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(page).toContain('Which OAuth flow should I use?')
    expect(page).toContain(server.issuer)
    expect(page).toContain('/.well-known/openid-configuration')
  })

  test('an address holds the whole state, and what others add to it does no harm', async () => {
    const query = new URLSearchParams({ ...usual, F5: 'yes', policy: 'spotify', utm_source: 'news' })
    const page = await (await fetch(`${server.issuer}/?${query}`)).text()
    expect(page).toContain('rule sp6')
    expect(page).toContain('The consent page may be skipped.')
  })

  test.each(['runs_on=toaster', 'F1=perhaps'])('an answer that there is not is refused: %s', async query => {
    expect((await fetch(`${server.issuer}/?${query}`, { headers: { accept: 'text/html' } })).status).toBe(400)
  })
})

describe('in a browser', () => {
  let browser: Browser
  let server: Server
  let origin: string
  beforeAll(async () => {
    browser = await launchChromium()
    server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', origin)
      const asset = assets.find(({ path }) => path === pathname)
      response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8')
      response.end(asset?.body ?? pageOf(at(search)))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function open(path: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options)
    try {
      const page = await context.newPage()
      page.setDefaultTimeout(4000)
      await page.goto(origin + path)
      await look(page)
    } finally {
      await context.close()
    }
  }

  const states = {
    gate: '/',
    first: '/?for=apps',
    signIn: '/?for=sign-in',
    myself: '/?for=myself',
    second: '/?acts_for=user',
    answer: '/?acts_for=user&runs_on=browser&trusted_pw=no&backend=yes&F5=yes',
    retired: '/?acts_for=user&runs_on=browser&redirect=no&trusted_pw=no&backend=no&policy=auth0',
    none: '/?acts_for=user&runs_on=ci&secret_safe=no&trusted_pw=no',
    changing: '/?acts_for=user&client=photo-prints',
  }

  const sizes = [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
    // Zooming to 200 % halves the width that a page is given.
    { width: 640, height: 400 },
  ] as const

  test.each(Object.entries(states))('%s is accessible and fits at every size, light and dark', async (_name, path) => {
    await open(path, {}, async page => {
      await page.evaluate(axe.source)
      for (const viewport of sizes) {
        await page.setViewportSize(viewport)
        for (const colorScheme of ['light', 'dark'] as const) {
          // Colours must not be on their way when they are looked at.
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const where = `${viewport.width}, ${colorScheme}`
          const { violations } = await page.evaluate<axe.AxeResults>(axeRun(colorScheme))
          expect(
            violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
            where,
          ).toEqual([])
          expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), where).toBe(true)
        }
      }
    })
  })

  test('goes from the first question to the answer by keyboard alone, without scripts, and back', async () => {
    await open('/', { javaScriptEnabled: false }, async page => {
      const heading = () => page.getByRole('heading', { level: 1 }).textContent()
      const follow = async (link: Locator) => {
        const before = page.url()
        await link.press('Enter')
        await page.waitForURL(url => url.href !== before)
      }
      const choose = (name: RegExp) => follow(page.locator('.choices').getByRole('link', { name }))
      await choose(/^Working with an API/)
      await choose(/^A person’s/)
      expect(await heading()).toBe('Where does it run?')
      await choose(/^On a server/)
      expect(await heading()).toMatch(/^Can a secret/)
      await page.goBack()
      expect(await heading()).toBe('Where does it run?')
      await choose(/^In the browser/)
      await choose(/^No/)
      await choose(/^Yes/)
      expect(await heading()).toBe('Let a small server of yours hold the tokens; the page gets only a cookie.')
      await follow(page.getByRole('list', { name: 'Is it your own app' }).getByRole('link', { name: 'Yes' }))
      await page.locator('.outcome', { hasText: 'The consent page may be skipped.' }).waitFor()
      await follow(page.getByRole('link', { name: 'Show Auth0’s guide whole' }))
      expect(await heading()).toMatch(/^Get the token straight back/)
      await follow(page.getByRole('link', { name: /^Change: Where does it run/ }))
      expect(await heading()).toBe('Where does it run?')
      await follow(page.getByRole('link', { name: 'Back', exact: true }))
      expect(await heading()).toBe('Whose data does the program work with?')
      await follow(page.getByRole('link', { name: 'Back', exact: true }))
      expect(await heading()).toBe('Which OAuth flow should I use?')
    })
  })

  test('every question asks at the same place, and its first answer stands where the last one’s did', async () => {
    await open('/?for=apps', { viewport: { width: 1280, height: 800 } }, async page => {
      const places = async () => [await page.locator('h1').boundingBox(), await page.locator('.choices').boundingBox()]
      const start = await places()
      expect(everyQuestion.size).toBe(questionIds.length)
      for (const path of everyQuestion.values()) {
        await page.goto(origin + path)
        const now = await places()
        expect(now.map(it => [it?.x, it?.y])).toEqual(start.map(it => [it?.x, it?.y]))
      }
    })
  })

  test('the tab key goes from the way back to the answers in their order, then to the doubt, the trail and the chart', async () => {
    await open(states.second, { viewport: { width: 1280, height: 800 } }, async page => {
      const focused: string[] = []
      for (let press = 0; press < 16; press++) {
        await page.keyboard.press('Tab')
        focused.push(await page.locator(':focus').evaluate(it => it.getAttribute('aria-label') ?? it.textContent ?? ''))
      }
      expect(focused).toEqual([
        'Grantwise',
        'Advisor',
        'Flows',
        'Doctor',
        'Errors',
        'Sign in',
        'Back',
        expect.stringMatching(/^On a server/),
        expect.stringMatching(/^In the browser/),
        expect.stringMatching(/^On a phone/),
        expect.stringMatching(/^In a terminal/),
        expect.stringMatching(/^On a device/),
        expect.stringMatching(/^In an unattended job/),
        'I am not sure',
        'Change: Whose data does the program work with?',
        'Start over',
      ])
    })
  })

  test('the three policies stand side by side, line by line, and below each other on a phone', async () => {
    for (const width of [1280, 390]) {
      await open(states.answer, { viewport: { width, height: 844 } }, async page => {
        for (const line of ['h3', '.flow', '.decided', '.caution', '.whole']) {
          const boxes = await Promise.all(
            (await page.locator(`.policies ${line}`).all()).map(it =>
              it.evaluate(node => node.getBoundingClientRect()),
            ),
          )
          const tops = boxes.map(it => it.top)
          const lefts = boxes.map(it => it.left)
          expect(new Set(tops).size, line).toBe(width === 1280 ? 1 : 3)
          if (line !== '.caution') expect(new Set(lefts).size, line).toBe(width === 1280 ? 3 : 1)
        }
      })
    }
  })

  test('on paper nothing is folded, and nothing is there to press', async () => {
    await open(states.answer, {}, async page => {
      await page.emulateMedia({ media: 'print' })
      for (const shown of ['#not-chosen ~ details dd', '.policies li', '.chart svg', '.options a[aria-current]']) {
        expect(await page.locator(shown).first().isVisible(), shown).toBe(true)
      }
      for (const pressed of ['.button', '.trail a', 'summary', 'footer', '.whole', '.options a:not([aria-current])']) {
        expect(await page.locator(pressed).first().isVisible(), pressed).toBe(false)
      }
    })
  })

  test('“Register this client” leads to the form, with the same answers; the command stands below', async () => {
    await open(states.answer, {}, async page => {
      const href = (await page.getByRole('link', { name: 'Register this client' }).getAttribute('href')) ?? ''
      const { pathname, search } = new URL(href, page.url())
      expect([pathname, search]).toEqual(['/clients/new', new URL(page.url()).search])
      expect(await page.locator('#register ~ pre').textContent()).toContain('--follow-up F5=yes')
    })
  })
})
