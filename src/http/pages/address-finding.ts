import { compareRedirectUris, type Piece } from '../../advisor/explain/redirect-uris.ts'
import { html, type Markup } from './html.ts'

/** One address that cannot be registered, what would do, and the address that was most likely meant. */
export interface AddressFinding {
  readonly address: string
  readonly expected: string
  readonly mended: string | undefined
}

/** The address as typed, what would do, and the mend with what it changes marked. */
export function addressFinding({ address, expected, mended }: AddressFinding): Markup {
  const [difference] = mended === undefined ? [] : compareRedirectUris(address, [mended])
  return html`
    <li>
      <code class="address">${difference ? marked(difference.sentPieces) : address}</code>
      <span>Expected ${expected}.</span>
      ${difference && html`<button class="mend" name="mend" value=${address}>Change it to <code>${marked(difference.registeredPieces)}</code></button>`}
    </li>`
}

function marked(pieces: readonly Piece[]): readonly (Markup | string)[] {
  return pieces.map(({ text, differs }) => (differs ? html`<mark>${text}</mark>` : text))
}
