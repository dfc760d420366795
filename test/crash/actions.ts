import { authorizeUrl, type Page } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { type Answer, basic, clientCredentials, codeFields, introspect, post } from '../support/token.ts'
import { password } from '../support/world.ts'
import type { Chance } from './chance.ts'
import type { Chain, JobToken, Ledger, Person } from './ledger.ts'
import { browserAt, hear, insist, type Victim } from './victim.ts'
import { jobs, type LoadedClient, scope } from './world.ts'

/** What is done to a server, each entering in the ledger what was answered. A busy server (503) has done nothing. */
export interface Actions {
  signUp(login: string): Promise<void>
  /** Asks for a code, allowing what is asked for; the chain that it begins, if there was an answer. */
  authorize(person: Person, client: LoadedClient): Promise<Chain | undefined>
  redeem(chain: Chain): Promise<void>
  /** Two at once: one at most is honoured, and the other ends what it bought. */
  redeemTwice(chain: Chain): Promise<void>
  refresh(chain: Chain): Promise<void>
  /** Two at once: with a grace both get the same, without one the second ends the family. */
  refreshTwice(chain: Chain): Promise<void>
  revoke(chain: Chain): Promise<void>
  getJobToken(): Promise<JobToken | undefined>
  revokeJobToken(token: JobToken): Promise<void>
}

