import { formPost } from './form-post.ts'
import { fragment } from './fragment.ts'
import { query } from './query.ts'
import type { ResponseMode } from './response-mode.ts'
import { webMessage } from './web-message.ts'

/** Every way to carry an authorization response to a client. */
export const responseModes: readonly ResponseMode[] = [query, fragment, formPost, webMessage]
