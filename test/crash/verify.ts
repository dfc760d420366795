import { createLocalJWKSet, jwtVerify } from 'jose'
import { authorizeUrl } from '../support/browser.ts'
import { type Answer, basic, clientCredentials, codeFields, get, post } from '../support/token.ts'
import { password } from '../support/world.ts'
import { type Actions, actionsOn, isActive } from './actions.ts'
import type { Chance } from './chance.ts'
import type { Addition, Chain, JobToken, Ledger, Person } from './ledger.ts'
import { browserAt, insist, type Victim } from './victim.ts'
import { clients, scope } from './world.ts'

/** Which part of the ledger a restart is held to. */
export interface Extent {
  readonly people: readonly Person[]
  readonly chains: readonly Chain[]
  readonly jobTokens: readonly JobToken[]
  readonly additions: readonly Addition[]
  /** Whether chains may be ended to see that a second use ends them. */
  readonly replays: boolean
}

/** Milliseconds in which a code, or a refresh within its grace, is surely not over yet. */
const codeLife = 45_000
const graceLife = 200_000

interface Visit {
  readonly victim: Victim
  readonly ledger: Ledger
  readonly chance: Chance
  readonly actions: Actions
}

/** Asks a restarted server for everything that was acknowledged before it was killed. @throws the promise it broke. */
export async function verify(victim: Victim, ledger: Ledger, chance: Chance, extent: Extent): Promise<void> {
  const visit: Visit = { victim, ledger, chance, actions: actionsOn(victim, ledger, chance) }
  await verifyKeys(visit)
  await each(extent.chains, chain => verifyChain(chain, extent.replays, visit))
  await each(extent.jobTokens, token => verifyJobToken(token, visit))
  await each(extent.people, person => verifyPerson(person, visit))
  await each(extent.additions, added => verifyAddition(added, visit))
}

