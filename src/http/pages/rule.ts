import { html, type Markup } from './html.ts'

const openid: Readonly<Record<string, string>> = {
  'OIDC Core': 'https://openid.net/specs/openid-connect-core-1_0.html',
  'OIDC RP-Initiated Logout': 'https://openid.net/specs/openid-connect-rpinitiated-1_0.html',
  'OAuth 2.0 Multiple Response Types': 'https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html',
  'NIST SP 800-63B': 'https://pages.nist.gov/800-63-4/sp800-63b.html',
}

/** Where a rule stands, as a link to its text. */
export function ruleMarkup(rule: string): Markup {
  const [, document = rule, section] = /^(.*?)(?: §([\d.]+))?$/.exec(rule) ?? []
  const rfc = /^RFC (\d+)$/.exec(document)?.[1]
  if (rfc !== undefined) {
    const anchor = section === undefined ? '' : `#section-${section}`
    return html`<a href=${`https://www.rfc-editor.org/rfc/rfc${rfc}${anchor}`} rel="noreferrer">${rule}</a>`
  }
  const address = openid[document]
  return address === undefined ? html`${rule}` : html`<a href=${address} rel="noreferrer">${rule}</a>`
}
