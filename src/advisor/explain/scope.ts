/** Which permissions, and for which API. */
export const scope = {
  'scope-malformed': {
    title: 'The scope is not a list of names',
    happened: 'The scope holds characters that no scope may have, or more than one space between two.',
    who: 'developer',
    mend: 'Send the names with one space between, as in "openid profile". Commas and line breaks do not separate them.',
  },
  'openid-missing': {
    title: 'An ID Token was asked for without openid',
    happened: 'The response_type of the request answers with an ID Token, and its scope does not have openid.',
    who: 'developer',
    mend: 'Add openid to scope, and register it for the client; or ask with response_type=code.',
  },
  'nonce-missing': {
    title: 'The nonce is missing',
    happened:
      'The ID Token of this request would come by way of the browser, where somebody could swap it for an older one. Only a nonce tells them apart.',
    who: 'developer',
    mend: 'Send a random nonce with each request and compare it with the one in the ID Token. With response_type=code and PKCE none is needed.',
  },
  'scope-empty': {
    title: 'None of these scopes may be granted',
    happened: 'Of all the scopes asked for, the app may have none here, so a token would be good for nothing.',
    who: 'developer',
    mend: 'Ask for scopes that the app is registered for and that the API offers. A scope that needs a user cannot be had by an app acting for itself.',
  },
  'scope-wider': {
    title: 'A refresh cannot ask for more',
    happened: 'The refresh asked for a scope that the user did not grant.',
    who: 'developer',
    mend: 'Ask for the granted scopes or fewer, or leave scope out. For more, send the user through a new authorization request.',
  },
  'resource-malformed': {
    title: 'The resource is not an address',
    happened: 'The resource parameter must be an absolute URI without a fragment, and this one is not.',
    who: 'developer',
    mend: 'Send the audience of the API as it is registered, beginning with its scheme and without a "#".',
  },
  'resource-ambiguous': {
    title: 'The request names more than one API',
    happened: 'A token is for one API, and the request names several by resource or audience.',
    who: 'developer',
    mend: 'Name one, and make one request for each API.',
  },
  'resource-unknown': {
    title: 'The app may not ask for this API',
    happened: 'No API with this audience is among those that the app is registered for.',
    who: 'developer',
    mend: 'Compare the audience with the registration, letter by letter: a slash at the end makes another one. Add the API to the app’s audiences if it is missing.',
  },
  'resource-missing': {
    title: 'The request names no API',
    happened:
      'An app acting for itself needs an API that its token is for. It named none, and is not registered for exactly one.',
    who: 'developer',
    mend: 'Send resource with the audience of the API.',
  },
  'resource-differs': {
    title: 'The token request names another API',
    happened: 'The user agreed to one API, and the token request names another.',
    who: 'developer',
    mend: 'Leave resource and audience out of the token request, or repeat what the authorization request said.',
  },
} as const
