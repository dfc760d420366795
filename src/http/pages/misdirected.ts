import type { ErrorId } from '../../core/reasons.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface MisdirectedPage {
  readonly why: 'host' | 'plain'
  readonly reason: ErrorId
  /** The host it was asked for at. */
  readonly asked: string
  /** Where to go on, when nothing was sent that would be lost. */
  readonly location?: string
  /** What finds it in the log. */
  readonly reference: string
}

/** The page where a redirect cannot help: something was posted to the wrong place, or the redirect leads back here. */
export function misdirectedPage({ why, reason, asked, location, reference }: MisdirectedPage, site: Site): string {
  const { title, happened, operator } = words[why](asked, site.issuer)
  return layout(site, {
    title,
    content: html`
      <h1>${title}</h1>
      <p>${happened} ${location === undefined && 'What was sent here was not used.'}</p>
      <h2>What you can do</h2>
      ${
        location === undefined
          ? html`<p>Go back to the app and start again, or open <a href=${site.issuer}>${site.issuer}</a>.</p>`
          : html`<p>Open the page under its own address: <a href=${location}>${withoutQuery(location)}</a>.</p>`
      }
      <h2>For whoever runs this server</h2>
      <p>${operator}</p>
      <p><a href=${`${site.issuer.replace(/\/$/, '')}/errors/${reason}`}>More about this</a></p>
      <p class="reference">Reference <code>${reference}</code></p>`,
  })
}

interface Words {
  readonly title: string
  readonly happened: string
  readonly operator: Markup
}

const words: Readonly<Record<MisdirectedPage['why'], (asked: string, issuer: string) => Words>> = {
  host: (asked, issuer) => ({
    title: 'This server goes by another name',
    happened: `The page was asked for at ${asked === '' ? 'no host at all' : asked.slice(0, 200)}. The server is ${issuer}, and signs people in under that name only.`,
    operator: html`If people did open ${issuer}, a proxy on the way replaces the <code>Host</code> header. Let it pass on what came
      (nginx: <code>proxy_set_header Host $http_host</code>). If the server has a new name, start it with that as <code>--issuer</code>.`,
  }),
  plain: (_asked, issuer) => ({
    title: 'This page needs https',
    happened: `It was asked for over http, where others on the network can read along. The server is ${issuer}.`,
    operator: html`The proxy says <code>X-Forwarded-Proto: http</code>. If people did open ${issuer}, let the proxy that ends TLS say
      <code>https</code> (nginx: <code>proxy_set_header X-Forwarded-Proto $scheme</code>); otherwise let it send http on to https.`,
  }),
}

/** What a query holds is nobody's to read over a shoulder. */
function withoutQuery(location: string): string {
  return location.replace(/\?.*/s, '')
}
