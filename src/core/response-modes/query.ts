import { encodeForm } from '../encode-form.ts'
import type { ResponseMode } from './response-mode.ts'

/** The answer in the query, added to what the registered URI has there (RFC 6749 §4.1.2). */
export const query: ResponseMode = {
  response_mode: 'query',
  spec: 'OAuth 2.0 Multiple Response Types §2.1',
  deliver(redirect_uri, params) {
    const separator = redirect_uri.includes('?') ? (/[?&]$/.test(redirect_uri) ? '' : '&') : '?'
    return { kind: 'redirect', location: redirect_uri + separator + encodeForm(params) }
  },
}
