import { html, type Markup } from './html.ts'

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

let formatter: Intl.RelativeTimeFormat | undefined

/** Made when first needed: the tables behind it take 8 MB of a server that may never show a date. */
function words(): Intl.RelativeTimeFormat {
  formatter ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  return formatter
}

/** A time in the past as people say it, the exact one on hover; both in seconds since 1970. */
export function when(time: number, now: number): Markup {
  const exact = new Date(time * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC')
  return html`<time datetime=${new Date(time * 1000).toISOString()} title=${exact}>${relative(now - time)}</time>`
}

function relative(seconds: number): string {
  for (const [unit, length] of units) {
    if (seconds >= length) return words().format(-Math.floor(seconds / length), unit)
  }
  return 'just now'
}
