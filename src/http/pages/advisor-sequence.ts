import type { Flow } from '../../advisor/flows.ts'
import { type Message, type Parameter, type Stage, sequenceOf } from '../../advisor/sequences.ts'
import { type Role, roles, rolesInOrder } from '../../core/roles.ts'
import { html, type Markup } from './html.ts'

const stages: Readonly<Record<Stage, string>> = {
  'sign-in': 'The person signs in',
  tokens: 'The app gets its token',
  api: 'The app calls the API',
  renewal: 'Later, when that token has expired',
}

const people: Readonly<Record<Role, string>> = {
  resource_owner: 'the person',
  user_agent: 'their browser',
  client: 'your app',
  authorization_server: 'the sign-in service',
  resource_server: 'the API',
}

/** The messages of a flow between the roles that take part: arrows beside the words that say the same. */
export function advisorSequence(flow: Flow): Markup | false {
  const messages = sequenceOf(flow)
  const parts = rolesInOrder.filter(role => messages.some(({ from, to }) => role === from || role === to))
  const numbered = messages.map((message, index) => ({ message, number: index + 1 }))
  return (
    messages.length > 0 &&
    html`
      <section class="sequence" aria-labelledby="sequence">
        <h2 id="sequence">What happens, step by step</h2>
        <ul class="cast">
          ${parts.map(role => html`<li>${badge(role)} <strong>${roles[role].name}</strong> ${people[role]}</li>`)}
        </ul>
        <ul class="key">
          <li>${sampleOf('back')} straight from one program to another</li>
          <li>${sampleOf('front')} through the browser or a person</li>
          <li><code class="kept">name</code> must stay secret</li>
        </ul>
        <div class="stages">
          ${[...new Set(messages.map(({ stage }) => stage))].map(stage => {
            const own = numbered.filter(({ message }) => message.stage === stage)
            return html`
              <div>
                <h3 class="stage">${stages[stage]}</h3>
                <div class="lanes">
                  <p class="heads" aria-hidden="true">${parts.map(badge)}</p>
                  <svg class="lifelines" aria-hidden="true">
                    ${parts.map((role, index) => html`<line class=${nameOf(role)} x1=${middle(index, parts)} x2=${middle(index, parts)} y1="0" y2="100%" />`)}
                  </svg>
                  <ol start=${own[0]?.number}>${own.map(({ message, number }) => step(message, messages[number - 2], number, parts))}</ol>
                </div>
              </div>`
          })}
        </div>
      </section>`
  )
}

function step(message: Message, before: Message | undefined, number: number, parts: readonly Role[]): Markup {
  const { from, to, says, wire, parameters } = message
  const detailed = wire !== undefined || parameters.length > 0
  const repeated = parameters.length > 0 && parameters === before?.parameters
  return html`
    <li>
      ${arrow(message, parts)}
      <div>
        <p class="says"><span class="number">${number}</span> ${badge(from)}<span class="to">→</span>${badge(to)} ${says}</p>
        ${detailed && html`<p class="wire">${wire}${repeated ? ', with the same' : html` ${parameters.map(parameterOf)}`}</p>`}
      </div>
    </li>`
}

/** Across the lanes, with a head where it arrives; dashed where it passes through a browser or a person. */
function arrow(message: Message, parts: readonly Role[]): Markup {
  const { from, to, channel } = message
  const [start, end] = [parts.indexOf(from), parts.indexOf(to)]
  const head = start < end ? 'M0 0l-9 -5v10z' : 'M0 0l9 -5v10z'
  return html`
    <svg class=${`arrow ${nameOf(from)} ${channel}`} aria-hidden="true">
      <line x1=${middle(start, parts)} x2=${middle(end, parts)} y1="12" y2="12" />
      <circle cx=${middle(start, parts)} cy="12" r="3.5" />
      <svg x=${middle(end, parts)} y="12" overflow="visible"><path d=${head} /></svg>
    </svg>`
}

/** Where a lane's line goes down. */
function middle(index: number, parts: readonly Role[]): string {
  return `${((2 * index + 1) * 50) / parts.length}%`
}

function sampleOf(channel: Message['channel']): Markup {
  return html`<svg class=${`sample ${channel}`} width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" /></svg>`
}

function badge(role: Role): Markup {
  return html`<b class=${`role ${nameOf(role)}`}>${roles[role].letter}</b>`
}

function nameOf(role: Role): string {
  return `of-${roles[role].letter.toLowerCase()}`
}

function parameterOf({ name, value, secret }: Parameter): Markup {
  const text = value === undefined ? name : `${name}=${value}`
  return secret
    ? html`<code class="kept"><span class="unseen">secret </span>${text}</code> `
    : html`<code>${text}</code> `
}
