import { html, type Markup } from './html.ts'

/** The mark: one path that forks in two, one of them taken. */
export function forkGlyph(size: number): Markup {
  return html`
    <svg viewBox="0 0 24 24" width=${size} height=${size} fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" aria-hidden="true" focusable="false">
      <path d="M12 21.5V15C12 10.5 6 10 6 4" opacity="0.5" />
      <path d="M12 21.5V15C12 10.5 18 10 18 5.5" />
      <circle cx="18" cy="4" r="2.5" fill="currentColor" stroke="none" />
    </svg>`
}
