import type { ClientUse } from '../../admin/ports.ts'
import type { Client } from '../../core/client.ts'
import type { MigratedRequest, Migration } from '../migrate-client.ts'
import { dayMarkup, dayOf } from './client-marks.ts'
import { diff } from './diff.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { ruleMarkup } from './rule.ts'
import { when } from './when.ts'

export interface ClientRetired {
  readonly client: Client
  readonly migration: Migration
  readonly use: ClientUse
  readonly now: number
  /** Where an administrator sets the day on which they end. */
  readonly sunset: FormTarget | undefined
  /** What was typed there is no day. */
  readonly notADay: boolean
  /** The advisor, with what is known of this client. */
  readonly change: string
  /** What leaving them would do. */
  readonly migrate: string
}

/** The retired flows that a client may still use: how much it does, when they end, and what takes their place. */
export function clientRetired(page: ClientRetired): Markup {
  const { migration, change, migrate } = page
  return html`
    <section aria-labelledby="retired">
      <h2 id="retired">Retired flows</h2>
      ${usage(page)}
      ${sunset(page)}
    </section>
    <section aria-labelledby="move">
      <h2 id="move">What to change</h2>
      <p>In its code, the request:</p>
      ${migration.requests.map(request)}
      ${
        migration.diff === undefined
          ? html`<p>And its registration. What is known of it leads to no flow by best practice: <a href=${change}>ask the advisor</a>.</p>`
          : html`
            <p>In its registration, by best practice and what is known of it:</p>
            ${diff(migration.diff, 'What its registration leaves out and brings')}
            <p class="next"><a class="button" href=${migrate}>See what that does</a></p>`
      }
    </section>`
}

function usage({ migration, use, now }: ClientRetired): Markup {
  const rows = migration.requests.map(({ flow }) => ({ flow, used: use.retired.find(it => it.flow === flow.value) }))
  return html`
    <dl class="rows">
      ${rows.map(
        ({ flow, used }) => html`
          <div>
            <dt><code>${flow.parameter}=${flow.value}</code></dt>
            <dd>
              ${used === undefined ? 'Registered, and not used as far as is remembered.' : html`Used ${times(used.times, use.more)}, the last time ${when(used.last_used_at, now)}.`}
              <span class="says">Withdrawn by ${ruleMarkup(flow.rule)}: use ${flow.instead}.</span>
            </dd>
          </div>`,
      )}
    </dl>
    ${use.retired_since !== undefined && html`<p class="small">Since ${dayMarkup(use.retired_since)}, as far as the audit trail goes back.</p>`}`
}

function times(count: number, more: boolean): string {
  if (count === 1 && !more) return 'once'
  return `${more ? 'at least ' : ''}${count.toLocaleString('en')} times`
}

function sunset({ client, now, sunset: target, notADay }: ClientRetired): Markup {
  const { retired_until: until } = client.grantwise
  return html`
    ${
      until === undefined
        ? html`<p>No day is set on which they end.</p>`
        : html`<p>${until <= now ? html`They ended on ${dayMarkup(until)}: each use is refused (<code>flow-ended</code>).` : html`From ${dayMarkup(until)} on, each use is refused (<code>flow-ended</code>); until then the log and the audit trail name the day.`}</p>`
    }
    ${
      target &&
      form(
        target,
        html`
          <div class="inline">
            <label for="retired_until">They end on</label>
            <input id="retired_until" name="retired_until" type="date" value=${until === undefined ? '' : dayOf(until)} aria-describedby=${notADay ? 'day-problem' : undefined} aria-invalid=${notADay ? 'true' : undefined} autofocus=${notADay} />
            <button name="sunset" value="set">Set the day</button>
            ${until !== undefined && html`<button class="quiet" name="sunset" value="clear">Clear it</button>`}
          </div>
          ${notADay && html`<p id="day-problem" class="problem" role="alert">Give a day, like 2027-03-01. Nothing was changed.</p>`}
          <p class="hint">The beginning of that day in UTC. Flows that are not retired go on.</p>`,
      )
    }`
}

function request({ before, after }: MigratedRequest): Markup {
  return html`
    <div class="beside">
      <figure><figcaption>Today</figcaption><pre tabindex="0"><code>${before}</code></pre></figure>
      <figure><figcaption>In its place</figcaption><pre tabindex="0"><code>${after}</code></pre></figure>
    </div>`
}
