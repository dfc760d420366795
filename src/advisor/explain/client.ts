/** Which app asks, and whether it is that app. */
export const client = {
  'client-missing': {
    title: 'The app did not say which app it is',
    happened: 'No client_id came: not in the Authorization header, and not in the body.',
    who: 'developer',
    mend: 'Send client_id in the body, or client_id and secret by HTTP Basic. Check that the body is a form: a JSON body is not read.',
  },
  'client-not-authenticated': {
    title: 'The app could not prove who it is',
    happened:
      'There is no app with this client_id, or its secret or its assertion is wrong, or it proved itself by another method than the registered one. Which of these is told to the app’s owner only.',
    who: 'developer',
    mend: 'Compare client_id and secret with the registration, letter by letter, without spaces around them. A public app sends client_id alone. Check that the app talks to the right server.',
  },
  'client-unknown': {
    title: 'There is no app with this client_id',
    happened: 'No app with this client_id is registered on this server.',
    who: 'developer',
    mend: 'Compare the client_id with the registration, and check that the app talks to the right server: each has its own.',
  },
  'client-secret-wrong': {
    title: 'The secret of the app is wrong',
    happened: 'The app exists, and the secret that came is none of those that are live.',
    who: 'developer',
    mend: 'Compare the secret with the one that was given: it may be cut off, have a space or a line break around it, or have been rotated. By HTTP Basic, encode client_id and secret before they are joined.',
  },
  'assertion-type-unsupported': {
    title: 'The app’s assertion is of an unknown type',
    happened: 'An assertion came under a client_assertion_type that this server does not know.',
    who: 'developer',
    mend: 'Send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer beside the JWT. SAML assertions are not taken.',
  },
  'assertion-malformed': {
    title: 'The app’s assertion is not one',
    happened:
      'What came as client_assertion is not a signed JWT with the algorithm, the type and the claims that an assertion has. The description names what is wrong.',
    who: 'developer',
    mend: 'Sign with a private key (ES256, ES384, PS256, RS256 or EdDSA; never HS256), and put in iss, sub, aud, exp and jti. Most OAuth libraries do it when they are told private_key_jwt.',
  },
  'assertion-expired': {
    title: 'The app’s assertion has expired',
    happened: 'The time in exp had passed, by the clock of this server.',
    who: 'developer',
    mend: 'Make an assertion for each request, with exp a minute away. If it was new, set the clock of the machine that made it.',
  },
  'assertion-times-wrong': {
    title: 'The times in the app’s assertion cannot be',
    happened: 'The assertion lasts too long, or says that it was made or begins in the future.',
    who: 'developer',
    mend: 'Let an assertion of your own last five minutes at most, a platform’s token a day. If that is so, set the clock of the machine that made it.',
  },
  'assertion-audience-wrong': {
    title: 'The app’s assertion is not for this server alone',
    happened:
      'The aud of the assertion is not the one value that this server takes. If it named several servers, each of them could use it at the others.',
    who: 'developer',
    mend: 'Put this server’s issuer into aud, as one string, as the discovery document writes it: not the token endpoint, and no list. A CI platform asks for the audience when it makes the token.',
  },
  'assertion-replayed': {
    title: 'The app’s assertion was used before',
    happened: 'An assertion is good once. The same one, or another with its jti, came again.',
    who: 'developer',
    mend: 'Make a new assertion, with a new random jti, for each request, retries included. If you did, somebody else has seen one: look at where requests are logged.',
  },
  'assertion-issuer-wrong': {
    title: 'The assertion is somebody else’s',
    happened:
      'An app signs its assertion as itself, and a platform as the issuer that is registered for the app. This assertion was made by another.',
    who: 'developer',
    mend: 'Put the client_id into iss and sub. If a platform makes the token, compare its iss with the registered grantwise.federated.issuer, letter by letter.',
  },
  'assertion-subject-wrong': {
    title: 'The platform’s token is about another job',
    happened: 'The token is of the right platform. What it says of the job is not what is registered for this app.',
    who: 'developer',
    mend: 'Compare the claim with the registration, letter by letter: for GitHub Actions, sub names repository and branch. Register the job that shall have this access, and no other.',
  },
  'assertion-alg-wrong': {
    title: 'The assertion is signed by another algorithm than registered',
    happened: 'The app registered token_endpoint_auth_signing_alg, and the assertion is signed by another.',
    who: 'developer',
    mend: 'Sign with the registered algorithm, or register the one that is used.',
  },
  'assertion-key-unknown': {
    title: 'The key of the assertion is not registered',
    happened: 'No registered key has the kid and the kind that the assertion was signed with.',
    who: 'developer',
    mend: 'Register the public key, or publish it at the jwks_uri, before signing with its private half; a new key there is seen after half a minute at the latest. Compare kid in both.',
  },
  'assertion-keys-unavailable': {
    title: 'The keys for the assertion could not be fetched',
    happened: 'The app, or the platform it runs on, publishes its keys, and this server could not read them.',
    who: 'operator',
    mend: 'Open the address from the machine of this server: it must be https with a valid certificate on a public address, answer with JSON of at most 64 kB within three seconds, and not redirect. A private network is named in outgoing_allow; or register the keys themselves as jwks.',
  },
  'assertion-signature-wrong': {
    title: 'The signature of the assertion is wrong',
    happened: 'The assertion was not signed by a key that is registered for the app, or was changed since.',
    who: 'developer',
    mend: 'Check that private and registered public key are a pair. A key that replaces another needs a new kid.',
  },
  'client-auth-method-wrong': {
    title: 'The app proved itself by another method than the registered one',
    happened: 'How an app proves itself is part of its registration, and this request did it differently.',
    who: 'developer',
    mend: 'Send what token_endpoint_auth_method says: an app with a secret must send it, one with private_key_jwt an assertion, and one registered with "none" has nothing to send.',
  },
  'client-auth-malformed': {
    title: 'The Authorization header cannot be read',
    happened: 'The header is not HTTP Basic with a client_id and a secret.',
    who: 'developer',
    mend: 'Send "Basic", one space, and the Base64 of client_id, a colon and the secret. To authenticate in the body instead, leave the header out.',
  },
  'client-auth-two-methods': {
    title: 'The app proved itself twice',
    happened:
      'Credentials came in two ways at once, such as the Authorization header and the body, and they need not be of the same app.',
    who: 'developer',
    mend: 'Use one of the two. If a library adds the header by itself, take client_secret out of the body.',
  },
  'client-id-differs': {
    title: 'The request names two apps',
    happened:
      'The client_id in the body is not the one in the Authorization header, or not the subject of the assertion.',
    who: 'developer',
    mend: 'Leave client_id out of the body, or send the same one in both places.',
  },
  'client-public': {
    title: 'This needs an app that can keep a secret',
    happened: 'The app is registered without a secret, and this request is for apps that prove who they are.',
    who: 'developer',
    mend: 'Make the request from a server, with an app of its own that has a secret. A secret shipped to browsers or devices is none.',
  },
  'client-id-missing': {
    title: 'The app that sent you here did not say which it is',
    happened:
      'You were sent here without the app’s client_id. So this server cannot tell which app you want to sign in to, nor where to send you back.',
    who: 'developer',
    mend: 'Send client_id in the query of every request to /authorize: the id that the app is registered under. One that is empty counts as left out; often it comes from a setting that is not set.',
  },
  'client-unknown-at-authorize': {
    title: 'This server does not know the app',
    happened: 'The app you came from is not registered here, so this server cannot sign you in to it.',
    who: 'developer',
    mend: 'Compare the client_id the app sends with the one it was registered under, and check that it talks to the right server.',
  },
} as const
