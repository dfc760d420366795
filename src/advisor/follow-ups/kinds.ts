import { codeFlows, days, type FollowUp, userFlows, yesOrNo } from './follow-up.ts'

const installed = { question: 'runs_on', answer: 'native' } as const

/** The server's address is the small server's already where there is one. */
const pageFlows = codeFlows.filter(it => it !== 'bff')

export const F15: FollowUp = {
  id: 'F15',
  text: 'Is it an AI agent, or a client of MCP servers?',
  choices: [
    { value: 'mcp', text: 'An MCP client' },
    { value: 'agent', text: 'Another AI agent' },
    { value: 'no', text: 'Neither' },
  ],
  asked: [{ flows: [...codeFlows, 'device_code'] }],
  outcomes: [
    {
      value: 'mcp',
      text: 'MCP’s authorization specification rests on OAuth 2.1 (draft): PKCE with S256, the MCP server named as resource in both requests (RFC 8707), and the server’s metadata to say who issues its tokens (RFC 9728). Register each MCP server as an API. People are always asked for consent; refresh tokens end after a day unused, and after a week in any case.',
      settings: { first_party: false, apis: 'several', refresh_idle_ttl: days, refresh_max_ttl: 7 * days },
    },
    {
      value: 'agent',
      text: 'An agent may be talked into anything by what it reads, so it gets few scopes (RFC 9700 §2.3) and not for long: refresh tokens end after a day unused, and after a week in any case (RFC 9700 §4.14.2). People are always asked for consent.',
      settings: { first_party: false, refresh_idle_ttl: days, refresh_max_ttl: 7 * days },
    },
    { value: 'no', text: 'Nothing to do.' },
  ],
}

export const F16: FollowUp = {
  id: 'F16',
  text: 'Is it a browser extension?',
  choices: yesOrNo,
  asked: [
    { when: { runs_on: 'browser' }, flows: pageFlows },
    { when: { runs_on: 'native' }, flows: pageFlows },
  ],
  outcomes: [
    {
      value: 'yes',
      when: { runs_on: 'browser' },
      text: 'Then it is an installed app, and no page: it signs in by launchWebAuthFlow and comes back to https://<id>.chromiumapp.org/, which the browser gives to no other extension. Answer “Where does it run?” with “On a phone or a computer”.',
      settings: { redirect: 'extension' },
      instead: installed,
    },
    {
      value: 'yes',
      text: 'Sign in by launchWebAuthFlow, never in a frame of its own (RFC 8252 §8.12), and come back to what identity.getRedirectURL() says: https://<id>.chromiumapp.org/ in Chromium, which the browser gives to no other extension. It has no secret, since everybody can unpack it (RFC 8252 §8.5). Name this server in host_permissions, so that it may ask for its tokens.',
      settings: { redirect: 'extension' },
    },
    { value: 'no', text: 'Nothing to do.' },
  ],
}

export const F17: FollowUp = {
  id: 'F17',
  text: 'Is it an Electron app?',
  choices: yesOrNo,
  asked: [
    { when: { runs_on: 'browser' }, flows: pageFlows },
    { when: { runs_on: 'native' }, flows: pageFlows },
  ],
  outcomes: [
    {
      value: 'yes',
      when: { runs_on: 'browser' },
      text: 'Then it is an installed app, and no page: it opens the system’s browser for the sign-in (RFC 8252 §8.12). Answer “Where does it run?” with “On a phone or a computer”.',
      instead: installed,
    },
    {
      value: 'yes',
      text: 'Open the sign-in in the system’s browser (shell.openExternal), never in a window of the app, which could read what people type (RFC 8252 §8.12). Come back to http://127.0.0.1/… on any free port (§7.3), or to a scheme of yours (§7.1). It has no secret: it would ship with the app (§8.5).',
      settings: { redirect: 'loopback' },
    },
    { value: 'no', text: 'Nothing to do.' },
  ],
}

export const F18: FollowUp = {
  id: 'F18',
  text: 'Is it built with a framework that has a server of its own, like Next.js or SvelteKit?',
  choices: yesOrNo,
  asked: [{ when: { runs_on: 'browser' }, flows: userFlows }],
  outcomes: [
    {
      value: 'yes',
      family: 'bff',
      text: 'Its server is the small server: the secret and the tokens stay in the framework’s server code, and the page gets a cookie only (RFC 10017 §6.1).',
    },
    {
      value: 'yes',
      text: 'Its server can sign people in, keep a secret and hold the tokens, so that none reaches the page (RFC 10017 §6.1). Answer “Where does it run?” with “On a server”.',
      instead: { question: 'runs_on', answer: 'server' },
    },
    { value: 'no', text: 'Nothing to do. A framework that only writes files for a web host has no server either.' },
  ],
}
