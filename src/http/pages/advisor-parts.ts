import { advise, type Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { completed, settle } from '../../advisor/normalise.ts'
import { mostParts } from '../read-advisor-parts.ts'
import {
  type AdvisorAnswers,
  type AdvisorPart,
  type AdvisorState,
  addressOf,
  newClientPath,
  untouched,
} from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** The parts that are settled, each with a way back to it and a way out; nothing while there is one program only. */
export function advisorParts(state: AdvisorState, site: Site): Markup | false {
  const { parts } = state
  const begun = Object.keys(state.answers).length > 0
  const current = resultOf(state)
  return (
    parts.length > 0 &&
    html`
      <section class="parts" aria-labelledby="parts">
        <h2 id="parts">Your system</h2>
        <ol>
          ${parts.map((part, index) => {
            const flow = resultOf(part)?.flow ?? 'none'
            return html`
              <li>
                <bdi class="part-name">${part.name}</bdi>
                <span class="part-flow">${flowOf(flow).name}</span>
                <a href=${addressOf(backToPart(state, index, current), site)} aria-label=${`Go back to ${part.name}`}>Go back</a>
                <a href=${addressOf({ ...state, parts: without(parts, index) }, site)} aria-label=${`Remove ${part.name}`}>Remove</a>
              </li>`
          })}
          <li aria-current="step"><span class="part-name">${begun ? 'This part' : 'One more part'}</span> <span class="part-flow">the one that you are asked about</span></li>
        </ol>
        ${!begun && !site.standalone && html`<p class="onward"><a href=${addressOf({ ...untouched, parts }, site, newClientPath)}>Register ${parts.length === 1 ? 'it' : `these ${parts.length}`} without another part</a></p>`}
      </section>`
  )
}

/** Where the next part is asked about, this one being settled; nothing where there is no room for another. */
export function withNextPart(state: AdvisorState, result: Result): AdvisorState | undefined {
  if (state.parts.length >= mostParts) return undefined
  return { ...untouched, gate: 'apps', parts: [...state.parts, partOf(state, result)] }
}

/** What is asked about, as a part. */
export function partOf({ answers, followups, policy, parts }: AdvisorState, result: Result): AdvisorPart {
  const taken = parts.map(({ name }) => name)
  return { answers, followups, policy, name: unused(nameOf(result), taken) }
}

/** What is settled of what is asked about takes its place among the parts. */
function backToPart(state: AdvisorState, index: number, result: Result | undefined): AdvisorState {
  const { name: _, ...back } = state.parts[index] ?? { ...untouched, name: '' }
  const others = without(state.parts, index)
  const settled = result && result.flow !== 'none' ? [partOf({ ...state, parts: others }, result)] : []
  return { ...back, parts: [...others, ...settled] }
}

function without(parts: readonly AdvisorPart[], index: number): readonly AdvisorPart[] {
  return parts.filter((_, at) => at !== index)
}

/** What its policy says of a part; nothing while a question is left. */
function resultOf({ answers, followups, policy }: AdvisorAnswers): Result | undefined {
  return advise({ answers, followups }).advice?.[policy]
}

const names = {
  server: 'Website',
  browser: 'Page',
  native: 'App',
  cli: 'Command',
  device: 'Device',
  ci: 'Job',
} as const

/** By where it runs, until somebody calls it something. */
function nameOf({ answers }: Result): string {
  const { runs_on, acts_for } = settle(completed(answers))
  return runs_on === 'server' && acts_for === 'self' ? 'Service' : names[runs_on]
}

function unused(name: string, taken: readonly string[]): string {
  const numbered = [name, ...Array.from({ length: taken.length }, (_, index) => `${name} ${index + 2}`)]
  return numbered.find(it => !taken.includes(it)) ?? name
}

/** Every part, and what is asked about, as what its policy says. */
export function systemOf(
  state: AdvisorState,
  result: Result,
): readonly { readonly name: string; readonly result: Result }[] {
  const settled = state.parts.flatMap(part => {
    const said = resultOf(part)
    return said ? [{ name: part.name, result: said }] : []
  })
  return [...settled, { name: partOf(state, result).name, result }]
}
