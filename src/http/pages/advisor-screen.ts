import type { Advised } from '../../advisor/advise.ts'
import type { Offered } from '../../advisor/flow-table.ts'
import { advisorAnswer } from './advisor-answer.ts'
import { advisorQuestion } from './advisor-question.ts'
import type { AdvisorState } from './advisor-state.ts'
import { brand } from './brand.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What is on the advisor's page for a state: written by the server, and again in the browser where scripts run. */
export function advisorScreen(
  { question, advice }: Advised,
  state: AdvisorState,
  offered: Offered,
  site: Site,
): { readonly title: string; readonly content: Markup } {
  const { title, content } = advice
    ? advisorAnswer(advice, state, offered, site)
    : advisorQuestion(question, state, site)
  return { title, content: html`${brand(site)}${content}` }
}

/** What the browser's tab says. */
export function tabTitle(title: string): string {
  return `${title} - Grantwise`
}
