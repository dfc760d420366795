import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import type { FollowUpSettings } from '../../advisor/follow-ups/follow-up.ts'
import type { Registration } from '../../advisor/registration.ts'
import { outcomesOf } from '../../advisor/settle-follow-ups.ts'
import { holdsSecret } from '../../core/client.ts'
import { deviceCodeGrantType } from '../../core/grants/device-code-grant-type.ts'
import { defaultLifetimes } from '../../core/lifetimes.ts'
import { html, type Markup } from './html.ts'
import { redirectHint } from './redirect-hint.ts'

/** One thing that is registered because of what was answered. */
export interface RegistrationRow {
  /** The member of the registration, or what it is about. */
  readonly name: string
  readonly value: Markup | string
  readonly why: string
}

const grantReasons: Readonly<Record<string, string>> = {
  authorization_code: 'people sign in on the sign-in page, and the app trades the code that comes back',
  refresh_token: 'it goes on without asking the person again',
  client_credentials: 'it signs in as itself, and nobody else is there',
  [deviceCodeGrantType]: 'it shows a code that people type on another device',
  'urn:openid:params:grant-type:ciba': 'people are asked on a device of their own',
  implicit: 'the page gets its token in its address; this is withdrawn',
  password: 'the app’s own form takes passwords; this is withdrawn',
}

/** What follows from the answers, each with its reason: nobody has to type any of it. */
export function registrationRows(registration: Registration, result: Result): readonly RegistrationRow[] {
  const { grant_types, response_types, token_endpoint_auth_method: method, grantwise } = registration
  const flow = flowOf(result.flow)
  const renews = grant_types.includes('refresh_token')
  const grants = grant_types.map(it => grantReasons[it] ?? it)
  const without = flow.grant_types.includes('refresh_token') && !renews ? 'no refresh token, as you answered' : ''
  return [
    {
      name: 'grant_types',
      value: codes(grant_types),
      why: sentence([...grants, without].filter(Boolean).join('; ')),
    },
    {
      name: 'response_types',
      value: response_types.length === 0 ? 'none' : codes(response_types),
      why:
        response_types.length === 0
          ? 'Nothing comes back through a browser.'
          : response_types.includes('code')
            ? 'A code comes back through the browser, and never a token (RFC 9700 §2.1.2).'
            : 'The token itself comes back through the browser; this is withdrawn.',
    },
    {
      name: 'token_endpoint_auth_method',
      value: html`<code>${method}</code>`,
      why: methodReason(method, flow.client_auth),
    },
    ...(response_types.length > 0
      ? [
          { name: 'redirect_uris', value: kindOf(registration), why: redirectHint(registration).words },
          { name: 'PKCE', ...pkce(registration) },
        ]
      : []),
    ...(renews ? [lifetimes(registration, result)] : []),
    ...(grantwise.acts_for.includes('user') ? [consent(registration, result), apis(registration, result)] : []),
    ...(registration.network
      ? [
          {
            name: 'network_policy',
            value: 'a network that you name',
            why: 'You answered that it is for a certain network only.',
          },
        ]
      : []),
  ]
}

function methodReason(method: string, ways: readonly string[]): string {
  if (method === 'none') return 'It has no secret: whoever holds a copy of it would find it (RFC 8252 §8.5).'
  if (!holdsSecret(method))
    return 'The token of its platform proves it, so there is nothing to store and nothing to leak.'
  const better = ways.includes('private_key_jwt') ? ' A key of its own is better still: --jwks of the command.' : ''
  return `A secret, made here and shown once.${better}`
}

const kinds = {
  'claimed-https': 'https, claimed by the app',
  loopback: 'this computer, any port',
  'custom-scheme': 'a scheme of the app’s own',
  extension: 'https, the extension’s own',
} as const

function kindOf({ redirect, grantwise: { runs_on } }: Registration): string {
  if (redirect !== undefined) return kinds[redirect]
  if (runs_on === 'cli') return kinds.loopback
  return runs_on === 'native' || runs_on === 'device' ? 'https, a scheme, or this computer' : 'https'
}

function pkce({ grantwise, token_endpoint_auth_method }: Registration): Omit<RegistrationRow, 'name'> {
  const lenient = grantwise.policy !== 'best-practice' && token_endpoint_auth_method !== 'none'
  return {
    value: lenient ? 'checked when it is sent' : 'required, S256',
    why: 'It ties each code to the very program that asked for it (RFC 7636; RFC 9700 §2.1.1).',
  }
}

function lifetimes({ grantwise }: Registration, result: Result): RegistrationRow {
  const { refresh_idle_ttl: idle, refresh_max_ttl: most } = { ...defaultLifetimes, ...grantwise }
  const unused = idle < most
  const because = [
    ...(unused ? answersOn(result, 'refresh_idle_ttl', idle) : []),
    ...answersOn(result, 'refresh_max_ttl', most),
  ]
  return {
    name: 'Refresh tokens',
    value: unused ? `${span(idle)} unused, ${span(most)} in all` : `${span(most)} in all`,
    why: asAnswered(because, 'What this server says where nothing speaks for less.'),
  }
}

function consent({ grantwise }: Registration, result: Result): RegistrationRow {
  const { first_party } = grantwise
  return {
    name: 'Consent',
    value: first_party ? 'skipped' : 'asked for',
    why: asAnswered(answersOn(result, 'first_party', first_party), 'Until somebody says that the app is your own.'),
  }
}

function apis({ login_only, apis: many }: Registration, result: Result): RegistrationRow {
  const value = login_only
    ? 'none'
    : many === 'several'
      ? 'each by name'
      : many === 'one'
        ? 'one'
        : 'those that you name'
  const because = login_only ? answersOn(result, 'login_only', true) : answersOn(result, 'apis', many)
  return { name: 'APIs', value, why: asAnswered(because, 'Each token is for one API and no other (RFC 8707).') }
}

/** The answers by which this is as it is, in the words of the page. */
function answersOn<M extends keyof FollowUpSettings>(
  result: Result,
  member: M,
  value: FollowUpSettings[M],
): readonly string[] {
  const ids = outcomesOf(result).flatMap(({ id, settings }) =>
    settings?.[member] === value && value !== undefined ? [id] : [],
  )
  return result.followups.flatMap(({ id, text, answers, answer }) => {
    const choice = answers.find(it => it.value === answer)
    return ids.includes(id) && choice ? [`“${text}” ${choice.text}`] : []
  })
}

function asAnswered(answers: readonly string[], otherwise: string): string {
  return answers.length === 0 ? otherwise : `You answered ${[...new Set(answers)].join(', and ')}.`
}

function span(seconds: number): string {
  const [count, unit] = seconds % 86_400 === 0 ? [seconds / 86_400, 'day'] : [seconds / 3600, 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function codes(all: readonly string[]): Markup {
  return html`${all.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)}`
}
