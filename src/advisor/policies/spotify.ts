import type { Policy } from './policy.ts'

const notRotated =
  'Spotify’s refresh tokens for apps without a secret are neither rotated nor bound since July 2026; RFC 9700 §4.14.2 and RFC 10017 ask for one of the two.'

/** Spotify's guide as written, with what its service does today. */
export const spotify: Policy = {
  id: 'spotify',
  name: 'Spotify’s guide',
  date: '2026-07-20',
  about:
    'Spotify’s “Which OAuth flow should I use?” as written, with its refresh tokens as they are since 20 July 2026',
  refresh: 'always',
  rules: [
    {
      id: 'sp1',
      when: { acts_for: 'self', secret_safe: 'yes' },
      flow: 'client_credentials',
      why: 'The app is authorized, not a user. It reaches only what needs no user’s data, and asks for a new token instead of refreshing.',
      sources: ['S-11', 'S-13', 'S-26..28'],
    },
    {
      id: 'sp2',
      when: { acts_for: 'self' },
      flow: 'none',
      why: 'Acting for itself takes a secret kept on a server, and there is no place for one.',
      sources: ['S-27'],
    },
    {
      id: 'sp3',
      when: { runs_on: 'ci', secret_safe: 'yes', offline: 'yes' },
      flow: 'authorization_code+bootstrap',
      why: 'A person signs in once, elsewhere, and the job keeps the refresh token, for six months at most.',
      sources: ['S-3', '§3a'],
      warnings: [
        { text: 'Six months after the person’s permission every refresh token ends, and somebody must sign in again.' },
      ],
    },
    {
      id: 'sp4',
      when: { runs_on: 'ci' },
      flow: 'none',
      why: 'Nobody is there to give permission, and nothing is stored from an earlier one.',
      sources: ['S-4'],
    },
    {
      id: 'sp5',
      when: { redirect: 'no' },
      flow: 'none',
      why: 'Every way to a user leads through a browser: Spotify offers developers neither codes to type elsewhere nor sign-in by the app’s own form.',
      sources: ['§3a'],
    },
    {
      id: 'sp6',
      when: { runs_on: 'server', secret_safe: 'yes' },
      implies: { redirect: 'yes' },
      flow: 'authorization_code',
      why: 'A long-running app in which the user gives permission once, and where the secret is stored safely.',
      sources: ['S-3', 'S-4', 'S-5'],
    },
    {
      id: 'sp7',
      when: {},
      implies: { secret_safe: 'no', redirect: 'yes' },
      flow: 'authorization_code_pkce',
      why: 'A secret would not be safe here. PKCE protects a code that somebody intercepts.',
      sources: ['S-7', 'S-9'],
      warnings: [
        { text: notRotated },
        {
          when: { runs_on: 'browser', offline: 'yes' },
          text: 'A page cannot work while the person is away, even with a refresh token.',
        },
      ],
    },
  ],
}
