import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { clientStylesheet } from '../assets/index.ts'
import { lacking, lackingTitle } from './advisor-lacking.ts'
import { commandOf } from './advisor-register.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Person, personCard } from './person.ts'
import { pathOf, type Site } from './site.ts'

export interface OnlyAdminsPage {
  readonly user: Person
  readonly state: AdvisorState
  readonly result: Result
  readonly missing: readonly string[]
  /** The apply file that registers it. */
  readonly described: object
}

/** Says who registers apps here, and gives what to send them. */
export function onlyAdminsPage({ user, state, result, missing, described }: OnlyAdminsPage, site: Site): string {
  return layout(site, {
    title: 'An administrator registers apps',
    broad: clientStylesheet,
    content: html`
      <h1>An administrator registers apps here</h1>
      <p>You are signed in, but not as an administrator. Send one of them either of these: each registers your app as the advisor says. Or sign out at <a href=${pathOf(site, '/account')}>your account</a> and sign in as one.</p>
      <div class="signed-in">${personCard(user)}</div>
      ${
        missing.length > 0
          ? lacking(flowOf(result.flow), missing)
          : html`
            <h2>As a command, where the server runs</h2>
            <pre tabindex="0"><code>${commandOf(result)}</code></pre>
            <h2>As an apply file</h2>
            <p class="small">Put in the app’s own id, name${flowOf(result.flow).response_types.length > 0 && ', addresses'} and secret, and the audiences and scopes of the APIs that it calls; then run <code>npx grantwise apply FILE</code>.</p>
            <pre tabindex="0"><code>${JSON.stringify(described, null, 2)}</code></pre>`
      }
      <p><a href=${addressOf(state, site)}>Back to the advice</a></p>`,
  })
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
