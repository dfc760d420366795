import type { ReasonId } from '../core/reasons.ts'
import type { ErrorPage } from './pages/error.ts'

type Words = Pick<ErrorPage, 'title' | 'happened' | 'who' | 'mend'>

const brokenLink: Words = {
  title: 'The app sent a request that cannot be answered',
  happened:
    'The app you came from sent something this server cannot accept, so it cannot sign you in. Your account is fine.',
  who: 'developer',
  mend: 'The log of this server names the rule that was broken, under the reference below.',
}

const startAgain: Words = {
  title: 'Start again from the app',
  happened: 'This page belongs to a sign-in that cannot go on here.',
  who: 'user',
  mend: 'Go back to the app and start again. If that brings you here once more, allow cookies for this site and try again.',
}

/** What a person reads when a request ends here. A stranger learns what happened, who must act and what to do, and no more. */
const words: Partial<Record<ReasonId, Words>> = {
  'client-unknown-at-authorize': {
    title: 'This server does not know the app',
    happened: 'The app you came from is not registered here, so this server cannot sign you in to it.',
    who: 'developer',
    mend: 'Compare the client_id the app sends with the one it was registered under, and check that it talks to the right server.',
  },
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
  'logout-redirect-mismatch': {
    title: 'The app gave an address that is not its own',
    happened: 'The address to return to after signing out is not one that the app registered. You are still signed in.',
    who: 'developer',
    mend: 'Register it among post_logout_redirect_uris, and send client_id or id_token_hint so that this server knows which app asks.',
  },
  'request-too-large': {
    title: 'The request is too long',
    happened: 'The app sent more than this server can keep while you sign in.',
    who: 'developer',
    mend: 'Shorten state and the other parameters; keep data in the app and send a key to it.',
  },
  'page-expired': {
    title: 'This page is too old',
    happened: 'For your safety a sign-in must be finished within an hour.',
    who: 'user',
    mend: 'Go back to the app and start again.',
  },
  'page-foreign': startAgain,
  'origin-foreign': startAgain,
}

export function wordsFor(reason: ReasonId): Words {
  return words[reason] ?? brokenLink
}
