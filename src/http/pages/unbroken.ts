import { html, type Markup } from './html.ts'

/** A heading's words, none of which is broken at its hyphen. */
export function unbroken(text: string): readonly (Markup | string)[] {
  return text
    .split(/(\S+-\S+)/)
    .map((piece, index) => (index % 2 === 0 ? piece : html`<span class="unbroken">${piece}</span>`))
}
