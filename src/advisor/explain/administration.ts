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
  'redirect-uri-unfit': {
    title: 'This redirect URI cannot be registered',
    happened:
      'An app was to be registered with an address that is not safe to send people back to, or that would never match what browsers send.',
    who: 'operator',
    mend: 'Use https; http on 127.0.0.1, [::1] or localhost only; or a scheme of the app’s own with a dot, such as com.example.app:/callback. The form says what is wrong with each address, and offers the right one where there is one.',
  },
  'client-metadata-unfit': {
    title: 'Something is missing to register the app',
    happened:
      'The form that registers an app was sent without something that it needs, or with something that cannot be kept.',
    who: 'operator',
    mend: 'The form shows what it is about beside each field; everything typed is still there.',
  },
  'client-not-shown': {
    title: 'No such app is shown to you',
    happened:
      'No app has this client_id, or it is not yours: only its owners and the administrators of this server see an app. Which of the two it is is not told.',
    who: 'operator',
    mend: 'Sign in with the account that owns the app, or ask an administrator to name you among its owners.',
  },
  'client-changed-meanwhile': {
    title: 'The app was changed meanwhile',
    happened:
      'Somebody changed this app after the page was opened that was to change it. Nothing was done: what the page said it would do was not true any more.',
    who: 'operator',
    mend: 'Open the app again, look at what it is now, and decide again.',
  },
  'journey-unknown': {
    title: 'This journey is not remembered',
    happened: 'No journey has this id, or it is forgotten: the server keeps the last ones only, and a share of them.',
    who: 'operator',
    mend: 'Look at the list of journeys. To keep all of them, start the server with --journeys all.',
  },
} as const
