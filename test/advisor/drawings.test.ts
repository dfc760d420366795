import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { policies } from '../../src/advisor/policies/index.ts'
import { questionIds } from '../../src/advisor/questions.ts'
import { offered } from '../../src/cli/offered.ts'
import { assets } from '../../src/http/assets/index.ts'
import { advisorPage } from '../../src/http/pages/advisor.ts'
import { advisorChart } from '../../src/http/pages/advisor-chart.ts'
import { type AdvisorState, untouched } from '../../src/http/pages/advisor-state.ts'
import { toDocument } from '../../src/http/pages/html.ts'
import { launchChromium } from '../support/chromium.ts'
import { adviceFor, inputs } from './samples.ts'

const site = { issuer: 'http://127.0.0.1:4000' }

function stateFrom(params: URLSearchParams): AdvisorState {
  const pairs = [...params].filter(([name]) => (questionIds as readonly string[]).includes(name))
  const policy = policies.find(({ id }) => id === params.get('policy'))?.id ?? 'best-practice'
  return { ...untouched, answers: Object.fromEntries(pairs), policy, gate: 'apps' }
}

describe.each(policies)('the chart of $id', ({ id, rules }) => {
  const draw = (answers: Readonly<Record<string, string>>, asked?: 'backend') =>
    toDocument(advisorChart('Chart', { ...untouched, answers, policy: id }, site, asked))

  test('is filled where the answers end, and has every rule, for every input', () => {
    for (const input of inputs.filter((_, index) => index % 5 === 0)) {
      const chart = draw({ ...input })
      const here = [...chart.matchAll(/<g class="chart-outcome taken here[^>]*>.*?<\/g>/g)].map(([it]) => it)
      expect(here).toHaveLength(1)
      expect(here[0]).toContain(`>${adviceFor({ ...input })[id].rule_id}<`)
      for (const rule of rules) expect(chart).toContain(`>${rule.id}<`)
    }
  })

  test('every outcome leads to answers that end there', () => {
    for (const answers of [{}, { acts_for: 'user', runs_on: 'browser', secret_safe: 'yes' }, { acts_for: 'self' }]) {
      const links = [...draw(answers).matchAll(/<a class="chart-outcome[^"]*" href="([^"]*)">.*?of-rule[^>]*>(\w+)</g)]
      expect(links.length).toBeGreaterThan(3)
      for (const [, href = '', rule] of links) {
        const state = stateFrom(new URL(href.replaceAll('&amp;', '&'), site.issuer).searchParams)
        const { advice } = advise({ answers: { ...usualWhereAsked(state.answers), ...state.answers } })
        expect(advice?.[id].rule_id).toBe(rule)
        expect(advice?.[id].normalised).toEqual([])
      }
    }
  })

  test('an answered question leads back to itself', () => {
    const links = [
      ...draw({ acts_for: 'user', runs_on: 'server' }).matchAll(/<a class="chart-question taken" href="([^"]*)"/g),
    ]
    expect(links.map(([, href]) => href)).toEqual(
      id === 'best-practice'
        ? ['/?for=apps', '/?acts_for=user']
        : [`/?for=apps&amp;policy=${id}`, `/?acts_for=user&amp;policy=${id}`],
    )
  })

  test('says in words which way it went, and when the question asked now is not its own', () => {
    const words = (chart: string) => /chart-words">([^<]*)</.exec(chart)?.[1]
    const browser = { acts_for: 'user', runs_on: 'browser', trusted_pw: 'no' }
    expect(words(draw(browser, 'backend'))).toMatch(/^Whose data is it\? A person’s\. Where does it run\? Browser\. /)
    const own = id === 'best-practice'
    const others = 'The question asked now matters to Best current practice; it changes nothing here.'
    expect(words(draw(browser, 'backend'))?.endsWith(others)).toBe(!own)
    expect(words(draw(browser, 'backend'))?.includes('2 of 18 ways to end are still open')).toBe(own)
  })
})

/** What is left to ask, answered in the same way each time. */
function usualWhereAsked(answers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const added: Record<string, string> = {}
  for (let next = advise({ answers }); next.question !== null; next = advise({ answers: { ...answers, ...added } })) {
    added[next.question.id] = next.question.answers[0]?.value ?? ''
  }
  return added
}

describe('in a browser', () => {
  let browser: Browser
  let server: Server
  let origin: string
  beforeAll(async () => {
    browser = await launchChromium()
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', origin)
      const asset = assets.find(({ path }) => path === pathname)
      const state = stateFrom(searchParams)
      response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8')
      response.end(asset?.body ?? advisorPage(advise({ answers: state.answers }), state, offered, site))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function open(path: string, width: number, look: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ viewport: { width, height: 844 } })
    try {
      const page = await context.newPage()
      await page.goto(origin + path)
      await look(page)
    } finally {
      await context.close()
    }
  }

  describe.each([1280, 390])('%i wide', width => {
    test.each(policies)('every word of $id’s chart stays in its box, and is 12 px or more', async ({ id }) => {
      for (const path of [`/?acts_for=user&policy=${id}`, `/?acts_for=self&runs_on=browser&policy=${id}`]) {
        await open(path, width, async page => {
          const { outside, sizes, count } = await page.evaluate<Measured>(measure)
          expect(count).toBeGreaterThan(40)
          expect(outside).toEqual([])
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12)
        })
      }
    })

    test('the arrows begin and end at the lanes of their roles', async () => {
      await open('/?acts_for=user&runs_on=cli&redirect=yes&trusted_pw=no&secret_safe=no', width, async page => {
        const rows = await page.evaluate<readonly (readonly [string, string, string])[]>(follow)
        expect(rows).toHaveLength(12)
        for (const [said, from, to] of rows) expect(said).toBe(from + to)
      })
    })
  })
})

interface Measured {
  readonly outside: readonly string[]
  readonly sizes: readonly number[]
  readonly count: number
}

// Runs in the page: a text's own box, its group's box or its next line's beginning, and how large it is on the screen.
const measure = `(() => {
  const svg = document.querySelector('.chart svg')
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
  const texts = [...svg.querySelectorAll('text')]
  const outside = texts.filter(text => {
    const own = text.getBBox()
    const box = text.parentElement.querySelector('rect')?.getBBox()
    const next = [...text.parentElement.querySelectorAll('text')].map(it => it.getBBox()).find(it => it.x > own.x && Math.abs(it.y - own.y) < 4)
    if (next && own.x + own.width > next.x) return true
    return box ? own.x < box.x || own.y < box.y || own.x + own.width > box.x + box.width || own.y + own.height > box.y + box.height + 1
      : own.x + own.width > svg.viewBox.baseVal.width
  })
  return { outside: outside.map(it => it.textContent), sizes: texts.map(it => parseFloat(getComputedStyle(it).fontSize) * scale), count: texts.length }
})()`

// Runs in the page: for each message the letters that its words say, and those of the lanes that its arrow joins.
const follow = `[...document.querySelectorAll('.lanes li')].map(li => {
  const heads = [...li.closest('.lanes').querySelectorAll('.heads .role')]
  const nearest = x => heads.map(it => [Math.abs((it.getBoundingClientRect().left + it.getBoundingClientRect().right) / 2 - x), it.textContent]).sort((a, b) => a[0] - b[0])[0]
  const line = li.querySelector('.arrow > line')
  const { left, width } = li.querySelector('.arrow').getBoundingClientRect()
  const at = name => left + line[name].baseVal.value
  const ends = [nearest(at('x1')), nearest(at('x2'))]
  return [[...li.querySelectorAll('.says .role')].map(it => it.textContent).join(''), ...ends.map(([off, letter]) => off < 1 ? letter : '?')]
})`
