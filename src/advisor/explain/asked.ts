/** What an authorization request asks for. */
export const asked = {
  'response-type-unsupported': {
    title: 'This server does not offer the response type',
    happened:
      'The response_type is none that this server answers. Types that put tokens into addresses are off unless an operator turns them on.',
    who: 'developer',
    mend: 'Use response_type=code, with PKCE: it serves browser apps, native apps and servers alike.',
  },
  'response-type-not-allowed': {
    title: 'The app is not registered for the response type',
    happened: 'This server offers the response_type, and the registration of the app does not name it.',
    who: 'developer',
    mend: 'Use a response_type of the registration, or add this one to it together with the grant it needs.',
  },
  'request-object-unsupported': {
    title: 'Request objects are not supported',
    happened: 'The app put its parameters into a signed request object, which this server does not read.',
    who: 'developer',
    mend: 'Send the parameters by themselves. The discovery document says request_parameter_supported: false.',
  },
  'request-uri-unsupported': {
    title: 'Request objects by reference are not supported',
    happened: 'The app sent the address of a request object, which this server does not fetch.',
    who: 'developer',
    mend: 'Send the parameters by themselves. The discovery document says request_uri_parameter_supported: false.',
  },
  'registration-unsupported': {
    title: 'An app cannot register within a request',
    happened: 'The registration parameter is for servers that people run for themselves; this server does not take it.',
    who: 'developer',
    mend: 'Register the app before it asks, and leave the parameter out.',
  },
  'prompt-invalid': {
    title: 'The prompt cannot be understood',
    happened: 'The prompt has an unknown value, or joins "none" with another.',
    who: 'developer',
    mend: 'Send login, consent or select_account, several with a space between, or none alone.',
  },
  'max-age-invalid': {
    title: 'max_age is not a number of seconds',
    happened: 'The max_age parameter is not a whole number, so how recent a sign-in must be is unknown.',
    who: 'developer',
    mend: 'Send a whole number of seconds, without a sign or a unit; 0 asks for a new sign-in.',
  },
  'claims-malformed': {
    title: 'The claims parameter cannot be read',
    happened: 'The claims parameter is not a JSON object whose members are JSON objects.',
    who: 'developer',
    mend: 'Send JSON like {"id_token": {"email": null}}, percent-encoded once.',
  },
  'acr-unmet': {
    title: 'The app insists on a way of signing in that is not there',
    happened:
      'The app asked for an authentication context (acr) as essential, and this server has no way to sign in that reaches it.',
    who: 'developer',
    mend: 'Ask for one that the discovery document lists under acr_values_supported, or do not mark the claim acr as essential.',
  },
  'id-token-hint-invalid': {
    title: 'The ID Token hint is not from this server',
    happened: 'The id_token_hint is not an ID Token that this server signed.',
    who: 'developer',
    mend: 'Send the ID Token itself, as it came from this server; it may have expired. An access token or a token of another server does not do.',
  },
} as const
