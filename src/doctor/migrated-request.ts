/** What never belongs into an address. */
export const secretParameters = [
  'client_secret',
  'password',
  'access_token',
  'refresh_token',
  'code_verifier',
  'client_assertion',
]

/** A request for an authorization by today's rules; what each sign-in makes anew stands in angle brackets. */
export function migratedRequest(url: URL): string {
  const left = [...secretParameters, 'response_type', 'response_mode', 'code_challenge', 'code_challenge_method']
  return requestUrl(url, [
    ['response_type', 'code'],
    ...[...url.searchParams].filter(([name]) => !left.includes(name)),
    ...(url.searchParams.has('state') ? [] : [['state', '<random>'] as const]),
    ['code_challenge', '<S256 of a new verifier>'],
    ['code_challenge_method', 'S256'],
  ])
}

/** The address of such a request, to be read: what stands in angle brackets is not encoded. */
export function requestUrl({ origin, pathname }: URL, params: readonly (readonly [string, string])[]): string {
  return `${origin}${pathname}?${formOf(params)}`
}

/** The same as the body of a request. */
export function formOf(params: readonly (readonly [string, string])[]): string {
  return params.map(([name, value]) => `${name}=${/^<.*>$/.test(value) ? value : encodeURIComponent(value)}`).join('&')
}
