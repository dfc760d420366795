import { encodeForm } from '../encode-form.ts'
import type { ResponseMode } from './response-mode.ts'

/** The answer in the fragment, which browsers do not send to servers (RFC 6749 §4.2.2). */
export const fragment: ResponseMode = {
  response_mode: 'fragment',
  spec: 'OAuth 2.0 Multiple Response Types §2.1',
  deliver: (redirect_uri, params) => ({
    kind: 'redirect',
    location: `${redirect_uri}#${encodeForm(params)}`,
  }),
}
