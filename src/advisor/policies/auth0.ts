import type { Policy } from './policy.ts'

/** Auth0's guide as written, its four questions in their order. The copy bears no date; its advice is that of 2017. */
export const auth0: Policy = {
  id: 'auth0',
  name: 'Auth0’s guide',
  date: '2017',
  about:
    'Auth0’s “Which OAuth 2.0 flow should I use?” as first written; its pages of August 2026 say otherwise in places',
  refresh: 'on_request',
  rules: [
    {
      id: 'au1',
      when: { acts_for: 'self', secret_safe: 'yes' },
      flow: 'client_credentials',
      why: 'A machine asks for what is its own: it is both the client and the resource owner, and nobody has to permit it.',
      sources: ['A-11', 'A-13'],
    },
    {
      id: 'au2',
      when: { acts_for: 'self' },
      flow: 'none',
      why: 'The guide presumes that a machine holds a client id and a secret, and this one has no place for a secret.',
      sources: ['A-14'],
    },
    {
      id: 'au3',
      when: { runs_on: 'server', redirect: 'yes' },
      flow: 'authorization_code',
      why: 'The safest: the token goes directly to the web server and never passes through the browser. A refresh token is optional.',
      sources: ['A-16..18'],
      warnings: [
        {
          when: { secret_safe: 'no' },
          text: 'The guide presumes that a web server keeps a secret, and you said that this one cannot.',
        },
      ],
    },
    {
      id: 'au4',
      when: { trusted_pw: 'yes' },
      flow: 'password',
      why: 'The guide asks for absolute trust before it asks for the kind of app, so a trusted app takes the user’s name and password in its own form.',
      sources: ['A-20', 'A-22', 'R9700§2.4'],
      warnings: [
        {
          text: 'Must not be used any more (RFC 9700 §2.4, January 2025; RFC 10017 §7.3), and OAuth 2.1 (draft) has removed it. Auth0’s own page of August 2026 adds what this copy of 2017 does not say: only where redirects are not possible.',
        },
      ],
    },
    {
      id: 'au5',
      when: { runs_on: 'browser' },
      implies: { trusted_pw: 'no' },
      flow: 'implicit+silent',
      why: 'Fewer round trips: the token comes straight back to the page, without a code. There is no refresh token; the page renews by prompt=none in a hidden frame.',
      sources: ['A-26..36', 'R10017§7.2'],
      warnings: [
        {
          text: 'Dated: clients must not use it and servers must not offer it (RFC 10017 §7.2, August 2026). Auth0 itself now says PKCE for most pages.',
        },
        {
          when: { offline: 'yes' },
          text: 'It cannot work while the person is away: there is no refresh token, and the hidden frame needs their browser.',
        },
      ],
    },
    {
      id: 'au6',
      when: { runs_on: 'native', redirect: 'yes' },
      implies: { trusted_pw: 'no' },
      flow: 'authorization_code_pkce',
      why: 'An installed app makes a code_verifier for each sign-in, sends its code_challenge first, and shows the verifier when it redeems the code.',
      sources: ['A-37..42'],
    },
    {
      id: 'au7',
      when: { runs_on: 'cli', redirect: 'yes' },
      implies: { trusted_pw: 'no' },
      flow: 'authorization_code_pkce',
      why: 'The guide knows no terminals; a command on somebody’s computer is treated as an installed app.',
      sources: ['A-37'],
    },
    {
      id: 'au8',
      when: {},
      flow: 'none',
      why: 'Devices, jobs and programs without a browser are not in the guide. Auth0’s later pages add the device flow and CIBA.',
      sources: ['§2a'],
    },
  ],
}
