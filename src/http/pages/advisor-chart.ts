import { type Box, type ChartLayout, type Edge, type Label, layoutChart } from '../../advisor/chart-layout.ts'
import { shortAnswer, shortFlows, shortPolicies } from '../../advisor/chart-words.ts'
import { decisionTree, isFork, type TreeNode } from '../../advisor/decision-tree.ts'
import { flowOf } from '../../advisor/flows.ts'
import { normalise } from '../../advisor/normalise.ts'
import { policies, policyOf } from '../../advisor/policies/index.ts'
import { type QuestionId, shortQuestions } from '../../advisor/questions.ts'
import { readAnswers } from '../../advisor/request.ts'
import { policiesAsking, stepsTo, type Walk, walk } from '../../advisor/tree-walk.ts'
import type { PolicyId } from '../../core/client.ts'
import { type AdvisorState, addressOf, backTo, isSignInOnly, signIn } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** How a part of the chart stands to the answers given. */
type Standing = 'taken' | 'open' | 'excluded'

/** One policy, and how far some answers lead in it. */
interface View {
  readonly tree: TreeNode
  readonly layout: ChartLayout
  readonly walked: Walk
  readonly state: AdvisorState
  readonly site: Site
}

/** The policy shown as a flowchart: the path taken, where it has come to, and every other outcome; `asked` is the question on the page. */
export function advisorChart(title: string, state: AdvisorState, site: Site, asked?: QuestionId): Markup {
  const tree = decisionTree(policyOf(state.policy))
  const view = { tree, layout: layoutFor(state.policy), walked: walk(tree, readAnswers(state.answers)), state, site }
  const { width, height, boxes, edges } = view.layout
  // What is drawn last lies on top.
  const standings: readonly Standing[] = ['excluded', 'open', 'taken']
  return html`
    <section class="chart" aria-labelledby="chart">
      <h2 id="chart">${title}</h2>
      <ul class="chart-policies" aria-label="Whose chart">
        ${policies.map(
          ({ id }) =>
            html`<li><a href=${`${addressOf({ ...state, policy: id }, site)}#chart`} aria-current=${id === state.policy ? 'true' : undefined}>${shortPolicies[id]}</a></li>`,
        )}
      </ul>
      <p class="chart-words">${inWords(view, asked)}</p>
      <svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="group" aria-labelledby="chart">
        ${standings.map(standing => {
          const lines = edges.filter(edge => standingOf(edge, view) === standing).map(lineOf)
          return lines.length > 0 && html`<path class=${standing} d=${lines.join('')} />`
        })}
        ${boxes.map(box => boxOf(box, view))}
      </svg>
    </section>`
}

const layouts = new Map<PolicyId, ChartLayout>()

function layoutFor(id: PolicyId): ChartLayout {
  const layout = layouts.get(id) ?? layoutChart(decisionTree(policyOf(id)))
  layouts.set(id, layout)
  return layout
}

function standingOf({ branch }: Pick<Box, 'branch'>, { walked }: View): Standing {
  if (branch === undefined || walked.path.some(step => step.branch === branch)) return 'taken'
  return walked.excluded.has(branch) ? 'excluded' : 'open'
}

function boxOf(box: Box, view: View): Markup {
  const { kind, node, x, y, width, height, labels } = box
  const retired = !isFork(node) && flowOf(node.rule.flow).retired !== undefined
  const classes = [`chart-${kind}`, standingOf(box, view), node === view.walked.at && 'here', retired && 'withdrawn']
  const className = classes.filter(Boolean).join(' ')
  const drawn = html`
    ${kind !== 'answer' && html`<rect x=${x} y=${y} width=${width} height=${height} rx=${kind === 'outcome' ? 12 : 6} />`}
    ${labels.map(labelOf)}`
  const address = kind === 'answer' ? undefined : addressFor(node, view)
  return address === undefined
    ? html`<g class=${className}>${drawn}</g>`
    : html`<a class=${className} href=${address}>${drawn}</a>`
}

function labelOf({ kind, text, x, y }: Label): Markup {
  return html`<text class=${`of-${kind}`} x=${x} y=${y}>${text}</text>`
}

/** Over to the answer with a rounded corner, and on to what it ends in. */
function lineOf({ from, to, onward }: Edge): string {
  const corner = `M${from.x} ${from.y}V${to.y - 6}q0 6 6 6H${to.x}`
  return onward === undefined ? corner : `${corner}M${onward.from.x} ${onward.from.y}H${onward.to.x}`
}

/** Where a box leads: an answered question is asked again, an outcome is tried; the rest stays as it is. */
function addressFor(node: TreeNode, { tree, walked, state, site }: View): string | undefined {
  if (node === walked.at) return undefined
  if (isFork(node)) {
    const answered = walked.path.some(({ fork }) => fork === node)
    return answered ? addressOf(backTo(state, node.question), site) : undefined
  }
  const answers: Record<string, string> = { ...state.answers }
  for (const { fork, branch } of stepsTo(tree, node)) {
    const given = answers[fork.question]
    if (given === undefined || !branch.values.includes(given)) answers[fork.question] = branch.values[0] ?? ''
  }
  for (const { question } of normalise(readAnswers(answers)).overruled) delete answers[question]
  return addressOf({ ...state, answers, followups: isSignInOnly(state) ? signIn.followups : {} }, site)
}

/** The path, for those who do not see it, and what is still open. */
function inWords(view: View, asked: QuestionId | undefined): string {
  const { path, at } = view.walked
  const said = path.map(({ fork, branch }) => `${shortQuestions[fork.question]} ${shortAnswer(branch.values)}.`)
  if (!isFork(at))
    return [...said, `So rule ${at.rule.id} decides: ${shortFlows[at.rule.flow]}.`, elsewhere(asked, view.state)]
      .join(' ')
      .trim()
  const outcomes = view.layout.boxes.filter(({ kind }) => kind === 'outcome')
  const open = outcomes.filter(box => standingOf(box, view) !== 'excluded')
  const left =
    open.length === outcomes.length
      ? `${open.length} ways to end, all open.`
      : `${open.length} of ${outcomes.length} ways to end are still open.`
  return [...said, left, at.question === asked ? '' : elsewhere(asked, view.state)].join(' ').trim()
}

/** Of a question on the page that this chart does not come to next: whose does. */
function elsewhere(asked: QuestionId | undefined, state: AdvisorState): string {
  if (asked === undefined) return ''
  const whose = policiesAsking(asked, readAnswers(state.answers))
  return `The question asked now matters to ${whose.map(({ name }) => name).join(' and ')}; it changes nothing here.`
}
