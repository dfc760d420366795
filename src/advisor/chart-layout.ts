import { shortAnswer, shortFlows } from './chart-words.ts'
import { type Branch, type Fork, isFork, type Outcome, type TreeNode } from './decision-tree.ts'
import { flowOf } from './flows.ts'
import { shortQuestions } from './questions.ts'
import { textWidth, wrap } from './text-width.ts'

/** A tree drawn as an outline: each question below the one before it, a step further in, the outcomes in a column. */
export interface ChartLayout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly edges: readonly Edge[]
}

/** In the units of the view box, as everything here. */
export interface Box {
  readonly kind: 'question' | 'answer' | 'outcome'
  readonly node: TreeNode
  /** What leads there; nothing leads to the first question. */
  readonly branch: Branch | undefined
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly labels: readonly Label[]
}

/** A line of text from `x` on, its baseline at `y`. */
export interface Label {
  readonly kind: 'question' | 'answer' | 'flow' | 'rule' | 'withdrawn'
  readonly text: string
  readonly x: number
  readonly y: number
  /** As estimated. */
  readonly width: number
}

/** From below a question down and over to an answer, and from an answer that ends in an outcome on to that. */
export interface Edge {
  readonly branch: Branch
  readonly from: Point
  readonly to: Point
  readonly onward?: { readonly from: Point; readonly to: Point }
}

export interface Point {
  readonly x: number
  readonly y: number
}

const textSize = 14
const smallSize = 13.5
const width = 400
const lineHeight = 18
const padding = { x: 10, y: 3 }
const gap = 4
/** Above the answers to the first two questions, so that what belongs to one answer stands together. */
const wideGap = 10
/** From a question to its answers, and from its left edge to the line that goes down. */
const indent = 18
const stem = 9
/** From an answer to its line onward, and the least length of that. */
const clear = 4
const onwardLength = 16
/** Where outcomes begin, if their answer leaves room. */
const column = 140

export function layoutChart(tree: TreeNode): ChartLayout {
  const boxes: Box[] = []
  const edges: Edge[] = []
  const asked = new Map<TreeNode, Box>()
  let y = 1
  for (const row of outlineOf(tree)) {
    if (row.depth === 1 || row.depth === 2) y += wideGap - gap
    const [first, ...rest] = isFork(row.node) ? [questionBox(row, row.node, y)] : outcomeBoxes(row, row.node, y)
    const above = row.parent && asked.get(row.parent)
    if (row.branch && above) edges.push({ branch: row.branch, ...edgeBetween(above, first, rest[0]) })
    asked.set(row.node, first)
    boxes.push(first, ...rest)
    y = Math.max(...[first, ...rest].map(it => it.y + it.height)) + gap
  }
  return { width, height: y - gap + 1, boxes, edges }
}

/** One line of the outline. */
interface Row {
  readonly node: TreeNode
  readonly branch: Branch | undefined
  readonly parent: TreeNode | undefined
  readonly depth: number
}

function outlineOf(node: TreeNode, branch?: Branch, parent?: TreeNode, depth = 0): readonly Row[] {
  const row = { node, branch, parent, depth }
  return isFork(node) ? [row, ...node.branches.flatMap(it => outlineOf(it.to, it, node, depth + 1))] : [row]
}

function questionBox({ node, branch, depth }: Row, { question }: Fork, y: number): Box {
  const x = leftOf(depth)
  const pieces = [...answerTo(branch), piece('question', shortQuestions[question])]
  const lines = lengthOf(pieces) <= width - 1 - x - 2 * padding.x ? [pieces] : pieces.map(it => [it])
  return boxOf({ kind: 'question', node, branch, x, y }, Math.max(...lines.map(lengthOf)) + 2 * padding.x, lines)
}

/** What was answered, and over from it what that ends in. */
function outcomeBoxes({ node, branch, depth }: Row, { rule }: Outcome, y: number): readonly [Box, ...Box[]] {
  const x = leftOf(depth)
  const answer = answerTo(branch)
  const answerWidth = lengthOf(answer) + 2 * clear
  const from = Math.max(column, x + answerWidth + onwardLength)
  const { id, retired } = flowOf(rule.flow)
  const marks = [...(retired === undefined ? [] : [piece('withdrawn', 'withdrawn')]), piece('rule', rule.id)]
  const room = width - 1 - from - 2 * padding.x - lengthOf(marks) - between
  const [first = '', ...others] = wrap(shortFlows[id], room, textSize, true)
  const lines = [[piece('flow', first), ...marks], ...others.map(it => [piece('flow', it)])]
  const outcome = boxOf({ kind: 'outcome', node, branch, x: from, y }, width - 1 - from, lines)
  return answer.length === 0
    ? [outcome]
    : [boxOf({ kind: 'answer', node, branch, x, y }, answerWidth, [answer]), outcome]
}

function leftOf(depth: number): number {
  return depth * indent + 1
}

function boxOf(
  box: Pick<Box, 'kind' | 'node' | 'branch' | 'x' | 'y'>,
  width: number,
  lines: readonly (readonly Piece[])[],
): Box {
  const top = box.y + padding.y
  const labels = lines.flatMap((line, index) => place(line, { ...box, width }, top + index * lineHeight))
  return { ...box, width, height: lines.length * lineHeight + 2 * padding.y, labels }
}

function edgeBetween(above: Box, first: Box, second: Box | undefined): Omit<Edge, 'branch'> {
  const y = first.y + first.height / 2
  const down = { from: { x: above.x + stem, y: above.y + above.height }, to: { x: first.x, y } }
  return second === undefined
    ? down
    : { ...down, onward: { from: { x: first.x + first.width, y }, to: { x: second.x, y } } }
}

type Piece = Pick<Label, 'kind' | 'text' | 'width'>

/** Between two pieces of one line. */
const between = 8

function piece(kind: Label['kind'], text: string): Piece {
  const small = kind === 'rule' || kind === 'withdrawn'
  return { kind, text, width: textWidth(text, small ? smallSize : textSize, kind === 'answer' || kind === 'flow') }
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, it) => sum + it.width, 0) + Math.max(0, pieces.length - 1) * between
}

function answerTo(branch: Branch | undefined): readonly Piece[] {
  return branch === undefined ? [] : [piece('answer', shortAnswer(branch.values))]
}

/** The pieces of a line from left to right; what goes with a flow's name, from the right. */
function place(line: readonly Piece[], box: Pick<Box, 'kind' | 'x' | 'width'>, top: number): readonly Label[] {
  const y = top + 14
  const inset = box.kind === 'answer' ? clear : padding.x
  const marks = line.filter(({ kind }) => kind === 'rule' || kind === 'withdrawn')
  let left = box.x + inset
  let right = box.x + box.width - inset - lengthOf(marks)
  return line.map(it => {
    const fromRight = marks.includes(it)
    const x = fromRight ? right : left
    if (fromRight) right += it.width + between
    else left += it.width + between
    return { ...it, x, y }
  })
}
