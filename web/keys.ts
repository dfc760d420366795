/** Lets a digit choose the answer at its place, and 0 the doubt; the page shows the digits once this runs. */
export function keepKeys(root: HTMLElement): void {
  document.documentElement.classList.add('keys')
  document.addEventListener('keydown', event => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
    if (!/^[0-9]$/.test(event.key)) return
    const digit = Number(event.key)
    const links = [...root.querySelectorAll<HTMLAnchorElement>(digit === 0 ? '.doubt a' : '.choices a')]
    links[Math.max(digit - 1, 0)]?.click()
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}
