import { ask, type Codes, codesOf, decide, poll, typeCode } from '../../support/device.ts'
import { type Answer, basic } from '../../support/token.ts'
import { type Producer, type Stage, signInHere } from '../stage.ts'

/** Alice says yes or no to the device that shows this code. */
async function answered({ issuer }: Pick<Stage, 'issuer'>, { user_code }: Codes, consent: 'allow' | 'deny') {
  const browser = await signInHere(issuer)
  return decide(browser, await typeCode(browser, issuer, user_code), consent)
}

/** What is told to a device, and to who types its code. */
export const devices = {
  'device-code-unknown': ({ issuer }) => poll(issuer, { device_code: 'no-such-code' }),
  async 'device-code-of-another'({ issuer }) {
    return poll(issuer, await codesOf(issuer), { client_id: '' }, basic('box'))
  },
  async 'device-pending'({ issuer }) {
    return poll(issuer, await codesOf(issuer))
  },
  async 'device-slow-down'({ issuer }) {
    const codes = await codesOf(issuer)
    await poll(issuer, codes)
    return poll(issuer, codes)
  },
  async 'device-code-expired'({ issuer, server }) {
    const codes = await codesOf(issuer)
    server.clock.pass(600)
    return poll(issuer, codes)
  },
  async 'device-denied'(stage) {
    const codes = await codesOf(stage.issuer)
    await answered(stage, codes, 'deny')
    return poll(stage.issuer, codes)
  },
  async 'device-code-replayed'(stage) {
    const codes = await codesOf(stage.issuer)
    await answered(stage, codes, 'allow')
    await poll(stage.issuer, codes)
    return poll(stage.issuer, codes)
  },
  async 'device-requests-throttled'({ fresh }) {
    const { issuer } = await fresh()
    let answer: Answer = await ask(issuer)
    for (let time = 1; answer.status === 200 && time < 100; time++) answer = await ask(issuer)
    return answer
  },
  async 'user-code-unknown'({ issuer }) {
    return typeCode(await signInHere(issuer), issuer, 'BCDF-GHJK')
  },
  async 'user-code-throttled'({ fresh }) {
    const { issuer } = await fresh()
    const browser = await signInHere(issuer)
    let page = await typeCode(browser, issuer, 'BCDF-GHJK')
    for (let time = 1; page.status !== 429 && time < 100; time++) page = await typeCode(browser, issuer, 'BCDF-GHJK')
    return page
  },
} as const satisfies Readonly<Record<string, Producer>>
