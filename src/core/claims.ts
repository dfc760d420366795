import type { ClaimsRequest } from './claims-request.ts'
import type { User } from './user.ts'

/** What each standard scope says about the user (OIDC Core §5.4). */
const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** Claims about the sign-in rather than the person; they need nobody's consent. */
const aboutLogin: readonly string[] = [
  'sub',
  'iss',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'acr',
  'amr',
  'azp',
  'sid',
]

/** Every claim that may be asked for, for the metadata. */
export const claimsSupported: readonly string[] = [
  ...aboutLogin.filter(claim => claim !== 'azp'),
  ...Object.values(claimsOfScope).flat(),
]

/** The scope whose consent covers a claim; a claim of the operator's own is covered by `profile`. */
function coveringScope(claim: string): string | undefined {
  if (aboutLogin.includes(claim)) return undefined
  return Object.keys(claimsOfScope).find(scope => claimsOfScope[scope]?.includes(claim)) ?? 'profile'
}

/** The scopes a user must have agreed to before the claims asked for one by one are told (OIDC Core §5.5). */
export function scopesOfClaims(claims: ClaimsRequest | undefined): readonly string[] {
  const names = [...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})]
  return [...new Set(names.flatMap(name => coveringScope(name) ?? []))]
}

/** The claims request without what this client may never be told, whoever agrees. */
export function permittedClaims(claims: ClaimsRequest | undefined, clientScope: string): ClaimsRequest | undefined {
  if (!claims) return undefined
  const registered = clientScope.split(' ')
  const permitted = (member: ClaimsRequest['userinfo']) =>
    Object.fromEntries(
      Object.entries(member ?? {}).filter(([name]) => {
        const scope = coveringScope(name)
        return scope === undefined || registered.includes(scope)
      }),
    )
  return { userinfo: permitted(claims.userinfo), id_token: permitted(claims.id_token) }
}

/** What is told of a user: the claims of the granted scopes and those asked for by name (OIDC Core §5.4, §5.5). */
export function userClaims(
  user: User,
  scope: readonly string[],
  asked: ClaimsRequest['userinfo'],
): Record<string, unknown> {
  const known = knownClaims(user)
  const names = [...scope.flatMap(it => claimsOfScope[it] ?? []), ...Object.keys(asked ?? {})]
  const told: Record<string, unknown> = {}
  for (const name of names) {
    if (aboutLogin.includes(name) || !Object.hasOwn(known, name)) continue
    if (known[name] !== undefined && known[name] !== null) told[name] = known[name]
  }
  return told
}

function knownClaims(user: User): Readonly<Record<string, unknown>> {
  return {
    preferred_username: user.login,
    ...user.claims,
    ...(user.email === undefined ? {} : { email: user.email, email_verified: user.email_verified }),
  }
}
