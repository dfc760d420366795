import { type FollowUp, hours, userFlows, yesOrNo } from './follow-up.ts'

export const F6: FollowUp = {
  id: 'F6',
  text: 'Does the page handle business, sensitive or personal data?',
  choices: yesOrNo,
  asked: [{ when: { runs_on: 'browser' }, flows: userFlows.filter(it => it !== 'bff') }],
  outcomes: [
    {
      value: 'yes',
      text: 'RFC 10017 §6.3 advises against tokens in the page here, so they end 8 hours after the sign-in. Better, keep them out of it: answer “Can you run a small server for it?” with “Yes”.',
      settings: { refresh_max_ttl: 8 * hours },
      instead: { question: 'backend', answer: 'yes' },
    },
    { value: 'no', text: 'Tokens in the page are acceptable, if short-lived.' },
  ],
}

export const F7: FollowUp = {
  id: 'F7',
  text: 'Are the page and the sign-in service on different sites?',
  choices: yesOrNo,
  asked: [{ when: { runs_on: 'browser' }, flows: userFlows.filter(it => it !== 'bff') }],
  outcomes: [
    {
      value: 'yes',
      text: 'Renewing in a hidden frame fails, since browsers withhold cookies there. Use refresh tokens that rotate, or a small server.',
    },
    { value: 'no', text: 'Renewing in a hidden frame works while both stay on one site.' },
  ],
}
