import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { happeningLines, journeyLines, listLines, samplingLine } from '../../src/cli/print-journeys.ts'
import type { JourneyView } from '../../src/journeys/step.ts'
import { basic, clientCredentials, obtainTokens, post } from '../support/token.ts'
import { until, workplace } from './spawned.ts'

test('lists what happened, shows one in full and follows, until the server stops', async () => {
  const { start, run, launch } = workplace()
  const { issuer, stop } = await start('--journeys', 'all', '--log-level', 'silent')
  expect(await run('journeys')).toEqual({
    code: 0,
    out: 'No journeys yet.\n',
    err: 'This server keeps every journey.\n',
  })

  const follower = launch('journeys', '--follow', '--json')
  const [lines, said] = [[] as string[], [] as string[]]
  follower.stdout.on('data', chunk => lines.push(String(chunk)))
  follower.stderr.on('data', chunk => said.push(String(chunk)))
  await until(() => (said.join('').includes('keeps every') ? true : undefined), follower)
  await obtainTokens(issuer)
  await post(`${issuer}/token`, { grant_type: 'client_credentials' }, basic('job', 'wrong'))

  const list = await run('journeys')
  expect(list.out).toMatch(/^when +journey +client +user +outcome +kind\n/)
  expect(list.out).toMatch(/ job +- +refused: client-secret-wrong +back-channel\n/)
  expect(list.out).toMatch(/ web +alice +granted +front-channel\n/)
  const json = JSON.parse((await run('journeys', '--json')).out)
  expect(json).toMatchObject({ journeys: [{ client_id: 'job' }, { client_id: 'web', login: 'alice' }], next: null })

  const [refused, granted] = json.journeys
  const shown = await run('journeys', granted.id)
  expect(shown.code).toBe(0)
  expect(shown.out).toContain(`Journey ${granted.id}`)
  expect(shown.out).toMatch(/C ⇢ U {2}sends the browser to sign in {2}\(inferred\)/)
  expect(shown.out).toMatch(/U → A {2}GET \/authorize {2}[\d.]+ ms/)
  expect(shown.out).toMatch(/password = \(hidden\)/)
  // A check has its failure's name: nobody may read that a secret was wrong where it was right.
  expect(shown.out).toMatch(/ruled out: [^:]*client-secret-wrong/)
  expect(shown.out).not.toContain('\u001b')
  expect((await run('journeys', refused.id)).out).toContain('✗ client-secret-wrong: wrong secret')
  expect(JSON.parse((await run('journeys', granted.id, '--json')).out)).toMatchObject({ id: granted.id })
  // By the reference number of any of its requests.
  const { reference } = JSON.parse((await run('journeys', granted.id, '--json')).out).steps.at(-3)
  expect((await run('journeys', reference)).out).toContain(`Journey ${granted.id}`)
  expect((await run('journeys', '--after', refused.id)).out).not.toContain(refused.id)

  await until(() => (lines.join('').includes('client-secret-wrong') ? true : undefined), follower)
  const closed = new Promise(resolve => follower.once('close', resolve))
  expect(await stop()).toBe(0)
  expect(await closed).toBe(0)
  expect(said.join('')).toContain('The server has stopped.')
  const happened = lines
    .join('')
    .trim()
    .split('\n')
    .map(it => JSON.parse(it))
  expect(happened[0]).toMatchObject({ journey: { id: granted.id }, step: { from: 'client', inferred: true } })
  expect(happened.at(-1)).toMatchObject({ journey: { id: refused.id }, step: { what: '401' } })
})

test('follows one journey, and ends with 0 at Ctrl+C', async () => {
  const { start, run, launch } = workplace()
  const { issuer } = await start('--journeys', 'all', '--log-level', 'silent')
  const { body } = await clientCredentials(issuer)
  const { journeys } = JSON.parse((await run('journeys', '--json')).out)
  const follower = launch('journeys', journeys[0].id, '--follow')
  const said: string[] = []
  for (const stream of [follower.stdout, follower.stderr]) stream.on('data', chunk => said.push(String(chunk)))
  await until(() => (said.join('').includes('keeps every') ? true : undefined), follower)
  await clientCredentials(issuer, { scope: 'none-of-these' })
  await post(`${issuer}/revoke`, { token: String(body['access_token']) }, basic('job'))
  await until(() => (said.join('').includes('POST /revoke') ? true : undefined), follower)
  expect(said.join('')).toContain('POST /token')
  expect(said.join('')).not.toContain('none-of-these')
  follower.kill('SIGINT')
  expect(await new Promise(resolve => follower.once('close', resolve))).toBe(0)
})

