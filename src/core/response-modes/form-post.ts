import type { ResponseMode } from './response-mode.ts'

/** The answer in a form that the browser posts, out of URLs, logs and history. */
export const formPost: ResponseMode = {
  response_mode: 'form_post',
  spec: 'OAuth 2.0 Form Post Response Mode §2',
  deliver: (redirect_uri, params) => ({ kind: 'form_post', action: redirect_uri, fields: params }),
}
