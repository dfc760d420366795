import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { Grant } from './grant.ts'
import { password, passwordRealm } from './password.ts'
import { refreshToken } from './refresh-token.ts'

/** Every grant this server can run. Adding one is its file and a line here. */
export const grants: readonly Grant[] = [
  authorizationCode,
  refreshToken,
  clientCredentials,
  deviceCode,
  password,
  passwordRealm,
]