test('says what is missing: a server, a journey, or that none are kept', async () => {
  const { start, run, data_dir } = workplace()
  expect(await run('journeys')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^No server runs on .*npm start/),
  })
  const { stop } = await start('--journeys', 'off', '--log-level', 'silent')
  expect((await run('journeys')).err).toMatch(/keeps no journeys; start it with --journeys all/)
  expect(await run('journeys', '00000000000000000000')).toMatchObject({
    code: 2,
    err: 'No journey has this id or reference number, or it is forgotten.\n',
  })
  expect(await run('start', '--port', '0')).toMatchObject({ code: 2 })

  // As a crash leaves it.
  await stop('SIGKILL')
  expect(existsSync(join(data_dir, 'control.sock'))).toBe(true)
  expect(await run('journeys')).toMatchObject({ code: 2, err: expect.stringMatching(/^No server runs/) })
  rmSync(data_dir, { recursive: true })
  expect(await run('journeys', '--follow')).toMatchObject({ code: 2, err: expect.stringMatching(/^No server runs/) })
})

const journey: JourneyView = {
  id: '01k80hv3iokv9ucb2ob8',
  kind: 'front-channel',
  started_at: 1_795_315_176_053,
  last_at: 1_795_315_176_252,
  client_id: 'web\u001b[2J',
  sub: 'abc',
  login: 'alice\u202e',
  outcome: { kind: 'refused', reason: 'redirect-uri-mismatch' },
  token_requests: 1,
  partial: true,
  forgotten: 3,
  steps: [
    { at: 1_795_315_176_053, from: 'client', to: 'user_agent', what: 'sends the browser', inferred: true },
    {
      at: 1_795_315_176_060,
      from: 'user_agent',
      to: 'authorization_server',
      what: 'GET /authorize',
      inferred: false,
      took: 3.21,
      parameters: [{ name: 'redirect_uri', value: `https://app.example/${'long'.repeat(60)}\u001b]0;title\u0007` }],
      checks: [
        { reason: 'client-unknown-at-authorize', passed: true },
        {
          reason: 'redirect-uri-mismatch',
          passed: false,
          sentence: 'not registered\r\nINFO forged',
          detail: { sent: 'x\u0000y' },
        },
      ],
      effects: [{ done: 'stored', kind: 'family', id: '01k80hv3iokva442mqvi' }],
    },
  ],
}

test.each([40, 80, 200])('fits a terminal of %i columns, and nothing of a request reaches it as a command', width => {
  const summary = { ...journey, steps: 2 }
  const step = journey.steps[1] ?? journey.steps[0]
  const screen = { width, colours: false }
  const lines = [
    ...journeyLines(journey, screen),
    ...listLines([summary], screen),
    ...(step ? happeningLines({ journey: summary, step, missed: 2 }, screen) : []),
  ]
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(width)
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
  const whole = lines.join(' ').replace(/\s+/g, ' ')
  for (const word of ['redirect-uri-mismatch', 'first messages', 'forgotten', 'family']) expect(whole).toContain(word)
})

test('colours on a terminal come with the letter of each role', () => {
  const text = journeyLines(journey, { width: 100, colours: true }).join('\n')
  expect(text).toContain('\u001b[38;5;37mC\u001b[0m ⇢ \u001b[38;5;103mU\u001b[0m')
  expect(text).toContain('\u001b[38;5;214mA authorization')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
  expect(text.replaceAll(/\u001b\[(0|38;5;\d+)m/g, '')).not.toMatch(/\u001b|\u0007|\u202e/)
})

test('what is kept is said in words', () => {
  expect(samplingLine(0.01)).toBe('This server keeps 1 % of its journeys, and every refusal; --journeys all keeps all.')
})
