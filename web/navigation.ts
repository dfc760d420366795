/**
 * Follows the links of one page to itself without a request. `show` is called with every address that is gone to,
 * by a link or by the browser's own buttons; it throws nothing for an address that the page itself wrote.
 */
export function followWithin(show: (address: URL) => void): void {
  document.addEventListener('click', event => {
    // An SVG's link has no address as a property, only as it is written.
    const href = (event.target as Element).closest('a[href]')?.getAttribute('href')
    if (href === null || href === undefined || !isPlain(event)) return
    const address = new URL(href, document.baseURI)
    if (address.origin !== location.origin || folderOf(address) !== folderOf(location) || isHere(address)) return
    event.preventDefault()
    const moved = address.search !== location.search
    history.pushState(null, '', address)
    show(address)
    arrive(address, moved)
  })
  // The browser scrolls back by itself.
  window.addEventListener('popstate', () => {
    show(new URL(location.href))
    focusHeading()
  })
}

/** The path, without the name of a file that a web host gives out for it. */
function folderOf({ pathname }: Pick<URL, 'pathname'>): string {
  return pathname.replace(/\/index\.html$/, '/')
}

/** A click that means "go there", and not "open it elsewhere". */
function isPlain(event: MouseEvent): boolean {
  return (
    event.button === 0 && !event.defaultPrevented && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  )
}

/** A place on what is shown already, which the browser finds by itself. */
function isHere({ search, hash }: URL): boolean {
  return search === location.search && hash !== ''
}

/** As after a request: at the place that the address names, else at the top, where reading begins. */
function arrive({ hash }: URL, moved: boolean): void {
  const place = hash === '' ? null : document.getElementById(decodeURIComponent(hash.slice(1)))
  if (place) {
    place.scrollIntoView({ block: 'nearest' })
    return
  }
  if (!moved) return
  window.scrollTo({ top: 0, behavior: 'instant' })
  focusHeading()
}

/** Where whoever listens to the page, or uses the keyboard, begins with what is new. */
function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('h1')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
