import { describe, expect, test } from 'vitest'
import { advise, toJson } from '../../src/advisor/advise.ts'
import { followUps } from '../../src/advisor/follow-ups.ts'
import { normalise } from '../../src/advisor/normalise.ts'
import { decide, policies } from '../../src/advisor/policies/index.ts'
import { type QuestionId, questionIds, questions } from '../../src/advisor/questions.ts'
import { AdviceRefused } from '../../src/advisor/request.ts'
import { adviceFor, inputs, usual } from './samples.ts'

const grantNames =
  /authori[sz]ation code|client credentials|implicit|password|refresh token|pkce|device code|grant|oauth/i

describe('questions', () => {
  test('have words for people: no grant is named, in questions or answers', () => {
    for (const { text, choices } of questions) {
      for (const words of [text, ...choices.flatMap(it => [it.text, it.explanation])])
        expect(words).not.toMatch(grantNames)
    }
    for (const { text, choices } of followUps) {
      for (const words of [text, ...choices.map(it => it.text)]) expect(words).not.toMatch(grantNames)
    }
  })

  test('come in the listed order', () => {
    expect(questionIds).toEqual([
      'acts_for',
      'runs_on',
      'secret_safe',
      'redirect',
      'trusted_pw',
      'offline',
      'backend',
      'platform_id',
    ])
    expect(advise({}).question?.id).toBe('acts_for')
  })

  test('offer to be unsure last, and say what that leads to', () => {
    expect(advise({}).question?.answers.at(-1)).toEqual({
      value: 'unsure',
      text: 'I am not sure',
      explanation: 'We go on as if you had said “A person’s”.',
    })
  })

  test.each<[Readonly<Record<string, string>>, QuestionId | null]>([
    [{ acts_for: 'user' }, 'runs_on'],
    [{ runs_on: 'server' }, 'acts_for'],
    [{ acts_for: 'user', runs_on: 'server' }, 'secret_safe'],
    [{ acts_for: 'user', runs_on: 'server', secret_safe: 'yes', redirect: 'yes' }, null],
    [{ acts_for: 'user', runs_on: 'server', secret_safe: 'yes', redirect: 'no' }, 'trusted_pw'],
    // A page cannot keep a secret and can always redirect: neither is asked.
    [{ acts_for: 'user', runs_on: 'browser' }, 'trusted_pw'],
    [{ acts_for: 'user', runs_on: 'browser', trusted_pw: 'no' }, 'backend'],
    [{ acts_for: 'user', runs_on: 'native' }, 'redirect'],
    // Being away matters to one rule only, that of a job with a vault.
    [{ acts_for: 'user', runs_on: 'ci' }, 'secret_safe'],
    [{ acts_for: 'user', runs_on: 'ci', secret_safe: 'yes', trusted_pw: 'no' }, 'offline'],
    [{ acts_for: 'user', runs_on: 'ci', secret_safe: 'no', trusted_pw: 'no' }, null],
    [{ acts_for: 'self', runs_on: 'browser' }, null],
    [{ acts_for: 'self', runs_on: 'ci' }, 'secret_safe'],
    [{ acts_for: 'self', runs_on: 'ci', secret_safe: 'no' }, 'platform_id'],
  ])('after %j comes %s', (answers, expected) => {
    const { question, advice } = advise({ answers })
    expect(question?.id ?? null).toBe(expected)
    expect(advice === null).toBe(expected !== null)
  })

  test('a question is asked exactly while its answer can still change a rule', () => {
    const outcome = (input: (typeof inputs)[number]) =>
      policies.map(policy => decide(policy, normalise(input).answers).id).join()
    for (const input of inputs) {
      // Answer only what is asked, and no more; what was not asked must not matter.
      let answers: Record<string, string> = {}
      for (let next = advise({ answers }).question; next !== null; next = advise({ answers }).question) {
        answers = { ...answers, [next.id]: input[next.id] }
        expect(Object.keys(answers).length).toBeLessThanOrEqual(8)
      }
      expect(
        Object.values(adviceFor(answers))
          .map(it => it.rule_id)
          .join(),
      ).toBe(outcome(input))
    }
  })
})

describe('unsure', () => {
  test('is always allowed, means what is assumed, and warns', () => {
    const unsure = Object.fromEntries(questionIds.map(id => [id, 'unsure']))
    const advice = adviceFor(unsure)
    expect(Object.values(advice).map(it => it.rule_id)).toEqual(['bp8', 'sp7', 'au5'])
    for (const { warnings, answers } of Object.values(advice)) {
      expect(warnings.filter(it => it.includes('You were not sure'))).toHaveLength(8)
      expect(answers).toEqual(unsure)
    }
    expect(advice['best-practice'].normalised).toEqual([])
  })

  test('an assumption that other answers overrule is told as it stands', () => {
    const { warnings } = adviceFor({
      acts_for: 'self',
      runs_on: 'server',
      secret_safe: 'yes',
      redirect: 'unsure',
      platform_id: 'no',
    })['best-practice']
    expect(warnings).toEqual(['Can it open a browser? You were not sure, so this goes on as if you had said “No”.'])
  })
})

