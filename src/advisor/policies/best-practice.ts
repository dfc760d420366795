import type { Policy } from './policy.ts'

/** What the standards say today. */
export const bestPractice: Policy = {
  id: 'best-practice',
  name: 'Best current practice',
  date: '2026-09-03',
  about: 'RFC 9700, RFC 10017, RFC 10027 and OAuth 2.1 (draft), as they stand today',
  refresh: 'on_request',
  rules: [
    {
      id: 'bp1',
      when: { acts_for: 'self', platform_id: 'yes' },
      flow: 'client_credentials:federated',
      why: 'The platform already signs an identity for every run. Shown as the program’s credential, or exchanged for a token, it leaves nothing to store and nothing to leak.',
      sources: ['R7523', 'O21§2.4'],
    },
    {
      id: 'bp2',
      when: { acts_for: 'self', secret_safe: 'yes' },
      implies: { platform_id: 'no' },
      flow: 'client_credentials',
      why: 'The program proves itself with its own credential. A key pair (private_key_jwt) or a certificate (mutual TLS) comes first, a shared secret last; an assertion names the issuer, and nothing else, as its audience.',
      sources: ['O21§2.4', 'R7523bis'],
    },
    {
      id: 'bp3',
      when: { acts_for: 'self' },
      flow: 'none',
      why: 'Whoever holds a copy could pretend to be the program, so it cannot prove itself. Give each installation a credential of its own, by dynamic registration or attestation.',
      sources: ['R9700§2.5'],
    },
    {
      id: 'bp4',
      when: { runs_on: 'ci' },
      flow: 'none',
      why: 'Nobody is there to sign in, and a job must not pretend to be a person. Let it act for itself, or let a person sign in once elsewhere and keep the rotating token in a vault.',
      sources: ['R9700'],
    },
    {
      id: 'bp5',
      when: { runs_on: 'server', redirect: 'yes', secret_safe: 'yes' },
      flow: 'authorization_code+pkce:confidential',
      why: 'Tokens go straight to your server, which proves itself with its credential. PKCE belongs here too: it stops a stolen code from being injected into somebody else’s session.',
      sources: ['R9700§2.1.1', 'O21'],
    },
    {
      id: 'bp6',
      when: { runs_on: 'server', redirect: 'yes' },
      implies: { acts_for: 'user', secret_safe: 'no' },
      flow: 'authorization_code_pkce:public',
      why: 'It works, since PKCE ties each code to the program that asked for it. But a server is a place where a key can be kept, and it should hold one.',
      sources: ['R9700§2.5'],
      warnings: [{ text: 'A server should hold a key: anybody can pretend to be a program that has none.' }],
    },
    {
      id: 'bp7',
      when: { runs_on: 'browser', backend: 'yes' },
      flow: 'bff',
      why: 'No token ever reaches the page, so a script that breaks in has none to steal. The page holds a session cookie (__Host-, HttpOnly, Secure, SameSite) and sends a header against forged requests.',
      sources: ['R10017§6.1'],
    },
    {
      id: 'bp8',
      when: { runs_on: 'browser' },
      implies: { backend: 'no' },
      flow: 'authorization_code_pkce:browser',
      why: 'This is what a page can do alone, and the weakest of the accepted ways. Refresh tokens rotate or are bound by DPoP, and the address to return to is https and matches exactly.',
      sources: ['R10017§6.3'],
      warnings: [
        {
          text: 'A script that gets into the page gets its tokens. For business, sensitive or personal data, run a small server for it.',
        },
        {
          when: { offline: 'yes' },
          text: 'A page cannot work while the person is away: let a server of yours keep the token, or a job.',
        },
      ],
    },
    {
      id: 'bp9',
      when: { runs_on: 'native', redirect: 'yes' },
      flow: 'authorization_code_pkce:native',
      why: 'The system’s own browser shows the sign-in page, never a web view inside the app, which could read what people type. PKCE stands in for the secret that an installed app cannot keep.',
      sources: ['R8252', 'O21'],
    },
    {
      id: 'bp10',
      when: { runs_on: 'cli', redirect: 'yes' },
      flow: 'authorization_code_pkce:loopback',
      why: 'The command opens the browser and listens on 127.0.0.1 or [::1], on any free port, until the answer comes; then it stops listening. PKCE ties the code to this very run.',
      sources: ['R8252§7.3'],
    },
    {
      id: 'bp11',
      when: { runs_on: 'device', redirect: 'yes' },
      flow: 'authorization_code_pkce:same-device',
      why: 'The device has a browser, so the person signs in right there. Showing a code to type elsewhere is open to phishing and is not meant for one device.',
      sources: ['R10027'],
    },
    {
      id: 'bp12',
      when: { runs_on: 'server' },
      implies: { acts_for: 'user', redirect: 'no' },
      flow: 'ciba_or_none',
      why: 'The person is known, but not at this browser: on the phone with a call centre, for example. A sign-in service that has CIBA can ask them on their own device; without it, nothing fits.',
      sources: ['R10027'],
    },
    {
      id: 'bp13',
      when: {},
      implies: { acts_for: 'user', redirect: 'no' },
      flow: 'device_code',
      why: 'The last resort, where no browser can be opened: the person types a short code on another device. Keep codes short-lived and attempts limited, confirm on a page, and prefer trusted networks and devices.',
      sources: ['R8628', 'R10027'],
      warnings: [
        {
          text: 'Somebody who sends the code to another person can sign in as them. Offer it only where nothing else works.',
        },
      ],
    },
  ],
}