/** A few at a time. */
async function each<T>(values: readonly T[], check: (value: T) => Promise<void>): Promise<void> {
  const left = [...values]
  const work = async () => {
    for (let value = left.shift(); value !== undefined; value = left.shift()) await check(value)
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

async function verifyKeys({ victim, ledger }: Visit): Promise<void> {
  const { body } = await get(`${victim.issuer}/.well-known/jwks.json`)
  const jwks = body as unknown as Parameters<typeof createLocalJWKSet>[0]
  const published = jwks.keys.map(({ kid }) => kid)
  for (const kid of ledger.kids) insist(published.includes(kid), `the key ${kid} is published`, published)
  for (const kid of published) ledger.kids.add(kid ?? '')
  const keys = createLocalJWKSet(jwks)
  for (const token of ledger.signed.values()) {
    await jwtVerify(token, keys, { issuer: victim.issuer })
    ledger.keep('key verifies')
  }
}

async function verifyChain(chain: Chain, replays: boolean, visit: Visit): Promise<void> {
  await settle(chain, visit)
  if (chain.state === 'ended') return verifyEnded(chain, visit)
  if (chain.state !== 'live') return
  const { chance, ledger, victim, actions } = visit
  insist(await isActive(victim, chain.access_token ?? '', chain.client.client_id), 'an access token is alive', chain)
  const { refresh_grace } = chain.client
  const [previous] = chain.refresh_tokens.slice(-2, -1)
  if (refresh_grace > 0 && previous !== undefined && Date.now() - chain.heard_at < graceLife) {
    const again = await present(chain, previous, visit)
    const same = again.body['refresh_token'] === chain.refresh_tokens.at(-1)
    insist(again.status === 200 && same, 'a refresh is answered alike within its grace', again.body)
    ledger.keep('refresh repeated within the grace')
  }
  await actions.refresh(chain)
  ledger.keep('refresh token works')
  if (!replays || !chance.oneIn(3)) return
  const spent = chance.oneIn(3) ? undefined : chain.refresh_tokens.slice(0, refresh_grace > 0 ? -2 : -1).at(-1)
  const replay = spent === undefined ? await presentCode(chain, visit) : await present(chain, spent, visit)
  insist(replay.status === 400, `no ${spent === undefined ? 'code' : 'refresh token'} is honoured twice`, replay.body)
  ledger.keep(spent === undefined ? 'spent code refused' : 'spent refresh token refused')
  chain.state = 'ended'
  await verifyEnded(chain, visit)
}

/** Finds out what became of what was asked for when the server died, and of codes that waited. */
async function settle(chain: Chain, { victim, ledger, actions }: Visit): Promise<void> {
  const { client, heard_at, state } = chain
  switch (state) {
    case 'issued':
      if (Date.now() - heard_at > codeLife) return
      await actions.redeem(chain)
      ledger.keep('code works')
      return
    case 'redeeming':
    case 'refreshing':
    case 'ending': {
      const isCode = state === 'redeeming'
      if (isCode && Date.now() - heard_at > codeLife) return
      const answer = isCode ? await presentCode(chain, { victim }) : await presentNewest(chain, { victim })
      const repeatable = state === 'refreshing' && client.refresh_grace > 0
      insist(answer.status === 200 || !repeatable, 'a refresh whose answer was lost can be repeated', answer.body)
      insist([200, 400].includes(answer.status), 'what was cut off was done or not done', answer.body)
      ledger.keep('cut off, and done or not done')
      if (answer.status === 400) {
        chain.state = 'ended'
        return
      }
      chain.state = 'live'
      chain.heard_at = Date.now()
      chain.access_token = String(answer.body['access_token'])
      chain.refresh_tokens.push(String(answer.body['refresh_token']))
    }
  }
}

async function verifyEnded(chain: Chain, { victim, ledger }: Visit): Promise<void> {
  const { client, refresh_tokens, access_token } = chain
  if (refresh_tokens.length > 0) {
    const answer = await presentNewest(chain, { victim })
    insist(answer.status === 400, 'an ended family stays ended', answer.body)
  }
  if (access_token !== undefined) {
    insist(!(await isActive(victim, access_token, client.client_id)), 'an access token ends with its family', chain)
  }
  ledger.keep('ended family stays ended')
}

type At = Pick<Visit, 'victim'>

function presentCode({ client, code }: Chain, { victim }: At): Promise<Answer> {
  const fields = codeFields(code, { redirect_uri: client.redirect_uri })
  return post(`${victim.issuer}/token`, fields, basic(client.client_id))
}

function presentNewest(chain: Chain, at: At): Promise<Answer> {
  return present(chain, chain.refresh_tokens.at(-1) ?? '', at)
}

function present({ client }: Chain, refresh_token: string, { victim }: At): Promise<Answer> {
  const fields = { grant_type: 'refresh_token', refresh_token }
  return post(`${victim.issuer}/token`, fields, basic(client.client_id))
}

async function verifyJobToken(job: JobToken, { victim, ledger }: Visit): Promise<void> {
  const active = await isActive(victim, job.token, job.client_id)
  if (job.state === 'ending') job.state = active ? 'live' : 'ended'
  insist(active === (job.state === 'live'), `a token that is ${job.state} is so`, { active })
  ledger.keep(`token of a client ${job.state}`)
}

async function verifyPerson(person: Person, { victim, ledger, actions, chance }: Visit): Promise<void> {
  // The request insists that neither sign-in nor what was allowed before is asked for.
  await actions.authorize(person, chance.oneOf([...person.consents, chance.oneOf(clients)]))
  ledger.keep('session and consents')
  if (!chance.oneIn(4)) return
  const { client_id, redirect_uri } = clients[0] ?? {}
  const browser = browserAt('192.0.2.1')
  const url = authorizeUrl(victim.issuer, { client_id, redirect_uri, scope })
  const page = await browser.get(url)
  const answer = await browser.submit(page, '/sign-in', { login: person.login, password })
  insist(
    answer.html.includes('name="consent"') || answer.location !== undefined,
    'who signed up can sign in',
    answer.title,
  )
  ledger.keep('sign-in')
}

async function verifyAddition(added: Addition, { victim, ledger }: Visit): Promise<void> {
  const names = [`${added.name}-a`, `${added.name}-b`]
  const answers = await Promise.all(names.map(name => clientCredentials(victim.issuer, {}, basic(name))))
  const there = answers.filter(({ status }) => status === 200).length
  insist(there === 2 || (there === 0 && !added.done), 'what was applied is there, all of it or nothing', {
    added,
    there,
  })
  added.done = there === 2
  ledger.keep('applied file')
}
