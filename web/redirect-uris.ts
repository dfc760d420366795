import { render, type VNode } from 'preact'
import { addressesOf, findingOf } from '../src/admin/redirect-uri-finding.ts'
import { addressFinding } from '../src/http/pages/address-finding.ts'
import { html } from '../src/http/pages/html.ts'

for (const field of document.querySelectorAll<HTMLTextAreaElement>('textarea[name^="redirect_uris"]')) watch(field)

/** Says below a field what the server would refuse of it, by the server's own check, while it is typed. */
function watch(field: HTMLTextAreaElement): void {
  const place = placeFor(field)
  field.addEventListener('input', () => say(field, place, addressesUntilCursor(field)))
  field.addEventListener('change', () => afterPress(() => say(field, place, addressesOf(field.value))))
  place.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button.mend')
    const mended = button === null ? undefined : findingOf(button.value)?.mended
    if (button === null || mended === undefined) return
    event.preventDefault()
    const lines = field.value.split(/\r?\n/)
    field.value = lines.map(line => (line.trim() === button.value ? mended : line)).join('\n')
    say(field, place, addressesOf(field.value))
    field.focus()
  })
}

let pressed = false
addEventListener('pointerdown', () => setPressed(true), true)
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setPressed(false), true)

function setPressed(is: boolean): void {
  pressed = is
}

/** Once the click is over that took somebody away from the field: what appears below it must not move the button from under them. */
function afterPress(then: () => void): void {
  if (pressed) addEventListener('pointerup', () => setTimeout(then), { once: true })
  else then()
}

function say(field: HTMLTextAreaElement, place: HTMLElement, addresses: readonly string[]): void {
  const findings = addresses.flatMap(address => findingOf(address) ?? [])
  const list = findings.length > 0 && html`<ul class="findings">${findings.map(addressFinding)}</ul>`
  render(list as VNode, place)
  // The Enter key presses the first button that sends the form, and these stand before it.
  for (const button of place.querySelectorAll('button')) button.type = 'button'
  field.ariaInvalid = findings.length > 0 ? 'true' : null
}

/** Without the line that somebody is in the middle of, unless what they typed is fine already or cannot become so. */
function addressesUntilCursor({ value, selectionStart }: HTMLTextAreaElement): readonly string[] {
  const before = value.slice(0, selectionStart).split('\n').length - 1
  const lines = value.split(/\r?\n/)
  return addressesOf(lines.filter((line, index) => index !== before || isBeyondMending(line)).join('\n'))
}

/** What no further letter puts right. */
function isBeyondMending(line: string): boolean {
  return /[#*\s\\"<>^`{|}]|^http:\/\/[^/]*\//.test(line.trim())
}

/** Below the field, in place of what the server found there: it says the same, and then what is true by now. */
function placeFor(field: HTMLTextAreaElement): HTMLElement {
  const found = document.getElementById(`${field.id}-problem`)
  const place = document.createElement('div')
  place.id = `${field.id}-problem`
  place.className = 'problem'
  place.role = 'status'
  if (!found) {
    field.setAttribute('aria-describedby', `${place.id} ${field.getAttribute('aria-describedby') ?? ''}`.trim())
    field.after(place)
  } else if (addressesOf(field.value).length > 0) {
    say(field, place, addressesOf(field.value))
    found.replaceWith(place)
  }
  return place
}
