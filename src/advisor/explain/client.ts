/** Which app asks, and whether it is that app. */
export const client = {
  'client-missing': {
    title: 'The app did not say which app it is',
    happened: 'No client_id came: not in the Authorization header, and not in the body.',
    who: 'developer',
    mend: 'Send client_id in the body, or client_id and secret by HTTP Basic. Check that the body is a form: a JSON body is not read.',
  },
  'client-not-authenticated': {
    title: 'The app could not prove who it is',
    happened:
      'There is no app with this client_id, or its secret is wrong, or it proved itself by another method than the registered one. Which of these is told to the app’s owner only.',
    who: 'developer',
    mend: 'Compare client_id and secret with the registration, letter by letter, without spaces around them. A public app sends client_id alone. Check that the app talks to the right server.',
  },
  'client-unknown': {
    title: 'There is no app with this client_id',
    happened: 'No app with this client_id is registered on this server.',
    who: 'developer',
    mend: 'Compare the client_id with the registration, and check that the app talks to the right server: each has its own.',
  },
  'client-secret-wrong': {
    title: 'The secret of the app is wrong',
    happened: 'The app exists, and the secret that came is none of those that are live.',
    who: 'developer',
    mend: 'Compare the secret with the one that was given: it may be cut off, have a space or a line break around it, or have been rotated. By HTTP Basic, encode client_id and secret before they are joined.',
  },
  'client-auth-method-wrong': {
    title: 'The app proved itself by another method than the registered one',
    happened: 'How an app proves itself is part of its registration, and this request did it differently.',
    who: 'developer',
    mend: 'Send what token_endpoint_auth_method says: an app with a secret must send it, and an app registered with "none" has no secret to send.',
  },
  'client-auth-malformed': {
    title: 'The Authorization header cannot be read',
    happened: 'The header is not HTTP Basic with a client_id and a secret.',
    who: 'developer',
    mend: 'Send "Basic", one space, and the Base64 of client_id, a colon and the secret. To authenticate in the body instead, leave the header out.',
  },
  'client-auth-two-methods': {
    title: 'The app proved itself twice',
    happened: 'Credentials came in the Authorization header and in the body at once, and they need not be the same.',
    who: 'developer',
    mend: 'Use one of the two. If a library adds the header by itself, take client_secret out of the body.',
  },
  'client-id-differs': {
    title: 'The request names two apps',
    happened: 'The client_id in the body is not the one in the Authorization header.',
    who: 'developer',
    mend: 'Leave client_id out of the body, or send the same one in both places.',
  },
  'client-public': {
    title: 'This needs an app that can keep a secret',
    happened: 'The app is registered without a secret, and this request is for apps that prove who they are.',
    who: 'developer',
    mend: 'Make the request from a server, with an app of its own that has a secret. A secret shipped to browsers or devices is none.',
  },
  'client-unknown-at-authorize': {
    title: 'This server does not know the app',
    happened: 'The app you came from is not registered here, so this server cannot sign you in to it.',
    who: 'developer',
    mend: 'Compare the client_id the app sends with the one it was registered under, and check that it talks to the right server.',
  },
} as const
