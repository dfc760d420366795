import { codeFlows, type FollowUp } from './follow-up.ts'

export const F4: FollowUp = {
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
    {
      value: 'claimed-https',
      text: 'The best there is: the system opens it in your app only (RFC 8252 §7.2).',
      settings: { redirect: 'claimed-https' },
    },
    {
      value: 'loopback',
      text: 'Register http://127.0.0.1/… or http://[::1]/…; any free port works (RFC 8252 §7.3).',
      settings: { redirect: 'loopback' },
    },
    {
      value: 'custom-scheme',
      text: 'Use a name of yours in reverse, with a dot: com.example.app:/callback (RFC 8252 §7.1). Another app could claim it too, so PKCE matters.',
      settings: { redirect: 'custom-scheme' },
    },
    {
      value: 'localhost',
      policy: 'spotify',
      text: 'Refused by Spotify since 27 November 2025: use 127.0.0.1 or [::1].',
      settings: { redirect: 'loopback' },
    },
    {
      value: 'localhost',
      text: 'Discouraged by OAuth 2.1 (draft): it can lead to another network interface. Use 127.0.0.1 or [::1].',
      settings: { redirect: 'loopback' },
    },
  ],
}
