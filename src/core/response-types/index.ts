import { code } from './code.ts'
import { codeIdToken, codeIdTokenToken, codeToken } from './hybrid.ts'
import { idToken, idTokenToken, token } from './implicit.ts'
import type { ResponseType } from './response-type.ts'

/** Every response type this server can answer. */
export const responseTypes: readonly ResponseType[] = [
  code,
  token,
  idToken,
  idTokenToken,
  codeIdToken,
  codeToken,
  codeIdTokenToken,
]
