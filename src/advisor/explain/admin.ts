/** What only administrators may ask for. */
export const admin = {
  'asked-from-elsewhere': {
    title: 'This was asked for from another site',
    happened: 'What is for administrators only answers under the server’s own name, and not to pages of other sites.',
    who: 'operator',
    mend: 'Open it under the issuer’s address, or use the command line on the server itself.',
  },
  'admin-not-signed-in': {
    title: 'Nobody is signed in',
    happened: 'This is for administrators, and nobody is signed in in this browser.',
    who: 'operator',
    mend: 'Sign in as an administrator, then ask again.',
  },
  'admin-role-missing': {
    title: 'This is for administrators',
    happened: 'Somebody is signed in who is no administrator.',
    who: 'operator',
    mend: 'Sign in as an administrator, or let one give this account the role admin.',
  },
  'journey-unknown': {
    title: 'There is no such journey',
    happened: 'No journey has this id, or so many came after it that it is forgotten.',
    who: 'operator',
    mend: 'List the journeys that are kept. To keep all of them, start the server with --journeys all.',
  },
} as const
