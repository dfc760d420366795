import { type ActsFor, type ClientSettings, holdsSecret, type RunsOn } from '../core/client.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import type { Result } from './advise.ts'
import { clientTypeOf, flowOf } from './flows.ts'
import type { FollowUpSettings, RedirectKind } from './follow-ups/follow-up.ts'
import { settledBy } from './settle-follow-ups.ts'
import { type StoredAdvice, settingsOf, storedAdviceOf } from './stored-advice.ts'

const code = 'authorization_code'
const refresh = 'refresh_token'
const device = deviceCodeGrantType
const clientCredentials = 'client_credentials'
const implicit = 'implicit'
const password = 'password'

/** Every grant type that this table speaks of, by its registered name. */
export const knownGrantTypes: readonly string[] = [code, refresh, clientCredentials, device, implicit, password]

/** The grants that a client may have, by whom it acts for and where it runs. */
const grantTable: Readonly<Record<ActsFor, Readonly<Record<RunsOn, readonly string[]>>>> = {
  user: {
    server: [code, refresh],
    browser: [code, refresh],
    native: [code, device, refresh],
    cli: [code, device, refresh],
    device: [device, code, refresh],
    ci: [],
  },
  self: {
    server: [clientCredentials],
    browser: [],
    native: [],
    cli: [clientCredentials],
    device: [clientCredentials],
    ci: [clientCredentials],
  },
}

/** What the table looks at. */
export type Situation = Pick<ClientSettings, 'runs_on' | 'acts_for' | 'first_party' | 'policy'>

/** The grants that a client in this situation may be registered for, in the order of the table. */
export function allowedGrants({ runs_on, acts_for, first_party, policy }: Situation): readonly string[] {
  const rows = acts_for.flatMap(whom => grantTable[whom][runs_on])
  return [...new Set([...rows, ...retiredGrants({ runs_on, acts_for, first_party, policy })])]
}

/** Policy `auth0` adds implicit (and with it hybrid) wherever a code can go, and the password grant to a first party. */
function retiredGrants({ runs_on, acts_for, first_party, policy }: Situation): readonly string[] {
  if (policy !== 'auth0' || !acts_for.includes('user')) return []
  const redirects = grantTable.user[runs_on].includes(code)
  return [...(redirects ? [implicit] : []), ...(first_party ? [password] : [])]
}

/** One grant type or response type that does not fit, and why. */
export interface Misfit {
  readonly member: 'grant_types' | 'response_types'
  readonly index: number
  readonly value: string
  readonly why: string
}

/** Everything a client asks to be registered for that the table does not give it. */
export function misfits(
  asked: { readonly grant_types: readonly string[]; readonly response_types: readonly string[] },
  situation: Situation,
): readonly Misfit[] {
  const allowed = allowedGrants(situation)
  const grants = asked.grant_types.flatMap((value, index): readonly Misfit[] =>
    allowed.includes(value) ? [] : [{ member: 'grant_types', index, value, why: whyNot(value, situation) }],
  )
  const responses = asked.response_types.flatMap((value, index): readonly Misfit[] => {
    const missing = grantsOfResponseType(value).find(grant => !allowed.includes(grant))
    return missing === undefined ? [] : [{ member: 'response_types', index, value, why: whyNot(missing, situation) }]
  })
  return [...grants, ...responses]
}

/** The grants a response type is part of: hybrid ones need both (OIDC Registration §2, RFC 7591 §2.1). */
export function grantsOfResponseType(response_type: string): readonly string[] {
  const words = response_type.split(' ')
  const direct = words.includes('token') || words.includes('id_token')
  return [...(words.includes('code') ? [code] : []), ...(direct ? [implicit] : [])]
}

/** Why a grant is not in the table for this client, and what to do instead. */
function whyNot(grant: string, { runs_on, acts_for, first_party, policy }: Situation): string {
  if (grant === clientCredentials) {
    if (!acts_for.includes('self'))
      return 'client_credentials acts for the client itself, and acts_for does not say "self"'
    return `a ${runs_on} client cannot keep a secret, so it cannot act for itself (RFC 9700 §2.5)`
  }
  if (!acts_for.includes('user')) return `${nameOf(grant)} acts for a user, and acts_for does not say "user"`
  if (grant === implicit && policy !== 'auth0') {
    return 'implicit is retired (RFC 9700 §2.1.2): use authorization_code with PKCE; only policy "auth0" keeps it'
  }
  if (grant === password && policy !== 'auth0') {
    return 'the password grant is retired (RFC 9700 §2.4): use authorization_code with PKCE; only policy "auth0" keeps it'
  }
  if (grant === password && !first_party) return 'only a first-party client may see a password (first_party: true)'
  if (runs_on === 'ci')
    return 'nobody is there when a CI job runs, and it must not impersonate a person: let it act for itself'
  return `${nameOf(grant)} is for what cannot open a browser (RFC 10027); a ${runs_on} client redirects: use authorization_code`
}

