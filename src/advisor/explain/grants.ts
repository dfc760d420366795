/** What a token request redeems. */
export const grants = {
  'realm-unknown': {
    title: 'No such realm',
    happened: 'The request names a realm of users that this server does not have.',
    who: 'developer',
    mend: 'Send realm=Username-Password-Authentication, or use grant_type=password, which names none.',
  },
  'password-refused': {
    title: 'Username or password is not right',
    happened: 'What was typed into the app fits no account that may sign in here.',
    who: 'user',
    mend: 'Type both again. If you forgot the password, ask whoever runs this server for another.',
  },
  'password-throttled': {
    title: 'Too many wrong passwords',
    happened: 'Too many sign-ins failed for this account or from this address, here or on the sign-in page.',
    who: 'user',
    mend: 'Wait a quarter of an hour, then try again. An app whose server signs people in must forward their addresses and be named in --trust-proxy.',
  },
  'grant-type-unsupported': {
    title: 'This server does not offer the grant',
    happened: 'The grant_type is none that this server takes.',
    who: 'developer',
    mend: 'Use one that the discovery document lists under grant_types_supported. The implicit and password grants are off unless an operator turns them on.',
  },
  'grant-type-not-allowed': {
    title: 'The app is not registered for the grant',
    happened: 'This server offers the grant, and the registration of the app does not name it.',
    who: 'developer',
    mend: 'Use a grant of the registration, or add this one where it suits what the app is: the advisor on this server’s front page says which does.',
  },
  'flow-ended': {
    title: 'The app may not use this flow any more',
    happened:
      'The flow is retired, and the operator had set a day until which this app could still use it. That day has passed.',
    who: 'developer',
    mend: 'Move the app to the authorization code flow with PKCE. Whoever runs the server can set a later day (retired_until).',
  },
  'code-not-valid': {
    title: 'The code is not valid for this app',
    happened:
      'There is no such code, or it was issued to another app. Which of these is not told, so that nobody learns anything by trying.',
    who: 'developer',
    mend: 'Redeem the code that came to the redirect URI with the same client_id that asked for it, once, decoded once. A code of another server is not known here.',
  },
  'code-unknown': {
    title: 'There is no such code',
    happened: 'What came is no code of this server, or it was removed long after its time.',
    who: 'developer',
    mend: 'Take code from the query of the redirect, decoded once and whole. A code of another server is not known here.',
  },
  'code-of-another': {
    title: 'The code was issued to another app',
    happened:
      'One app asked for the code, and another tries to redeem it. Either two registrations are mixed up, or somebody is injecting a code.',
    who: 'developer',
    mend: 'Use one client_id for the authorization request and the token request. If it is one, treat it as an attack: check state or PKCE before redeeming.',
  },
  'code-expired': {
    title: 'The code is too old',
    happened: 'A code is good for a minute, and this one came later.',
    who: 'developer',
    mend: 'Redeem it as soon as it arrives, before anything slow. If it did arrive at once, look for a page that waits or a request that is retried much later.',
  },
  'code-replayed': {
    title: 'The code was used before',
    happened:
      'A code is good once. Because it came again, everything it bought was revoked: one of the two who used it may be a thief.',
    who: 'developer',
    mend: 'Redeem each code once: a page reloaded at the redirect URI, or a request retried after it succeeded, sends it again. Then let the user sign in anew.',
  },
  'refresh-token-not-valid': {
    title: 'The refresh token is not valid for this app',
    happened:
      'There is no such refresh token, or it was issued to another app. Which of these is not told, so that nobody learns anything by trying.',
    who: 'developer',
    mend: 'Send the newest refresh token, whole, with the client_id it was issued to. If it is lost, let the user sign in again.',
  },
  'refresh-token-unknown': {
    title: 'There is no such refresh token',
    happened: 'What came is no refresh token of this server, or it was removed long after its time.',
    who: 'developer',
    mend: 'Send the refresh_token of the last token response, whole: an access token does not do. If it is lost, let the user sign in again.',
  },
  'refresh-token-of-another': {
    title: 'The refresh token was issued to another app',
    happened:
      'One app was given the refresh token, and another sends it. Either two registrations are mixed up, or it was stolen.',
    who: 'developer',
    mend: 'Send it with the client_id it was issued to. If this app never had that other client_id, revoke what the user granted.',
  },
  'refresh-token-expired': {
    title: 'The refresh token has expired',
    happened:
      'It was not used for longer than the app’s registration allows, or the user’s authorization has reached its greatest age.',
    who: 'developer',
    mend: 'Let the user sign in again. If that comes too often, raise refresh_idle_ttl or refresh_max_ttl of the app.',
  },
  'refresh-token-replayed': {
    title: 'The refresh token was used before',
    happened:
      'Each refresh token is good once and is replaced by the next. Because an old one came again, everything of its authorization was revoked: one of the two who used it may be a thief.',
    who: 'developer',
    mend: 'Store the new refresh token of each answer before using it, and refresh from one place at a time. Then let the user sign in anew.',
  },
  'authorization-revoked': {
    title: 'The authorization was revoked',
    happened: 'The user, the app or this server took back what the refresh token stands for.',
    who: 'developer',
    mend: 'Let the user sign in again. Forget the tokens that the app still holds.',
  },
  'offline-access-withdrawn': {
    title: 'The app may not work without its user any more',
    happened: 'The user granted offline_access, and since then the app or its API lost the right to it.',
    who: 'operator',
    mend: 'Give the app the scope offline_access and the refresh_token grant again, and allow it for the API; or let the user sign in each time.',
  },
  'user-gone': {
    title: 'The user has no account any more',
    happened: 'The account that granted this was deleted, so nothing is issued for it.',
    who: 'developer',
    mend: 'End the session in the app. Another account may sign in.',
  },
  'user-disabled': {
    title: 'The account of the user is disabled',
    happened: 'An operator disabled the account that granted this, so nothing is issued for it.',
    who: 'operator',
    mend: 'Enable the account if that was a mistake. The app ends its session meanwhile.',
  },
} as const
