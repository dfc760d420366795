import { forkGlyph } from './fork-glyph.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

/** Says what this server is to whoever opens its address. */
export function homePage(site: Site): string {
  return layout(site, {
    title: 'Sign-in server',
    findable: true,
    content: html`
      <span class="badge">${forkGlyph(28)}</span>
      <h1>This is a sign-in server</h1>
      <p>Apps send people here to sign in and to say what each app may do. There is nothing to do on this page: start from the app that you want to use.</p>
      <h2>For whoever builds an app</h2>
      <p>It speaks OAuth 2.0 and OpenID Connect. A client library needs its issuer, and finds the rest by itself.</p>
      <dl>
        <dt>Issuer</dt>
        <dd><code>${site.issuer}</code></dd>
        <dt>Discovery document</dt>
        <dd><a href=${pathOf(site, '/.well-known/openid-configuration')}>${pathOf(site, '/.well-known/openid-configuration')}</a></dd>
        <dt>Keys that sign its tokens (JWKS)</dt>
        <dd><a href=${pathOf(site, '/.well-known/jwks.json')}>${pathOf(site, '/.well-known/jwks.json')}</a></dd>
      </dl>`,
  })
}
