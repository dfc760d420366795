import { policies } from '../../advisor/policies/index.ts'
import { html, type Markup } from './html.ts'

/** Whose advice it will be, and of when. */
export function advisorAuthority(): Markup {
  const last = policies.length - 1
  return html`
    <p class="small">The answer comes from ${policies.map(
      ({ name, date }, index) =>
        html`${index > 0 && (index < last ? ', ' : ' and ')}${name} <span class="date">as of ${date}</span>`,
    )}.</p>`
}
