/** From where something is asked. */
export const network = {
  'network-outside': {
    title: 'This works only on a certain network',
    happened:
      'The app, or this server, answers people and apps on certain networks only, and the request came from outside them. It is about the place, not the person: no account is blocked.',
    who: 'user',
    mend: 'Connect to the network that the message names, through its VPN for example, and try again. If you are on it, tell whoever runs this server: behind a proxy it does not know, it sees the proxy in place of you.',
  },
  'network-outside-silent': {
    title: 'The browser is outside the network of the app',
    happened:
      'The app asked for an answer without a page, and it is answered on certain networks only. The browser is on another, so nothing can be answered there. No account is blocked.',
    who: 'developer',
    mend: 'Treat it as an answer that needs the user (interaction_required): stop renewing without a page, and let the user sign in again. That tells them where they are, and what to do.',
  },
} as const
