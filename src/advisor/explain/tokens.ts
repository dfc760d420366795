/** Tokens that are presented. */
export const tokens = {
  'token-missing': {
    title: 'No access token came',
    happened: 'The request needs an access token and had none.',
    who: 'developer',
    mend: 'Send the header Authorization: Bearer, a space, and the token. A token in the address is not read.',
  },
  'token-two-ways': {
    title: 'The access token came twice',
    happened: 'An access token came in the body while the Authorization header was used too.',
    who: 'developer',
    mend: 'Send it in the Authorization header only.',
  },
  'token-invalid': {
    title: 'This is not an access token for this use',
    happened: 'The token is not an access token that this server issued, or it was altered or cut off.',
    who: 'developer',
    mend: 'Send access_token of the token response, whole. An ID Token, a refresh token or a token of another server does not do.',
  },
  'token-expired': {
    title: 'The access token has expired',
    happened: 'The token was good once, and its time is over.',
    who: 'developer',
    mend: 'Get a new one with the refresh token, or let the user sign in again. Refresh a little before expires_in has passed.',
  },
  'token-revoked': {
    title: 'The access token was revoked',
    happened:
      'The user, the app or this server took back the authorization behind the token, or its account or app is gone.',
    who: 'developer',
    mend: 'Forget the token and let the user sign in again.',
  },
  'token-without-openid': {
    title: 'The access token may not read who the user is',
    happened: 'User info is for tokens that were granted openid by a user, and this one was not.',
    who: 'developer',
    mend: 'Ask for the scope openid in the authorization request. A token of an app acting for itself has no user.',
  },
} as const
