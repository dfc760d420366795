import type { Compared, Comparison, Moment } from '../../advisor/explain/comparisons.ts'
import type { Difference, Piece } from '../../advisor/explain/redirect-uris.ts'
import { html, type Markup } from './html.ts'
import { when } from './when.ts'

/** As many registered addresses as anybody reads. */
const mostAddresses = 5

/** What came beside what would have done, the difference marked and named; then every other fact. */
export function comparedMarkup({ comparisons, rest }: Compared, now: number): Markup {
  return html`
    ${comparisons.map(it => drawn(it, now))}
    ${
      rest.length > 0 &&
      html`
        <h2>What else is known</h2>
        <dl class="facts">${rest.map(([name, value]) => html`<dt>${name.replaceAll('_', ' ')}</dt><dd><code>${value}</code></dd>`)}</dl>`
    }`
}

function drawn(comparison: Comparison, now: number): Markup {
  switch (comparison.kind) {
    case 'addresses':
      return addresses(comparison)
    case 'list':
      return html`
        <h2>${comparison.what} asked for</h2>
        <ul class="compared">
          ${comparison.asked.map(
            ({ text, refused }) =>
              html`<li>${refused === undefined ? html`<code>${text}</code>` : html`<code><mark>${text}</mark></code> <span class="why">${refused}</span>`}</li>`,
          )}
        </ul>
        <h2>${comparison.allowedBy}</h2>
        ${values(comparison.allowed)}`
    case 'values':
      return html`
        <h2>${comparison.what}</h2>
        <dl class="compared">
          <dt>Sent</dt>
          <dd><code><mark>${comparison.sent || '(nothing)'}</mark></code></dd>
          <dt>Expected</dt>
          <dd>${values(comparison.expected)}</dd>
        </dl>
        ${comparison.note !== undefined && html`<p>${comparison.note}</p>`}`
    case 'times':
      return times(comparison.limit, comparison.came, now)
  }
}

function values(all: readonly string[]): Markup {
  if (all.length === 0) return html`<p class="compared">None</p>`
  return html`<ul class="compared values">${all.map(text => html`<li><code>${text}</code></li>`)}</ul>`
}

function addresses({ sent, differences, none }: Extract<Comparison, { kind: 'addresses' }>): Markup {
  const [nearest] = differences
  const more = differences.length - mostAddresses
  return html`
    <h2>Sent</h2>
    <p class="compared address"><code>${nearest ? marked(nearest.sentPieces) : sent}</code></p>
    <h2>${differences.length > 1 ? 'Registered, the nearest first' : 'Registered'}</h2>
    ${differences.length === 0 && html`<p>${none}</p>`}
    ${differences.length > 0 && html`<ol class="compared">${differences.slice(0, mostAddresses).map(registered)}</ol>`}
    ${more > 0 && html`<p class="small">And ${more} more.</p>`}`
}

function registered({ registeredPieces, sentences }: Difference): Markup {
  return html`
    <li class="address">
      <code>${marked(registeredPieces)}</code>
      <ul class="small">${sentences.map(sentence => html`<li>${sentence}</li>`)}</ul>
    </li>`
}

function marked(pieces: readonly Piece[]): readonly (Markup | string)[] {
  return pieces.map(({ text, differs }) => (differs ? html`<mark>${text}</mark>` : text))
}

function times(limit: Moment, came: Moment, now: number): Markup {
  return html`
    <h2>Time</h2>
    <dl class="compared">
      <dt>${limit.label}</dt>
      <dd>${when(limit.at, now)}</dd>
      <dt>${came.label}</dt>
      <dd>${when(came.at, now)}, <mark>${late(came.at - limit.at)}</mark></dd>
    </dl>`
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

function late(seconds: number): string {
  if (seconds <= 0) return 'at that very second'
  const [unit, length] = units.find(([, it]) => seconds >= 2 * it) ?? (['second', 1] as const)
  const count = Math.floor(seconds / length)
  return `${count} ${count === 1 ? unit : `${unit}s`} too late`
}
