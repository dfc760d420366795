import { anyFlow, type FollowUp, userFlows, yesOrNo } from './follow-up.ts'

export const F8: FollowUp = {
  id: 'F8',
  text: 'Does it call several APIs?',
  choices: yesOrNo,
  asked: [{ flows: anyFlow }],
  outcomes: [
    { value: 'yes', policy: 'spotify', text: 'Spotify has one API; its scopes are all there is to choose.' },
    { value: 'yes', policy: 'auth0', text: 'One authorization for each audience.', settings: { apis: 'several' } },
    {
      value: 'yes',
      text: 'One token for each resource (RFC 8707), so that no API can use another’s.',
      settings: { apis: 'several' },
    },
    { value: 'no', text: 'The one API is meant when none is named.', settings: { apis: 'one' } },
  ],
}

export const F14: FollowUp = {
  id: 'F14',
  text: 'Does an API that it calls go on to call further APIs for the person?',
  choices: yesOrNo,
  asked: [{ flows: userFlows }],
  outcomes: [
    { value: 'yes', policy: 'spotify', text: 'Spotify has one API, and its tokens are for that one only.' },
    {
      value: 'yes',
      text: 'An API passes no token on: each token names the one API that it is for (RFC 9700 §2.3). Grantwise has no token exchange (RFC 8693), so name every API here, ask for a token for each (RFC 8707), and send each where it belongs; or let the first API act for itself with the second, as a part of your system of its own.',
      settings: { apis: 'several' },
    },
    { value: 'no', text: 'A token is for the API that the app calls, and ends there (RFC 9700 §2.3).' },
  ],
}
