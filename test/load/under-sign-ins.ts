import { setTimeout as pause } from 'node:timers/promises'
import { openBrowser } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { password } from '../support/world.ts'
import { loginOf, userCount } from './document.ts'
import { offer } from './open-loop.ts'
import { milliseconds, print, unanswered } from './print.ts'
import { clientCredentials, requestsTo } from './requests.ts'
import type { LoadedServer } from './server.ts'

/** Sign-ins a second: some five times what one core hashes. */
const storm = 200
const rounds = 3
/** Seconds that it has lasted when tokens are looked at. */
const ahead = 3

/** docs/performance.md: during a storm of sign-ins, the p99 of /token is less than three times its own without. */
export async function underSignIns(server: LoadedServer, carried: number, seconds: number): Promise<string[]> {
  const { port, issuer } = server
  const tokens = {
    port,
    rate: carried / 2,
    seconds,
    next: () => clientCredentials(requestsTo(issuer)),
    connections: 200,
  }
  const signIn = await signIns(issuer)
  const ratios: number[] = []
  const faults: string[] = []
  for (let round = 0; round < rounds; round++) {
    const calm = await offer(tokens)
    const storming = offer({ port, rate: storm, seconds: seconds + ahead, next: signIn, good: [303], connections: 400 })
    await pause(ahead * 1000)
    const [stormy, people] = await Promise.all([offer(tokens), storming])
    ratios.push(stormy.served.p99 / calm.served.p99)
    console.log(`/token without sign-ins: ${milliseconds(calm.served)}; with: ${milliseconds(stormy.served)}`)
    print('sign-ins', people)
    faults.push(...unanswered('/token beside sign-ins', stormy), ...unanswered('sign-ins', people))
  }
  const [, ratio = Number.POSITIVE_INFINITY] = ratios.toSorted((one, other) => one - other)
  console.log(`p99 of /token with sign-ins to without: ${ratio.toFixed(2)}`)
  return [...faults, ...(ratio >= 3 ? ['sign-ins slow /token down'] : [])]
}

/** Forms of as many people, each in a browser of their own. */
async function signIns(issuer: string): Promise<() => string> {
  const { post } = requestsTo(issuer)
  const ready: string[] = []
  for (let at = 0; at < userCount; at++) {
    const browser = openBrowser()
    const { html } = await browser.get(`${issuer}/sign-in`)
    const cookie = [...browser.cookies].map(pair => pair.join('=')).join('; ')
    ready.push(post('/sign-in', { ...fieldsOf(html), login: loginOf(at), password }, { cookie, accept: 'text/html' }))
  }
  let turn = 0
  return () => ready[turn++ % userCount] ?? ''
}
