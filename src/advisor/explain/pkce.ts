/** PKCE: that who redeems a code is who asked for it. */
export const pkce = {
  'pkce-challenge-missing': {
    title: 'The app did not send a code challenge',
    happened: 'This app must protect its codes by PKCE, and its request had no code_challenge.',
    who: 'developer',
    mend: 'Turn PKCE on in the library. By hand: keep a random code_verifier, and send its SHA-256 in base64url as code_challenge, with code_challenge_method=S256.',
  },
  'pkce-challenge-malformed': {
    title: 'The code challenge is not a SHA-256',
    happened: 'A code_challenge is 43 characters of base64url without padding, and this one is not.',
    who: 'developer',
    mend: 'Hash the verifier with SHA-256 and write the 32 bytes in base64url: "-" and "_", no "=". Hexadecimal is 64 characters long.',
  },
  'pkce-method-unsupported': {
    title: 'The code challenge method must be S256',
    happened: 'The code_challenge_method is absent or "plain", which protects against nobody who can read the request.',
    who: 'developer',
    mend: 'Send code_challenge_method=S256, and the hash of the verifier as code_challenge.',
  },
  'pkce-verifier-missing': {
    title: 'The code verifier is missing',
    happened: 'The code is bound to a code challenge, and the token request had no code_verifier.',
    who: 'developer',
    mend: 'Keep the verifier where the app that redeems the code finds it again, such as its session, and send it in the token request.',
  },
  'pkce-verifier-malformed': {
    title: 'The code verifier has the wrong shape',
    happened: 'A code_verifier is 43 to 128 letters, digits and "-._~", and this one is not.',
    who: 'developer',
    mend: 'Make it from 32 random bytes in base64url without padding, which gives 43 characters.',
  },
  'pkce-verifier-mismatch': {
    title: 'The code verifier does not belong to the code',
    happened:
      'The hash of the code_verifier is not the code_challenge that the code was asked for with. The code stays good for the right one.',
    who: 'developer',
    mend: 'Send the verifier of the very request the code came from: two tabs, or a page loaded twice, overwrite a verifier kept under one name. Keep each under its state.',
  },
  'pkce-downgrade': {
    title: 'A code verifier came for a code without a challenge',
    happened:
      'The app uses PKCE, and the authorization request arrived without its code_challenge: something took it out on the way, or the code is from another request.',
    who: 'developer',
    mend: 'Check that the authorization request carries code_challenge when it leaves the browser. If it does, somebody may be tampering with it.',
  },
} as const
