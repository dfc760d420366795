import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { clientStylesheet } from '../assets/index.ts'
import { lacking, lackingTitle } from './advisor-lacking.ts'
import { commandOf } from './advisor-register.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { type Person, personCard } from './person.ts'
import { pathOf, type Site } from './site.ts'

/** One client of those that were asked for. */
interface Wanted {
  readonly result: Result
  readonly missing: readonly string[]
}

export interface OnlyAdminsPage {
  readonly user: Person
  readonly state: AdvisorState
  readonly parts: readonly Wanted[]
  /** The apply file that registers them, and the one command that does the same for several. */
  readonly described: object
  readonly together: string
  /** The audience of the only API of this server. */
  readonly audience: string | undefined
}

/** Says who registers apps here, and gives what to send them. */
export function onlyAdminsPage(
  { user, state, parts, described, together, audience }: OnlyAdminsPage,
  site: Site,
): string {
  const lacked = parts.find(({ missing }) => missing.length > 0)
  const [only] = parts.length === 1 ? parts : []
  return layout(site, {
    title: 'An administrator registers apps',
    broad: clientStylesheet,
    content: html`
      <h1>An administrator registers apps here</h1>
      <p>You are signed in, but not as an administrator. Send one of them either of these: each registers ${only ? 'your app as the advisor says' : 'all parts of your system as the advisor says, or none'}. Or sign out at <a href=${pathOf(site, '/account')}>your account</a> and sign in as one.</p>
      <div class="signed-in">${personCard(user)}</div>
      ${lacked ? lacking(flowOf(lacked.result.flow), lacked.missing) : toSend(only ? commandOf(only.result, audience === undefined ? {} : { audiences: [audience] }) : together, described)}
      <p><a href=${addressOf(state, site)}>Back to the advice</a></p>`,
  })
}

function toSend(command: string, described: object): Markup {
  return html`
    <h2>As a command, where the server runs</h2>
    <pre tabindex="0"><code>${command}</code></pre>
    <h2>As an apply file</h2>
    <p class="small">Fill in what stands in angle brackets, then run <code>npx grantwise apply FILE</code>.</p>
    <pre tabindex="0"><code>${JSON.stringify(described, null, 2)}</code></pre>`
}

export interface NotYetPage {
  readonly state: AdvisorState
  readonly result: Result
  readonly missing: readonly string[]
}

/** The advice holds, but not on this server as it is. */
export function notYetPage({ state, result, missing }: NotYetPage, site: Site): string {
  const flow = flowOf(result.flow)
  return layout(site, {
    title: lackingTitle(flow),
    broad: clientStylesheet,
    content: html`
      <h1>${lackingTitle(flow)}</h1>
      <p>The advice is <strong>${flow.name}</strong>, so no app can be registered for it here.</p>
      ${lacking(flow, missing)}
      <p><a href=${addressOf(state, site)}>Back to the advice</a></p>`,
  })
}
