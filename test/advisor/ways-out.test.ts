import { describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { questions } from '../../src/advisor/questions.ts'
import { readAnswers } from '../../src/advisor/request.ts'
import { waysOut } from '../../src/advisor/ways-out.ts'
import { offered } from '../../src/cli/offered.ts'
import { advisorPage } from '../../src/http/pages/advisor.ts'
import { untouched } from '../../src/http/pages/advisor-state.ts'
import { advisorWaysOut } from '../../src/http/pages/advisor-ways-out.ts'
import { toDocument } from '../../src/http/pages/html.ts'
import { adviceFor, inputs } from './samples.ts'

describe.each(policyIds)('%s', policy => {
  test('of all inputs: exactly the single answers that lead to a flow, and none where one fits', () => {
    for (const input of inputs) {
      const { flow } = adviceFor({ ...input })[policy]
      const others = questions.flatMap(({ id, choices }) =>
        choices.map(({ value }) => ({
          question: id,
          value,
          flow: adviceFor({ ...input, [id]: value })[policy].flow,
        })),
      )
      expect(waysOut(input, policy)).toEqual(flow === 'none' ? others.filter(it => it.flow !== 'none') : [])
    }
  })
})

const doubted = { acts_for: 'self', runs_on: 'ci', secret_safe: 'unsure', platform_id: 'no' }

test('a job whose owner is not sure about the secret: what to answer, and the doubt first', () => {
  expect(waysOut(readAnswers(doubted), 'best-practice')).toEqual([
    { question: 'secret_safe', value: 'yes', flow: 'client_credentials' },
    { question: 'platform_id', value: 'yes', flow: 'client_credentials:federated' },
  ])
})

const site = { issuer: 'https://id.example.com' }

test('the page says them as links, and each leads to its flow', () => {
  const state = { ...untouched, answers: doubted }
  const page = advisorPage(advise({ answers: doubted }), state, offered, site)
  const [section = ''] = /<section class="ways-out".*?<\/section>/s.exec(page) ?? []
  const links = [...section.matchAll(/<a href="([^"]*)">Yes<\/a>[^<]*/g)].map(([link, href = '']) => ({
    doubted: link.includes('of which you were not sure'),
    leadsTo: adviceFor(Object.fromEntries(new URL(href.replaceAll('&amp;', '&'), site.issuer).searchParams))[
      'best-practice'
    ].flow,
  }))
  expect(links).toEqual([
    { doubted: true, leadsTo: 'client_credentials' },
    { doubted: false, leadsTo: 'client_credentials:federated' },
  ])
})

test('every link of every dead end leads to a flow or to a question', () => {
  for (const policy of policyIds) {
    for (const input of inputs) {
      const answers = { ...input }
      const result = adviceFor(answers)[policy]
      const markup = advisorWaysOut(result, { ...untouched, answers, policy }, site)
      if (markup === false) continue
      for (const [, href = ''] of toDocument(markup).matchAll(/href="([^"]*)"/g)) {
        const { policy: _, ...given } = Object.fromEntries(
          new URL(href.replaceAll('&amp;', '&'), site.issuer).searchParams,
        )
        expect(advise({ answers: given }).advice?.[policy].flow, href).not.toBe('none')
      }
    }
  }
})