test('no warning and no outcome shows the id of a question or of a rule, unless it says that it is one', () => {
  const shown = new RegExp(`\\b(?:${questionIds.filter(id => id.includes('_')).join('|')})\\b|\\((?:bp|sp|au|N)\\d+\\)`)
  const unsure = Object.fromEntries(questionIds.map(id => [id, 'unsure']))
  const settled = followUps.flatMap(({ id, choices }) => choices.map(({ value }) => ({ [id]: value })))
  for (const answers of [unsure, ...inputs.map(it => ({ ...it }))]) {
    for (const result of Object.values(adviceFor(answers)))
      for (const text of result.warnings) expect(text).not.toMatch(shown)
  }
  for (const followups of settled) {
    for (const runs_on of ['browser', 'device', 'server', 'native', 'cli']) {
      const said = Object.values(adviceFor({ ...usual, runs_on }, followups)).flatMap(it => it.followups)
      for (const { outcome } of said) expect(outcome ?? '').not.toMatch(shown)
    }
  }
})

describe('normalisation', () => {
  test('warns where it overrules an answer that was given', () => {
    const { normalised, warnings } = adviceFor({ ...usual, runs_on: 'native' })['best-practice']
    expect(normalised).toEqual([{ id: 'N1', question: 'secret_safe', from: 'yes', to: 'no' }])
    expect(warnings.join()).toMatch(/^Can it keep a secret\? “Yes” counts as “No”, since .*\(rule N1\)\.$/)
  })

  test('is silent about what was not asked, or already so', () => {
    const { normalised, warnings } = adviceFor({
      acts_for: 'user',
      runs_on: 'native',
      redirect: 'yes',
      trusted_pw: 'no',
    })['best-practice']
    expect([normalised, warnings]).toEqual([[], []])
  })
})

describe('what there is not', () => {
  const refusal = (request: object): AdviceRefused => {
    try {
      advise(request)
    } catch (error) {
      if (error instanceof AdviceRefused) return error
      throw error
    }
    throw new Error('it was accepted')
  }

  test.each([
    [{ answers: { runs_at: 'server' } }, 'question-unknown', '"runs_at"'],
    [{ answers: { __proto__x: 'server' } }, 'question-unknown', '"__proto__x"'],
    [{ answers: JSON.parse('{"__proto__":"server"}') }, 'question-unknown', '"__proto__"'],
    [{ answers: { constructor: 'yes' } }, 'question-unknown', '"constructor"'],
    [{ answers: { runs_on: 'toaster' } }, 'answer-unknown', '"toaster" to runs_on'],
    [{ answers: { runs_on: null } }, 'answer-unknown', 'null to runs_on'],
    [{ answers: { runs_on: ['server'] } }, 'answer-unknown', 'a list to runs_on'],
    [{ answers: { runs_on: { on: 'server' } } }, 'answer-unknown', 'an object to runs_on'],
    [{ answers: { runs_on: '' } }, 'answer-unknown', '"" to runs_on'],
    [{ answers: { runs_on: 'Server' } }, 'answer-unknown', '"Server" to runs_on'],
    [{ followups: { F19: 'yes' } }, 'question-unknown', '"F19"'],
    [{ followups: { F1: 'maybe' } }, 'answer-unknown', '"maybe" to F1'],
    [{ followups: { F4: 'yes' } }, 'answer-unknown', '"yes" to F4'],
    [{ answers: [] }, 'advice-malformed', 'answers'],
    [{ answers: 'user' }, 'advice-malformed', 'answers'],
    [{ answer: {} }, 'advice-malformed', '"answer"'],
  ])('%j is refused by name', (request, reason, named) => {
    const error = refusal(request)
    expect(error.reason).toBe(reason)
    expect(error.message).toContain(named)
  })

  test('every question refuses an answer of another', () => {
    for (const id of questionIds) expect(refusal({ answers: { [id]: 'other' } }).message).toContain(id)
  })
})

describe('follow-ups', () => {
  test('change settings, never the flow', () => {
    for (const { id, choices } of followUps) {
      for (const { value } of choices) {
        const [with_, without] = [adviceFor({ ...usual }, { [id]: value }), adviceFor({ ...usual })]
        expect(Object.values(with_).map(it => it.rule_id)).toEqual(Object.values(without).map(it => it.rule_id))
      }
    }
  })

  test('say what the policy makes of the answer', () => {
    const advice = adviceFor({ ...usual, runs_on: 'native' }, { F4: 'localhost' })
    const said = Object.values(advice).map(it => it.followups.find(({ id }) => id === 'F4')?.outcome)
    expect(said).toEqual([
      expect.stringContaining('Discouraged by OAuth 2.1 (draft)'),
      expect.stringContaining('Refused by Spotify'),
      expect.stringContaining('Discouraged by OAuth 2.1 (draft)'),
    ])
  })

  test('being away counts as answered where the question was', () => {
    const away = adviceFor({ ...usual, offline: 'yes' })['best-practice'].followups.find(({ id }) => id === 'F2')
    expect(away).toMatchObject({ answer: 'yes', outcome: expect.stringContaining('refresh token') })
  })
})

test('the same request gives the same bytes, whatever the order of its members', () => {
  const request = { answers: { ...usual }, followups: { F1: 'yes', F3: 'no' } }
  const turned = {
    followups: { F3: 'no', F1: 'yes' },
    answers: Object.fromEntries(Object.entries(usual).reverse()),
  }
  expect(toJson(advise(turned))).toBe(toJson(advise(request)))
})

test('OAuth 2.1 is called a draft wherever it is named', () => {
  for (const input of inputs) {
    expect(toJson(advise({ answers: { ...input } }))).not.toMatch(/OAuth 2\.1(?! \(draft\))/)
  }
})
