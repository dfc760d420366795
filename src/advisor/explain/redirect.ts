/** Where the answer would go. */
export const redirect = {
  'redirect-uri-missing': {
    title: 'The app did not say where to return',
    happened: 'Without an address to return to, this server cannot send you back to the app.',
    who: 'developer',
    mend: 'Send redirect_uri with every request, spelled exactly as it is registered.',
  },
  'redirect-uri-mismatch': {
    title: 'The app gave an address that is not its own',
    happened:
      'The address to return to is not one that the app registered. Going there could hand your sign-in to somebody else, so this server stopped.',
    who: 'developer',
    mend: 'Register the address the app sends, or send one that is registered: every character counts, a slash at the end included.',
  },
  'redirect-uri-differs': {
    title: 'The redirect URI is not the one the code was sent to',
    happened: 'The token request names another redirect_uri than the authorization request that the code is from.',
    who: 'developer',
    mend: 'Send the same redirect_uri in both requests, letter by letter. Behind a proxy, build both from one setting instead of from the request’s own address.',
  },
  'redirect-uri-unbound': {
    title: 'The token request needs the redirect URI',
    happened: 'The code is not bound by PKCE, so the redirect_uri must be repeated when it is redeemed; none came.',
    who: 'developer',
    mend: 'Use PKCE, or repeat the redirect_uri of the authorization request in the token request.',
  },
  'response-mode-unsupported': {
    title: 'The app asks for an answer in an unknown form',
    happened: 'The response_mode is none that this server knows, so there is no way to send you back to the app.',
    who: 'developer',
    mend: 'Leave response_mode out, or use one that the discovery document lists under response_modes_supported.',
  },
  'web-origin-unregistered': {
    title: 'The app’s page may not be sent messages',
    happened:
      'The app asked for the answer in a message (response_mode=web_message), and the page that would read it is not on an origin that the app registered.',
    who: 'developer',
    mend: 'Add the origin of the redirect URI (https://app.example.com, no path) to grantwise.web_origins of the app.',
  },
} as const