export function actionsOn(victim: Victim, ledger: Ledger, chance: Chance): Actions {
  const { issuer } = victim
  const token = (client_id: string, fields: Record<string, string>) =>
    listen(post(`${issuer}/token`, fields, basic(client_id)))
  const redemption = ({ client, code }: Chain) =>
    token(client.client_id, codeFields(code, { redirect_uri: client.redirect_uri }))
  const renewal = ({ client, refresh_tokens }: Chain) =>
    token(client.client_id, { grant_type: 'refresh_token', refresh_token: refresh_tokens.at(-1) ?? '' })

  async function listen<T>(ask: Promise<T>): Promise<T | undefined> {
    const answer = await hear(victim, ask)
    if (answer === undefined) ledger.unheard += 1
    return answer
  }

  /** Enters tokens that a chain bought. */
  function bought(chain: Chain, { body }: Answer, kind: string): void {
    chain.state = 'live'
    chain.heard_at = Date.now()
    chain.access_token = String(body['access_token'])
    if (chain.refresh_tokens.at(-1) !== body['refresh_token']) chain.refresh_tokens.push(String(body['refresh_token']))
    if (chain.client.client_id !== 'opaque') ledger.sign(chain.access_token)
    ledger.acknowledge(kind)
  }

  async function once(chain: Chain, pending: Chain['state'], kind: string, ask: Promise<Answer | undefined>) {
    const before = chain.state
    chain.state = pending
    const answer = await ask
    if (answer === undefined) return
    insist([200, 503].includes(answer.status), `a ${kind} of what was never spent is answered`, answer.body)
    if (answer.status === 200) bought(chain, answer, kind)
    else chain.state = before
  }

  async function twice(chain: Chain, pending: Chain['state'], kind: string, ask: () => Promise<Answer | undefined>) {
    const before = chain.state
    chain.state = pending
    const answers = await Promise.all([ask(), ask()])
    const honoured = answers.filter(answer => answer?.status === 200)
    const refused = answers.filter(answer => answer?.status === 400)
    const graced = kind === 'refresh' && chain.client.refresh_grace > 0
    const [first] = honoured
    if (first) bought(chain, first, kind)
    if (graced) {
      insist(refused.length === 0, 'a refresh repeated within the grace is answered', refused[0]?.body)
      const successors = new Set(honoured.map(answer => answer?.body['refresh_token']))
      insist(successors.size <= 1, 'a refresh repeated within the grace brings the same token', successors.size)
    } else {
      const all = answers.every(answer => answer?.status === 200 || answer?.status === 400)
      insist(honoured.length <= 1, `of two ${kind}s of one token one is honoured`, honoured.length)
      insist(honoured.length === 1 || !all, `of two ${kind}s of one token one is honoured`, refused[0]?.body)
      // Whatever was refused was a replay, and has ended the family.
      if (refused.length > 0) chain.state = 'ended'
      else if (honoured.length > 0 && answers.includes(undefined)) chain.state = 'ending'
    }
    if (honoured.length + refused.length === 0 && !answers.includes(undefined)) chain.state = before
  }

  return {
    async signUp(login) {
      const browser = browserAt(`10.${chance.below(250)}.${chance.below(250)}.${chance.below(250)}`)
      const page = await listen(browser.get(`${issuer}/sign-up`))
      if (page === undefined) return
      const fields = { ...fieldsOf(page.html), login, password, password_again: password }
      const answer = await listen(browser.post(`${issuer}/sign-up`, fields))
      if (answer === undefined || [429, 503].includes(answer.status)) return
      insist(answer.location !== undefined, 'a sign-up is answered', answer.title)
      ledger.people.push({ login, browser, consents: new Set() })
      ledger.acknowledge('sign-up')
    },

    async authorize(person, client) {
      const { browser, consents } = person
      const { client_id, redirect_uri } = client
      let page: Page | undefined = await listen(
        browser.get(authorizeUrl(issuer, { client_id, redirect_uri, scope, state: 'crash' })),
      )
      const asks = page?.html.includes('name="consent"') === true
      if (page && asks) {
        insist(!consents.has(client), 'what was allowed once is not asked again', person.login)
        page = await listen(browser.submit(page, '/consent', { consent: 'allow' }))
      }
      if (page === undefined || page.status === 503) return undefined
      const code = page.location?.searchParams.get('code')
      insist(typeof code === 'string', 'a request with session and consent gets a code', page.title)
      if (asks) ledger.acknowledge('consent')
      consents.add(client)
      const heard_at = Date.now()
      const chain: Chain = { client, code, heard_at, refresh_tokens: [], access_token: undefined, state: 'issued' }
      ledger.chains.push(chain)
      ledger.acknowledge('code')
      return chain
    },

    redeem: chain => once(chain, 'redeeming', 'redemption', redemption(chain)),
    redeemTwice: chain => twice(chain, 'redeeming', 'redemption', () => redemption(chain)),
    refresh: chain => once(chain, 'refreshing', 'refresh', renewal(chain)),
    refreshTwice: chain => twice(chain, 'refreshing', 'refresh', () => renewal(chain)),

    async revoke(chain) {
      const { client, refresh_tokens, access_token = '' } = chain
      const fields = { token: chance.oneIn(2) ? access_token : (refresh_tokens.at(-1) ?? '') }
      chain.state = 'ending'
      const answer = await listen(post(`${issuer}/revoke`, fields, basic(client.client_id)))
      if (answer === undefined) return
      insist([200, 503].includes(answer.status), 'a revocation is answered', answer.body)
      chain.state = answer.status === 200 ? 'ended' : 'live'
      if (answer.status === 200) ledger.acknowledge('revocation')
    },

    async getJobToken() {
      const client_id = chance.oneOf(jobs)
      const fields = client_id === 'job' ? {} : { audience: 'https://opaque.example.com' }
      const answer = await listen(clientCredentials(issuer, fields, basic(client_id)))
      if (answer === undefined || answer.status === 503) return undefined
      insist(answer.status === 200, 'a client gets a token for itself', answer.body)
      const job: JobToken = { client_id, token: String(answer.body['access_token']), state: 'live' }
      if (client_id === 'job') ledger.sign(job.token)
      else ledger.acknowledge('opaque token')
      ledger.jobTokens.push(job)
      return job
    },

    async revokeJobToken(job) {
      job.state = 'ending'
      const answer = await listen(post(`${issuer}/revoke`, { token: job.token }, basic(job.client_id)))
      if (answer === undefined) return
      insist([200, 503].includes(answer.status), 'a revocation is answered', answer.body)
      job.state = answer.status === 200 ? 'ended' : 'live'
      if (answer.status === 200) ledger.acknowledge('revocation')
    },
  }
}

/** Whether a token is alive, as its own client is told. */
export async function isActive({ issuer }: Victim, token: string, client_id: string): Promise<boolean> {
  const { status, body } = await introspect(issuer, token, client_id)
  insist(status === 200, 'an introspection is answered', body)
  return body['active'] === true
}
