import type { PlannedChange } from '../../admin/change-advised.ts'
import type { Problem } from '../../admin/problem.ts'
import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import type { Client } from '../../core/client.ts'
import { advisorStylesheet, appsStylesheet, redirectUrisScript } from '../assets/index.ts'
import type { RecentRequests } from '../recent-requests.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { appName, nameOf } from './app-badge.ts'
import { type ChangeFields, changeFields } from './change-client-fields.ts'
import { commandOf, typedAnew } from './change-command.ts'
import { effects } from './change-effects.ts'
import { clientPath } from './client-path.ts'
import { consoleFoot } from './console.ts'
import { diff } from './diff.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'
import { when } from './when.ts'

const news = {
  typed: 'What you typed changes what this does, and nothing is changed yet. Look at it once more, then go on.',
  expired:
    'This page was open for too long to be safe. What you typed is still here, and nothing is changed: look at it once more.',
} as const

export type ChangeNews = keyof typeof news

export interface ChangeClientPage extends ChangeFields {
  readonly client: Client
  readonly state: AdvisorState
  readonly result: Result
  /** What it would do; nothing while something must be typed first. */
  readonly planned: PlannedChange | undefined
  /** What keeps it from being done as it was typed. */
  readonly problems: readonly Pick<Problem, 'path' | 'expected' | 'came'>[]
  /** Nothing for an owner, who may only look. */
  readonly target: FormTarget | undefined
  readonly news: ChangeNews | undefined
  readonly last_used_at: number | undefined
  readonly now: number
  readonly recent: RecentRequests | undefined
}

/** What following another advice does to a registered app, before it is done. */
export function changeClientPage(page: ChangeClientPage, site: Site): string {
  const { client, result, planned, state, news: said, target } = page
  const advisor = addressOf({ ...state, client: client.client_id }, site)
  return layout(site, {
    title: `Change ${nameOf(client)}`,
    screen: { stylesheet: advisorStylesheet, also: appsStylesheet, foot: consoleFoot() },
    ...(redirectUrisScript && { takenOver: { script: redirectUrisScript } }),
    content: html`
      <article class="apps">
        <header>
          <p class="kicker">Change an app</p>
          <h1>Change ${appName(client)}</h1>
          <p class="lead">To <strong>${flowOf(result.flow).name}</strong>, the advice of <em>${policyOf(result.policy).name}</em> (rule ${result.rule_id}). Nothing is changed yet. <a href=${advisor}>Back to the advice</a></p>
        </header>
        ${planned && inUse(page, planned)}
        ${said && html`<p class="message information" role="status">${news[said]}</p>`}
        ${page.problems.length > 0 && problems(page)}
        ${planned && (planned.changes.length === 0 ? already(client, site) : effects(planned.effects))}
        ${planned && planned.warnings.length > 0 && html`<ul class="message information">${planned.warnings.map(text => html`<li>${text}</li>`)}</ul>`}
        ${target && planned?.changes.length !== 0 && ask(page, target, site)}
        ${planned && planned.diff.length > 0 && registration(planned)}
        ${planned && planned.changes.length > 0 && byCommand(page)}
      </article>`,
  })
}

/** Who would notice. */
function inUse({ last_used_at, now, recent }: ChangeClientPage, { live }: PlannedChange): Markup {
  const alive =
    live.all === 1 ? '1 sign-in is' : `${live.more ? 'At least ' : ''}${live.all.toLocaleString('en')} sign-ins are`
  return html`<p class="small">${live.all === 0 ? 'No sign-in is' : alive} alive. ${last_used_at === undefined ? 'It was not used yet, as far as is remembered.' : html`It was last used ${when(last_used_at, now)}.`}${recent !== undefined && recent.all > 0 && ` ${recentWords(recent)}`}</p>`
}

function recentWords({ all, refused, whys }: RecentRequests): string {
  const of = all === 1 ? 'Its one request that is remembered' : `Of its ${all} requests that are remembered,`
  if (all === 1) return refused === 0 ? `${of} would be let through still.` : `${of} would be refused: ${whys[0]?.[0]}.`
  if (refused === 0) return `${of} none would be refused.`
  return `${of} ${refused} would be refused: ${whys.map(([why, times]) => `${times} with ${why}`).join(', ')}.`
}

function already(client: Client, site: Site): Markup {
  return html`<p class="lead">${appName(client)} is registered like this already: there is nothing to change. <a href=${pathOf(site, clientPath(client.client_id))}>Back to the app</a></p>`
}

function problems({ problems }: ChangeClientPage): Markup {
  return html`
    <section class="message refusal" role="alert" aria-labelledby="problems">
      <h2 id="problems">It cannot be registered like this yet</h2>
      <ul>${problems.map(({ path, expected, came }) => html`<li><code>${path.replace(/^clients\[0\]\./, '')}</code>: expected ${expected}; got ${came}.</li>`)}</ul>
    </section>`
}

function ask(page: ChangeClientPage, target: FormTarget, site: Site): Markup {
  const { client, planned } = page
  const fields = changeFields(page)
  return html`
    <section class="change" aria-labelledby="do">
      <h2 id="do">${fields === false ? 'Do it' : 'What it needs'}</h2>
      ${form(
        target,
        html`
          ${fields}
          <div class="ways">
            ${planned && html`<button class="primary" name="do" value="change">Change the app</button>`}
            ${fields !== false && html`<button name="do" value="look">See what that does</button>`}
          </div>
          ${planned?.newSecret && html`<p class="hint">Its new secret is shown on the next page, once.</p>`}
          <p class="hint">All of it or nothing, and recorded in the audit trail. <a href=${pathOf(site, clientPath(client.client_id))}>Leave it as it is</a></p>`,
      )}
    </section>`
}

function registration({ diff: lines, newSecret }: PlannedChange): Markup {
  return html`
    <section aria-labelledby="registration">
      <h2 id="registration">Its registration</h2>
      <p>Its entry in an apply file: what leaves it, and what comes.${newSecret && html` A <code>client_secret</code> comes besides.`}</p>
      ${diff(lines, 'What its registration leaves out and brings')}
    </section>`
}

function byCommand(page: ChangeClientPage): Markup {
  const { client, result, target } = page
  const typed = typedAnew(client, page)
  // No flag says none, and without one its APIs stay.
  const none = typed.audiences?.length === 0
  return html`
    <section aria-labelledby="command">
      <h2 id="command">${target ? 'As a command' : 'An administrator does it'}</h2>
      <p>${target ? 'Where the server runs, this does the same.' : 'You own this app, and an administrator of this server changes it. Send them the address of this page, or this command.'} Without <code>--yes</code> it only says what it would do.</p>
      <pre tabindex="0"><code>${commandOf(client.client_id, result, typed)}</code></pre>
      ${none && html`<p>The command leaves it the APIs that it has: ${target ? 'take them away here' : 'they are taken away on this page'}, or with an apply file.</p>`}
    </section>`
}
