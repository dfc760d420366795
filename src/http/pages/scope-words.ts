/** What OpenID Connect's own scopes let an app do, in people's words (OIDC Core §5.4, §11). */
export const scopeWords: Readonly<Record<string, string>> = {
  openid: 'Know that it is you when you sign in',
  profile: 'See your name and your other profile details',
  email: 'See your email address',
  address: 'See your postal address',
  phone: 'See your phone number',
  offline_access: 'Keep this access while you are away',
}
