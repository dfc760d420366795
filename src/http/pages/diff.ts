import type { DiffLine } from '../../admin/client-entry.ts'
import { html, type Markup } from './html.ts'

/** A unified diff: each line says by its first character whether it leaves or comes, not by its colour alone. */
export function diff(lines: readonly DiffLine[], label: string): Markup {
  return html`<pre class="diff" tabindex="0" role="region" aria-label=${label}><code>${lines.map(line)}</code></pre>`
}

function line({ kind, text }: DiffLine): Markup {
  const says = `${text}\n`
  if (kind === 'leaves') return html`<del>${says}</del>`
  if (kind === 'comes') return html`<ins>${says}</ins>`
  return kind === 'place' ? html`<span class="place">${says}</span>` : html`<span>${says}</span>`
}
