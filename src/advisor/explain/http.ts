/** What is refused before anybody asks what it is about. */
export const http = {
  'request-unreadable': {
    title: 'The request could not be read',
    happened: 'What arrived was no complete HTTP request, or it arrived too slowly.',
    who: 'developer',
    mend: 'Send requests with an HTTP library, and look at proxies between it and this server: one of them may cut requests short.',
  },
  'headers-too-large': {
    title: 'The header fields are too large',
    happened:
      'The header fields of the request are larger than 16 kB, or there are a thousand of them, so it was not answered.',
    who: 'user',
    mend: 'Delete the cookies of this site and try again. In an app, send less in headers: cookies of other programs on the same host name count too.',
  },
  'url-malformed': {
    title: 'The address cannot be read',
    happened: 'The path of the address holds a percent sign that is not followed by an encoded character.',
    who: 'developer',
    mend: 'Build addresses with a URL library; write a percent sign itself as %25.',
  },
  'path-unknown': {
    title: 'There is no page here',
    happened: 'The address may be mistyped, or what it led to has moved.',
    who: 'developer',
    mend: 'Take the addresses of endpoints from the discovery document instead of writing them down. An issuer with a path has that path in front of every one.',
  },
  'method-not-allowed': {
    title: 'This page cannot be used like that',
    happened:
      'The address exists, but it does not answer to this kind of request. If you came here by reloading a page, go back to the app and start again.',
    who: 'developer',
    mend: 'Use a method that the Allow header of the answer names: the token endpoint takes POST only.',
  },
  'host-misdirected': {
    title: 'This server goes by another name',
    happened:
      'The page was asked for under a host name that is not the server’s own, and sending the browser there did not help.',
    who: 'operator',
    mend: 'Let the proxy in front pass on the Host header that came. If the server has a new name, start it with that as --issuer.',
  },
  'https-missing': {
    title: 'This page needs https',
    happened: 'The request came over http, where others on the network can read along, so it was not answered.',
    who: 'operator',
    mend: 'Use the https address. A proxy that ends TLS must say X-Forwarded-Proto: https; one that is asked over http sends people on to https.',
  },
  'body-too-large': {
    title: 'The body is too large',
    happened: 'The body of the request is larger than 100 kB, and was not read.',
    who: 'developer',
    mend: 'Send the parameters of the protocol only. Files and documents belong to the API that the token is for.',
  },
  'media-type-unsupported': {
    title: 'The body is of a kind that cannot be read',
    happened: 'The Content-Type of the request is not a media type, so its body was not read.',
    who: 'developer',
    mend: 'Send application/x-www-form-urlencoded to the endpoints of OAuth, spelled exactly so.',
  },
  'server-busy': {
    title: 'This server is busy',
    happened: 'It cannot take more work right now. Wait a minute, then go back to the app and try again.',
    who: 'operator',
    mend: 'If it stays so, look at the log: more was asked than this machine can answer, more people signed in at once than passwords can be checked for, or the database did not answer. Apps try again after the seconds that Retry-After says.',
  },
  'server-failed': {
    title: 'Something went wrong on this server',
    happened: 'It is not because of anything you did. Go back to the app and try again.',
    who: 'operator',
    mend: 'Find the reference in the log: the line holds the error with its stack. It is a fault of Grantwise or of its installation; please report it.',
  },
} as const
