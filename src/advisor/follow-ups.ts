import type { PolicyId } from '../core/client.ts'
import { clientTypeOf, type Flow, type FlowId, familyOf } from './flows.ts'
import type { Answers } from './questions.ts'
import { matches, type When } from './when.ts'

/** A question asked once a flow is found: it changes settings, never the flow. */
export interface FollowUp {
  readonly id: string
  readonly text: string
  readonly choices: readonly { readonly value: string; readonly text: string }[]
  /** Asked where one of these fits. */
  readonly asked: readonly Asked[]
  /** The first that fits the answer, the policy and the flow. */
  readonly outcomes: readonly Outcome[]
}

interface Asked {
  readonly when?: When
  readonly flows?: readonly FlowId[]
}

interface Outcome {
  readonly value: string
  readonly policy?: PolicyId
  readonly client_type?: 'confidential' | 'public'
  readonly family?: string
  readonly text: string
  readonly settings?: FollowUpSettings
}

/** What an answer changes of the registration. */
export interface FollowUpSettings {
  readonly refresh?: boolean
  readonly login_only?: boolean
  readonly first_party?: boolean
}

const yesOrNo = [
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
] as const

const user: When = { acts_for: 'user' }
const codeFlows: readonly FlowId[] = [
  'authorization_code',
  'authorization_code+pkce:confidential',
  'authorization_code_pkce',
  'authorization_code_pkce:public',
  'authorization_code_pkce:browser',
  'authorization_code_pkce:native',
  'authorization_code_pkce:loopback',
  'authorization_code_pkce:same-device',
  'bff',
]
const userFlows: readonly FlowId[] = [...codeFlows, 'device_code', 'password', 'implicit+silent']
const anyFlow: readonly FlowId[] = [
  ...userFlows,
  'authorization_code+bootstrap',
  'client_credentials',
  'client_credentials:federated',
]

