import type { Advised } from '../../advisor/advise.ts'
import type { Offered } from '../../advisor/flow-table.ts'
import { advisorAnswer } from './advisor-answer.ts'
import { advisorChanging } from './advisor-change.ts'
import { advisorGate } from './advisor-gate.ts'
import { advisorMyself } from './advisor-myself.ts'
import { advisorParts } from './advisor-parts.ts'
import { advisorQuestion } from './advisor-question.ts'
import { type AdvisorState, hasBegun } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

interface Screen {
  readonly title: string
  readonly content: Markup
}

/** What is on the advisor's page for a state: written by the server, and again in the browser where scripts run. */
export function advisorScreen(advised: Advised, state: AdvisorState, offered: Offered, site: Site): Screen {
  const { title, content } = screenFor(advised, state, offered, site)
  return {
    title,
    content: html`
      ${advised.advice === null && state.client !== undefined && advisorChanging(state.client, site)}
      ${advisorParts(state, site)}
      ${content}`,
  }
}

function screenFor({ question, advice }: Advised, state: AdvisorState, offered: Offered, site: Site): Screen {
  if (advice) return advisorAnswer(advice, state, offered, site)
  if (hasBegun(state) || state.gate === 'apps') return advisorQuestion(question, state, site)
  return state.gate === 'myself' ? advisorMyself(state, site) : advisorGate(state, site)
}

/** What the browser's tab says. */
export function tabTitle(title: string): string {
  return `${title} - Grantwise`
}
