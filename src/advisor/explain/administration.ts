/** What only administrators may ask for. */
export const administration = {
  'asked-from-elsewhere': {
    title: 'This is not asked for from another site',
    happened:
      'Something that administrators see was asked for under another host name than this server has, or from a page of another site.',
    who: 'operator',
    mend: 'Open it in the browser at the address of this server itself. Pages and programs elsewhere are never given it.',
  },
  'admin-not-signed-in': {
    title: 'Administrators only',
    happened: 'This is for administrators, and nobody is signed in in this browser.',
    who: 'operator',
    mend: 'Sign in as an administrator and open it again. On the machine of the server, grantwise journeys shows the same.',
  },
  'admin-role-missing': {
    title: 'Administrators only',
    happened: 'This is for administrators, and the account that is signed in is not one.',
    who: 'operator',
    mend: 'Sign in as an administrator. One adds another by the role admin of a user.',
  },
  'journey-unknown': {
    title: 'This journey is not remembered',
    happened: 'No journey has this id, or it is forgotten: the server keeps the last ones only, and a share of them.',
    who: 'operator',
    mend: 'Look at the list of journeys. To keep all of them, start the server with --journeys all.',
  },
} as const
