/** Why something that was granted has ended. */
export const ended = {
  'revoked-by-client': {
    title: 'The app gave its access back',
    happened: 'The app revoked one of its tokens, and everything of the same authorization ended with it.',
    who: 'user',
    mend: 'Sign in to the app again when you want to use it.',
  },
  'signed-out': {
    title: 'The user signed out',
    happened: 'Whoever was signed in signed out, and what an app could do while they were there ended with it.',
    who: 'user',
    mend: 'Sign in again. An app that must work while you are away asks for offline_access.',
  },
  'session-replaced': {
    title: 'Somebody signed in again in the same browser',
    happened: 'A new sign-in took the place of the one before, and what an app could do during that one ended with it.',
    who: 'user',
    mend: 'Sign in to the app again with the account that it should use.',
  },
  'password-changed': {
    title: 'The password was changed',
    happened: 'A new password signs its user out everywhere else, and what apps could do there ended with it.',
    who: 'user',
    mend: 'Sign in again with the new password.',
  },
  'app-disconnected': {
    title: 'The user disconnected the app',
    happened: 'On the page of their account, the user took back what this app could do.',
    who: 'user',
    mend: 'Sign in to the app again when you want to use it; it then asks for its permissions anew.',
  },
  'backup-restored': {
    title: 'The server was restored from a backup',
    happened:
      'After trouble, the operator put an older state of this server back. Tokens that were used up or revoked since could not be told from the others, so all of them ended.',
    who: 'user',
    mend: 'Sign in to the app again. Consents are kept, so it asks only for what it had not asked before.',
  },
} as const
