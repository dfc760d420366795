import { days, type FollowUp, userFlows, yesOrNo } from './follow-up.ts'

const server = { question: 'backend', answer: 'yes' } as const

export const F1: FollowUp = {
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
      settings: { refresh: true, refresh_idle_ttl: 180 * days, refresh_max_ttl: 180 * days },
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
      text: 'Ask for offline_access. Refresh tokens rotate at every use or are bound by DPoP, and end 30 days after the sign-in, however often they were renewed (RFC 9700 §4.14.2).',
      settings: { refresh: true, refresh_max_ttl: 30 * days },
    },
    {
      value: 'yes',
      text: 'Ask for offline_access. The refresh token is bound to the client’s credential.',
      settings: { refresh: true },
    },
    { value: 'no', text: 'Register no refresh tokens; the person is asked again.', settings: { refresh: false } },
  ],
}

export const F2: FollowUp = {
  id: 'F2',
  text: 'Must it go on while the person is away?',
  choices: yesOrNo,
  asked: [{ flows: userFlows }],
  outcomes: [
    {
      value: 'yes',
      family: 'implicit',
      text: 'It cannot: renewing needs the person’s browser. Answer “Can you run a small server for it?” with “Yes”.',
      instead: server,
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
      when: { runs_on: 'browser' },
      text: 'A page alone cannot: let a job store the refresh token, or answer “Can you run a small server for it?” with “Yes”.',
      instead: server,
    },
    {
      value: 'yes',
      client_type: 'public',
      text: 'It keeps its refresh token in the system’s protected storage.',
      settings: { refresh: true },
    },
    { value: 'yes', text: 'Keep the refresh token, encrypted, where the work is done.', settings: { refresh: true } },
    { value: 'no', text: 'Keep tokens only as long as the person’s session.' },
  ],
}
