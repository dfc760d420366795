import type { ResponseMode } from './response-mode.ts'

/** The answer in a message to the page that opened or frames the request: in no address, and no page is loaded for it. */
export const webMessage: ResponseMode = {
  response_mode: 'web_message',
  spec: 'draft-sakimura-oauth-wmrm-01',

  // The redirect_uri is proven, but a page that may read messages, and frame the answer, is registered by itself.
  verify(redirect_uri, { grantwise: { web_origins } }, check) {
    const { origin } = new URL(redirect_uri)
    if (!web_origins.includes(origin)) {
      throw check.refused('web-origin-unregistered', 'web_message needs a redirect_uri on a registered web origin', {
        sent: origin,
        registered: web_origins,
      })
    }
    check.passed('web-origin-unregistered')
  },

  deliver: (redirect_uri, params) => ({ kind: 'web_message', origin: new URL(redirect_uri).origin, fields: params }),
}
