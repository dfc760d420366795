import { pageHeaders } from '../headers.ts'
import { homePage } from '../pages/home.ts'
import type { Route } from '../route.ts'

/** What whoever opens the issuer's address sees. */
export const homeRoute: Route = {
  path: '/',
  // Below a path, the issuer itself has no slash at its end.
  at: issuerPath => (issuerPath === '' ? [] : [issuerPath]),
  errors: 'page',
  GET: async ({ reply }, { site }) => pageHeaders(reply).send(homePage(site)),
}
