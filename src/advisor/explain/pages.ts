/** Pages that were submitted too late, or from elsewhere. */
export const pages = {
  'page-expired': {
    title: 'This page is too old',
    happened: 'For your safety a sign-in must be finished within an hour.',
    who: 'user',
    mend: 'Go back to the app and start again.',
  },
  'page-foreign': {
    title: 'Start again from the app',
    happened:
      'This page belongs to a visit that cannot go on here: this browser does not have the cookie it was made for.',
    who: 'user',
    mend: 'Go back to the app and start again. If that brings you here once more, allow cookies for this site and try again.',
  },
  'origin-foreign': {
    title: 'Start again from the app',
    happened: 'A form of this server was sent from a page of another site, so nothing was done with it.',
    who: 'user',
    mend: 'Go back to the app and start again. Behind a proxy, whoever runs this server checks that the issuer is the address that browsers show.',
  },
} as const
