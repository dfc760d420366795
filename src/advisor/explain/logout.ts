/** Signing out. */
export const logout = {
  'logout-redirect-mismatch': {
    title: 'The app gave an address that is not its own',
    happened: 'The address to return to after signing out is not one that the app registered. You are still signed in.',
    who: 'developer',
    mend: 'Register it among post_logout_redirect_uris, and send client_id or id_token_hint so that this server knows which app asks.',
  },
  'logout-client-differs': {
    title: 'The request to sign out names two apps',
    happened: 'The client_id is not the one that the id_token_hint was issued to. You are still signed in.',
    who: 'developer',
    mend: 'Leave client_id out, or send the one that received the ID Token.',
  },
} as const