function nameOf(grant: string): string {
  return grant === device ? 'device_code' : grant
}

type Lifetimes = Pick<ClientSettings, 'refresh_idle_ttl' | 'refresh_max_ttl'>

/** What an advised client registers. */
export interface Registration {
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string
  /** Only who the user is, and no API. */
  readonly login_only: boolean
  /** The kind of address that people come back to, where somebody said. */
  readonly redirect: RedirectKind | undefined
  /** Whether it names one API or several, where somebody said. */
  readonly apis: 'one' | 'several' | undefined
  /** Whether somebody must still name the network that it works from. */
  readonly network: boolean
  readonly grantwise: Pick<ClientSettings, 'runs_on' | 'acts_for' | 'policy' | 'first_party'> &
    Partial<Lifetimes> & { readonly advice: StoredAdvice }
}

/** From an answer to a registration; nothing where no flow was found. */
export function registrationOf(result: Result): Registration | undefined {
  const flow = flowOf(result.flow)
  if (flow.token_endpoint_auth_method === null) return undefined
  const { refresh: kept = true, login_only = false, first_party = false, ...settled } = settledBy(result)
  const advice = storedAdviceOf(result)
  const grant_types = flow.grant_types.filter(it => kept || it !== refresh)
  return {
    grant_types,
    response_types: flow.response_types,
    token_endpoint_auth_method: flow.token_endpoint_auth_method,
    login_only,
    redirect: flow.response_types.length > 0 ? settled.redirect : undefined,
    apis: login_only ? undefined : settled.apis,
    network: settled.network ?? false,
    grantwise: {
      ...settingsOf(advice),
      first_party,
      ...(grant_types.includes(refresh) ? lifetimesOf(settled) : {}),
      advice,
    },
  }
}

function lifetimesOf({ refresh_idle_ttl, refresh_max_ttl }: FollowUpSettings): Partial<Lifetimes> {
  return {
    ...(refresh_idle_ttl === undefined ? {} : { refresh_idle_ttl }),
    ...(refresh_max_ttl === undefined ? {} : { refresh_max_ttl }),
  }
}

/** What a client asks to be registered for that the advice which led to it does not give. */
export function adviceMisfits(
  asked: { readonly grant_types: readonly string[]; readonly response_types: readonly string[] },
  { flow, rule_id, policy }: StoredAdvice,
): readonly Misfit[] {
  const why = `its advice is ${flow} (${policy}, ${rule_id}); ask the advisor again if the app has changed`
  return (['grant_types', 'response_types'] as const).flatMap(member =>
    asked[member].flatMap((value, index): readonly Misfit[] =>
      flowOf(flow)[member].includes(value) ? [] : [{ member, index, value, why }],
    ),
  )
}

/** The same for a client that signs with a key of its own, where it was to have a secret; nothing where it was not. */
export function signingRegistration(registration: Registration): Registration | undefined {
  const { token_endpoint_auth_method: method, grantwise } = registration
  if (!holdsSecret(method) || !flowOf(grantwise.advice.flow).client_auth.includes('private_key_jwt')) return undefined
  return { ...registration, token_endpoint_auth_method: 'private_key_jwt' }
}

/** Whether such a client is proven by the platform that it runs on, which somebody must name. */
export function needsPlatform({ flow }: Pick<StoredAdvice, 'flow'>): boolean {
  return flow === 'client_credentials:federated'
}

/** Whether a client that proves itself like this is of the type that its advice found (RFC 6749 §2.1). */
export function fitsAdvice(token_endpoint_auth_method: string, { flow }: StoredAdvice): boolean {
  return (clientTypeOf(flowOf(flow)) === 'public') === (token_endpoint_auth_method === 'none')
}
