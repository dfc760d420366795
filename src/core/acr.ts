/** How sure a sign-in by password alone makes us (OIDC Core §2, `acr`). */
export const passwordAcr = 'urn:grantwise:acr:password'
