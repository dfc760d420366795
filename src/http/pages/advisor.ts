import type { Advised } from '../../advisor/advise.ts'
import type { Offered } from '../../advisor/flow-table.ts'
import { advisorStylesheet } from '../assets/index.ts'
import { advisorAnswer } from './advisor-answer.ts'
import { advisorFoot } from './advisor-foot.ts'
import { advisorQuestion } from './advisor-question.ts'
import type { AdvisorState } from './advisor-state.ts'
import { brand } from './brand.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

/** The advisor: one question at a time, then the answer. The front page of this server; no script, only links. */
export function advisorPage(advised: Advised, state: AdvisorState, offered: Offered, site: Site): string {
  const { question, advice } = advised
  const { title, content } = advice
    ? advisorAnswer(advice, state, offered, site)
    : advisorQuestion(question, state, site)
  const first = Object.keys(state.answers).length === 0
  const screen = { stylesheet: advisorStylesheet, foot: advisorFoot(site) }
  return layout(site, { title, content: html`${brand(site)}${content}`, screen, findable: first })
}
