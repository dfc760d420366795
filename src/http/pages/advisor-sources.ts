import type { Result } from '../../advisor/advise.ts'
import { html, type Markup } from './html.ts'

/** What a policy's answer rests on, by section. */
export function sourceList({ sources }: Result): Markup {
  return html`
    <ul class="sources">
      ${sources.map(({ title, section, url }) => {
        const words = section === undefined ? title : `${title}, ${section}`
        return html`<li>${url === undefined ? words : html`<a href=${url} rel="noreferrer">${words}</a>`}</li>`
      })}
    </ul>`
}
