import { code } from './code.ts'
import type { ResponseType } from './response-type.ts'

/** Every response type this server can answer. */
export const responseTypes: readonly ResponseType[] = [code]
