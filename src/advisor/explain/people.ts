/** What people do, or must not. */
export const people = {
  'access-denied': {
    title: 'The user declined',
    happened: 'The page asked, and its user said no or went back.',
    who: 'user',
    mend: 'Start again in the app to allow it. The app says what does not work without, and goes on without it where it can.',
  },
  'login-required': {
    title: 'The user would have to sign in',
    happened: 'The app asked for an answer without a page, and nobody is signed in who would do.',
    who: 'developer',
    mend: 'Send the request again without prompt=none, so that the user can sign in.',
  },
  'session-cookie-withheld': {
    title: 'The browser sends no session to this frame',
    happened:
      'The app asked in a hidden frame, and its page is on another site than this server. Browsers send no session there, so nobody can tell whether the user is signed in.',
    who: 'developer',
    mend: 'Renew with a refresh token (scope offline_access) instead of a frame. Or give this server a name on the app’s own site, such as login.example.com for app.example.com. Signing in by a redirect or in a window of its own works either way.',
  },
  'account-selection-required': {
    title: 'The user would have to choose an account',
    happened:
      'The app asked for an answer without a page. Several accounts are signed in at this browser, and the app did not say which it means.',
    who: 'developer',
    mend: 'Send the user’s last ID Token as id_token_hint, or their username as login_hint. Without either, send the request again without prompt=none, so that the user can choose.',
  },
  'account-differs': {
    title: 'Somebody else signed in',
    happened: 'The app asked for one user, and another is signed in.',
    who: 'user',
    mend: 'Start again in the app and sign in with the account that it knows you by. A developer who does not mean one user leaves id_token_hint and the sub claim out.',
  },
  'consent-required': {
    title: 'The user would have to agree',
    happened: 'The app asked for an answer without a page, and its user has not yet agreed to all that it asks for.',
    who: 'developer',
    mend: 'Send the request again without prompt=none, or ask for the scopes that were agreed to.',
  },
  'confirmation-required': {
    title: 'The user would have to confirm the app',
    happened:
      'The app asked for an answer without a page. It returns to an address that any program on the device could listen at, so its user confirms each time that they mean this app.',
    who: 'developer',
    mend: 'Renew with a refresh token, or return to an https address that the app claims.',
  },
  'request-answered': {
    title: 'The request was answered already',
    happened: 'A page was submitted twice, or its user signed out in another tab before it was answered.',
    who: 'user',
    mend: 'Start again in the app.',
  },
  'user-refused': {
    title: 'This account may not sign in',
    happened: 'The account was deleted or disabled while its user was signing in.',
    who: 'operator',
    mend: 'Enable the account if that was a mistake.',
  },
  'sign-in-failed': {
    title: 'The username or the password is not right',
    happened:
      'Nobody was signed in. Whether the username is known is not told, so that nobody can collect usernames here.',
    who: 'user',
    mend: 'Check both, and the keyboard’s language and capitals. If they are right, ask whoever runs this server whether the account may sign in.',
  },
  'login-unknown': {
    title: 'Nobody has this username',
    happened: 'The sign-in form was sent with a username that no account has.',
    who: 'user',
    mend: 'Type the username that the account was made with; it need not be an email address.',
  },
  'password-wrong': {
    title: 'The password is not right',
    happened: 'The account exists, and the password is another.',
    who: 'user',
    mend: 'Try again, or ask whoever runs this server for a new password.',
  },
  'account-disabled': {
    title: 'The account is disabled',
    happened: 'The password was right, and an operator has disabled the account.',
    who: 'operator',
    mend: 'Enable the account if its user should sign in.',
  },
  'sign-in-throttled': {
    title: 'Too many failed attempts to sign in',
    happened: 'So many attempts failed for this account, or from this address, that more could only be guessing.',
    who: 'user',
    mend: 'Wait until the time that the page says. A browser that signed in before is not held up by what others guess.',
  },
} as const
