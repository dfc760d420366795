import { paths } from '../../core/endpoints/paths.ts'
import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

/** What this server is to whoever opens its address, below the advisor. */
export function advisorFoot(site: Site): Markup {
  return html`
    <section class="about" aria-labelledby="about">
      <h2 id="about">${forkGlyph(20)}<span>About this server</span></h2>
      <p>This is Grantwise, a sign-in server: apps send people here to sign in and to say what each app may do. If an app sent you, go back to it and start from there. It speaks OAuth 2.0 and OpenID Connect; a client library needs its issuer, and finds the rest by itself.</p>
      <dl>
        <div><dt>Issuer</dt><dd><code>${site.issuer}</code></dd></div>
        <div><dt>Discovery document</dt><dd><a href=${pathOf(site, paths.openid_configuration)}>${pathOf(site, paths.openid_configuration)}</a></dd></div>
        <div><dt>Keys that sign its tokens</dt><dd><a href=${pathOf(site, paths.jwks)}>${pathOf(site, paths.jwks)}</a></dd></div>
        <div><dt>What each flow can do here</dt><dd><a href=${pathOf(site, '/flows')}>${pathOf(site, '/flows')}</a></dd></div>
        <div><dt>What is wrong with it?</dt><dd><a href=${pathOf(site, '/doctor')}>${pathOf(site, '/doctor')}</a></dd></div>
        <div><dt>This advisor for programs</dt><dd><code>POST ${pathOf(site, '/api/advise')}</code></dd></div>
      </dl>
    </section>`
}
