import { hydrate, render, type VNode } from 'preact'
import { advise } from '../src/advisor/advise.ts'
import type { Offered } from '../src/advisor/flow-table.ts'
import { AdviceRefused } from '../src/advisor/request.ts'
import { advisorScreen, tabTitle } from '../src/http/pages/advisor-screen.ts'
import type { Site } from '../src/http/pages/site.ts'
import { readAdvisorState } from '../src/http/read-advisor-state.ts'
import { keepKeys } from './keys.ts'
import { followWithin } from './navigation.ts'

/** What the server says of itself to the script. */
interface Given extends Site {
  readonly offered: Offered
}

const main = document.querySelector<HTMLElement>('main[data-given]')
if (main) takeOver(main, JSON.parse(main.dataset['given'] ?? '') as Given)

/** Shows every next state in place, from the components that the server writes the page with: no request, no wait. */
function takeOver(root: HTMLElement, { offered, ...site }: Given): void {
  const screenOf = (address: URL) => {
    const query = address.searchParams
    // Where no server is, none of its clients can be changed.
    if (site.standalone) query.delete('client')
    const state = readAdvisorState(
      { get: name => query.get(name) ?? undefined },
      query.getAll('part').filter(part => part !== ''),
    )
    const advised = advise({ answers: state.answers, followups: state.followups })
    return advisorScreen(advised, state, offered, site)
  }
  const show = (address: URL): void => {
    const { title, content } = screenOf(address)
    render(content as VNode, root)
    document.title = tabTitle(title)
  }
  if (site.standalone) begin(root, show)
  else hydrate(screenOf(new URL(location.href)).content as VNode, root)
  followWithin(show)
  keepKeys(root)
}

/** A file is the same for every address: what is in it makes way. An address that nobody wrote here leads to the start. */
function begin(root: HTMLElement, show: (address: URL) => void): void {
  root.replaceChildren()
  try {
    show(new URL(location.href))
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    history.replaceState(null, '', location.pathname)
    show(new URL(location.href))
  }
}
