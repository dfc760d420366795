/** What came is not a request. */
export const request = {
  'parameter-repeated': {
    title: 'A parameter was sent twice',
    happened:
      'The app sent one parameter more than once. Which one is meant cannot be told safely, so nothing was done.',
    who: 'developer',
    mend: 'Send each parameter once. A library that appends to an address that has the parameter already is the usual cause. Only resource may repeat.',
  },
  'parameter-missing': {
    title: 'A required parameter is missing',
    happened: 'The app left out a parameter that this request needs. One that is empty counts as left out.',
    who: 'developer',
    mend: 'Send the parameter that the error names, in the body where the request is a POST.',
  },
  'body-malformed': {
    title: 'The parameters cannot be read',
    happened: 'The request does not carry its parameters as an encoded form.',
    who: 'developer',
    mend: 'Send application/x-www-form-urlencoded, in UTF-8, with a percent sign itself written as %25. JSON is not read here.',
  },
  'request-too-large': {
    title: 'The request is too long',
    happened: 'The app sent more than this server can keep while you sign in.',
    who: 'developer',
    mend: 'Shorten state and the other parameters; keep data in the app and send a key to it.',
  },
  'secret-in-url': {
    title: 'A secret was sent in the address',
    happened: 'Addresses are kept in logs and in the history of browsers, so a secret in one is no secret any more.',
    who: 'developer',
    mend: 'Send codes, tokens and secrets in the body of a POST. Replace the secret that was sent: others may have read it.',
  },
} as const
