import { days, type FollowUp, userFlows, yesOrNo } from './follow-up.ts'

export const F3: FollowUp = {
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
}

export const F5: FollowUp = {
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
}

export const F10: FollowUp = {
  id: 'F10',
  text: 'Do you want people to sign in by a form of your app’s own?',
  choices: yesOrNo,
  asked: [{ flows: userFlows }],
  outcomes: [
    {
      value: 'yes',
      policy: 'auth0',
      text: 'The guide allows it to an absolutely trusted app only; RFC 9700 §2.4 no longer does.',
    },
    { value: 'yes', policy: 'spotify', text: 'Not offered to developers.' },
    {
      value: 'yes',
      text: 'Refused (RFC 9700 §2.4). A draft, OAuth for first-party applications, describes how a first-party app may ask for itself one day.',
    },
    { value: 'no', text: 'People sign in on the sign-in page only.' },
  ],
}

export const F13: FollowUp = {
  id: 'F13',
  text: 'Who wrote it?',
  choices: [
    { value: 'ourselves', text: 'We did' },
    { value: 'partner', text: 'A partner, under contract' },
    { value: 'anybody', text: 'Anybody may have' },
  ],
  asked: [{ flows: userFlows }],
  outcomes: [
    {
      value: 'ourselves',
      text: 'The consent page may be skipped: whoever runs both has settled it already (OpenID Connect Core §3.1.2.4).',
      settings: { first_party: true },
    },
    {
      value: 'partner',
      text: 'The person is always asked for consent: the app is not yours, whatever the contract says. Register only the scopes that it names; refresh tokens end after 30 days, so that it does not outlive the contract by much (RFC 9700 §4.14.2).',
      settings: { first_party: false, refresh_max_ttl: 30 * days },
    },
    {
      value: 'anybody',
      text: 'The person is always asked for consent and told whose app it is, since one app may pretend to be another (RFC 6749 §10.2). Refresh tokens end after a week unused, and after 30 days in any case (RFC 9700 §4.14.2).',
      settings: { first_party: false, refresh_idle_ttl: 7 * days, refresh_max_ttl: 30 * days },
    },
  ],
}