/** F1 to F12, in order. */
export const followUps: readonly FollowUp[] = [
  {
    id: 'F1',
    text: 'Should it keep working after the first hour without asking the person again?',
    choices: yesOrNo,
    asked: [{ flows: userFlows }],
    outcomes: [
      {
        value: 'yes',
        family: 'implicit',
        text: 'It never gets a refresh token; the page renews by prompt=none while the person is signed in.',
      },
      {
        value: 'yes',
        policy: 'spotify',
        text: 'A refresh token always comes with the code. It lives for six months after the person’s permission.',
        settings: { refresh: true },
      },
      {
        value: 'yes',
        policy: 'auth0',
        text: 'Ask for the scope offline_access, and switch on offline access for the API.',
        settings: { refresh: true },
      },
      {
        value: 'yes',
        client_type: 'public',
        text: 'Ask for offline_access. Refresh tokens rotate at every use or are bound by DPoP, and end after 8 hours to 30 days.',
        settings: { refresh: true },
      },
      {
        value: 'yes',
        text: 'Ask for offline_access. The refresh token is bound to the client’s credential.',
        settings: { refresh: true },
      },
      { value: 'no', text: 'Register no refresh tokens; the person is asked again.', settings: { refresh: false } },
    ],
  },
  {
    id: 'F2',
    text: 'Must it go on while the person is away?',
    choices: yesOrNo,
    asked: [{ flows: userFlows }],
    outcomes: [
      {
        value: 'yes',
        family: 'implicit',
        text: 'It cannot: renewing needs the person’s browser. Run a small server for it (bp7).',
      },
      {
        value: 'yes',
        family: 'bff',
        text: 'Your server keeps the refresh token and goes on by itself.',
        settings: { refresh: true },
      },
      {
        value: 'yes',
        client_type: 'public',
        text: 'A page alone cannot: run a small server for it (bp7), or a job that stores the refresh token. An installed app keeps its refresh token in the system’s protected storage.',
      },
      { value: 'yes', text: 'Keep the refresh token, encrypted, where the work is done.', settings: { refresh: true } },
      { value: 'no', text: 'Keep tokens only as long as the person’s session.' },
    ],
  },
  {
    id: 'F3',
    text: 'Do you only want to know who the person is, and call no API?',
    choices: yesOrNo,
    asked: [{ flows: userFlows }],
    outcomes: [
      {
        value: 'yes',
        policy: 'spotify',
        text: 'Spotify is no identity provider for others: there is no ID token. Read /v1/me with the access token instead.',
      },
      {
        value: 'yes',
        policy: 'auth0',
        text: 'Ask for openid and send a nonce. Auth0 today also allows id_token by form_post, since no access token is issued.',
        settings: { login_only: true },
      },
      { value: 'yes', text: 'Ask for openid, send a nonce, and leave out the API.', settings: { login_only: true } },
      { value: 'no', text: 'Name the API and the scopes that it needs, no more.' },
    ],
  },
  {
    id: 'F4',
    text: 'Which address can the person be sent back to?',
    choices: [
      { value: 'claimed-https', text: 'An https address that only the app may open' },
      { value: 'loopback', text: 'A port on this computer (127.0.0.1)' },
      { value: 'custom-scheme', text: 'A scheme of the app’s own' },
      { value: 'localhost', text: 'localhost' },
    ],
    asked: [
      { when: { runs_on: 'native' }, flows: codeFlows },
      { when: { runs_on: 'cli' }, flows: codeFlows },
    ],
    outcomes: [
      { value: 'claimed-https', text: 'The best there is: the system opens it in your app only (RFC 8252 §7.2).' },
      {
        value: 'loopback',
        text: 'Register http://127.0.0.1/… or http://[::1]/…; any free port works (RFC 8252 §7.3).',
      },
      {
        value: 'custom-scheme',
        text: 'Use a name of yours in reverse, with a dot: com.example.app:/callback (RFC 8252 §7.1). Another app could claim it too, so PKCE matters.',
      },
      {
        value: 'localhost',
        policy: 'spotify',
        text: 'Refused by Spotify since 27 November 2025: use 127.0.0.1 or [::1].',
      },
      {
        value: 'localhost',
        text: 'Discouraged by OAuth 2.1 (draft): it can lead to another network interface. Use 127.0.0.1 or [::1].',
      },
    ],
  },
  {
    id: 'F5',
    text: 'Is it your own app, rather than somebody else’s?',
    choices: yesOrNo,
    asked: [{ flows: userFlows }],
    outcomes: [
      {
        value: 'yes',
        policy: 'auth0',
        text: 'The consent page may be skipped, but not on localhost; Auth0 shows a page to confirm for custom schemes and loopback.',
        settings: { first_party: true },
      },
      { value: 'yes', text: 'The consent page may be skipped.', settings: { first_party: true } },
      { value: 'no', text: 'The person is always asked for consent.', settings: { first_party: false } },
    ],
  },
  {
    id: 'F6',
    text: 'Does the page handle business, sensitive or personal data?',
    choices: yesOrNo,
    asked: [{ when: { runs_on: 'browser' }, flows: userFlows.filter(it => it !== 'bff') }],
    outcomes: [
      {
        value: 'yes',
        text: 'Keep tokens out of the page: run a small server for it (bp7). RFC 10017 §6.3 advises against tokens in the page here.',
      },
      { value: 'no', text: 'Tokens in the page are acceptable, if short-lived.' },
    ],
  },
  {
    id: 'F7',
    text: 'Are the page and the sign-in service on different sites?',
    choices: yesOrNo,
    asked: [{ when: { runs_on: 'browser' }, flows: userFlows.filter(it => it !== 'bff') }],
    outcomes: [
      {
        value: 'yes',
        text: 'Renewing in a hidden frame fails, since browsers withhold cookies there. Use refresh tokens that rotate, or a small server (bp7).',
      },
      { value: 'no', text: 'Renewing in a hidden frame works while both stay on one site.' },
    ],
  },
  {
    id: 'F8',
    text: 'Does it call several APIs?',
    choices: yesOrNo,
    asked: [{ flows: anyFlow }],
    outcomes: [
      { value: 'yes', policy: 'spotify', text: 'Spotify has one API; its scopes are all there is to choose.' },
      { value: 'yes', policy: 'auth0', text: 'One authorization for each audience.' },
      { value: 'yes', text: 'One token for each resource (RFC 8707), so that no API can use another’s.' },
      { value: 'no', text: 'The one API is meant when none is named.' },
    ],
  },
  {
    id: 'F9',
    text: 'What else is there, besides the device?',
    choices: [
      { value: 'same-device-browser', text: 'A browser on the device itself' },
      { value: 'user-known', text: 'We know who the person is' },
      { value: 'neither', text: 'Neither' },
    ],
    asked: [{ when: { ...user, runs_on: 'device' } }],
    outcomes: [
      {
        value: 'same-device-browser',
        text: 'Use it (bp11): a code to type elsewhere is never for one and the same device.',
      },
      { value: 'user-known', text: 'Ask them on their own phone by CIBA, where the service has it.' },
      { value: 'neither', text: 'Show a short code, on a trusted network where you can, with few attempts.' },
    ],
  },
  {
    id: 'F10',
    text: 'Do you want people to sign in by a form of your app’s own?',
    choices: yesOrNo,
    asked: [{ flows: userFlows }],
    outcomes: [
      {
        value: 'yes',
        policy: 'auth0',
        text: 'The guide allows it to an absolutely trusted app only (au4); RFC 9700 §2.4 no longer does.',
      },
      { value: 'yes', policy: 'spotify', text: 'Not offered to developers.' },
      {
        value: 'yes',
        text: 'Refused (RFC 9700 §2.4). A draft, OAuth for first-party applications, describes how a first-party app may ask for itself one day.',
      },
      { value: 'no', text: 'People sign in on the sign-in page only.' },
    ],
  },
  {
    id: 'F11',
    text: 'Must the job really work with a person’s data?',
    choices: yesOrNo,
    asked: [{ when: { ...user, runs_on: 'ci' } }],
    outcomes: [
      {
        value: 'yes',
        text: 'Let the person sign in once elsewhere, and keep the refresh token, which rotates, in a vault that only the job can read.',
      },
      {
        value: 'no',
        text: 'Give the job an account of its own: answer the first question with “Its own, or public data”.',
      },
    ],
  },
  {
    id: 'F12',
    text: 'Is it to be used inside a certain network only?',
    choices: yesOrNo,
    asked: [{ flows: anyFlow }],
    outcomes: [
      {
        value: 'yes',
        text: 'Give it a network policy (grantwise.network_policy in the apply file), so that whoever is outside learns why it fails and that their account is not blocked (RFC 10027).',
      },
      { value: 'no', text: 'Nothing to do.' },
    ],
  },
]

/** The follow-ups that matter to a flow found for these answers. */
export function followUpsFor(flow: Flow, answers: Answers): readonly FollowUp[] {
  const fits = ({ when, flows }: Asked): boolean =>
    (when === undefined || matches(when, answers)) && (flows === undefined || flows.includes(flow.id))
  return followUps.filter(({ asked }) => asked.some(fits))
}

/** What an answer to a follow-up leads to, under a policy and for a flow. */
export function outcomeOf({ outcomes }: FollowUp, value: string, policy: PolicyId, flow: Flow): Outcome | undefined {
  return outcomes.find(
    it =>
      it.value === value &&
      (it.policy === undefined || it.policy === policy) &&
      (it.client_type === undefined || it.client_type === clientTypeOf(flow)) &&
      (it.family === undefined || it.family === familyOf(flow.id)),
  )
}
