import { anyFlow, type FollowUp, user, yesOrNo } from './follow-up.ts'

export const F9: FollowUp = {
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
      text: 'Use it, since a code to type elsewhere is never for one and the same device: answer “Can it open a web browser on the same device and get control back?” with “Yes”.',
      instead: { question: 'redirect', answer: 'yes' },
    },
    { value: 'user-known', text: 'Ask them on their own phone by CIBA, where the service has it.' },
    { value: 'neither', text: 'Show a short code, on a trusted network where you can, with few attempts.' },
  ],
}

export const F11: FollowUp = {
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
      instead: { question: 'acts_for', answer: 'self' },
    },
  ],
}

export const F12: FollowUp = {
  id: 'F12',
  text: 'Is it to be used inside a certain network only?',
  choices: yesOrNo,
  asked: [{ flows: anyFlow }],
  outcomes: [
    {
      value: 'yes',
      text: 'Say which network when you register it: it becomes its network policy (grantwise.network_policy in the apply file), so that whoever is outside learns why it fails and that their account is not blocked (RFC 10027).',
      settings: { network: true },
    },
    { value: 'no', text: 'Nothing to do.' },
  ],
}
