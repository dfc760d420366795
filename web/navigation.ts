/**
 * Follows the links of one page to itself without a request. `show` is called with every address that is gone to,
 * by a link or by the browser's own buttons; it throws nothing for an address that the page itself wrote.
 */
export function followWithin(path: string, show: (address: URL) => void): void {
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]')
    if (!link || !isPlain(event)) return
    const address = new URL(link.href)
    if (address.origin !== location.origin || address.pathname !== path || isHere(address)) return
    event.preventDefault()
    const moved = address.search !== location.search
    history.pushState(null, '', address)
    show(address)
    arrive(address, moved)
  })
  window.addEventListener('popstate', () => show(new URL(location.href)))
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
  const heading = document.querySelector<HTMLElement>('h1')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
