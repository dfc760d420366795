import { shortAnswer, shortFlows, shortQuestions } from './chart-words.ts'
import { type Branch, isFork, type Outcome, type TreeNode } from './decision-tree.ts'
import { flowOf } from './flows.ts'
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
  let y = 1

  const put = (box: Omit<Box, 'y' | 'height' | 'labels'>, rows: readonly (readonly Piece[])[], top: number): Box => {
    const placed = {
      ...box,
      y: top,
      height: rows.length * lineHeight + 2 * padding.y,
      labels: rows.flatMap((row, index) => place(row, box, top + padding.y + index * lineHeight)),
    }
    boxes.push(placed)
    return placed
  }

  const draw = (node: TreeNode, branch: Branch | undefined, depth: number, parent: Box | undefined): void => {
    const x = depth * indent + 1
    if (depth === 1 || depth === 2) y += wideGap - gap
    const answer: Piece[] = branch === undefined ? [] : [piece('answer', shortAnswer(branch.values))]
    if (!isFork(node)) {
      const box = putOutcome(node, branch, x, answer, parent)
      y = box.y + box.height + gap
      return
    }
    const rows = inRows([...answer, piece('question', shortQuestions[node.question])], width - x - 1 - 2 * padding.x)
    const inner = Math.max(...rows.map(lengthOf))
    const box = put({ kind: 'question', node, branch, x, width: inner + 2 * padding.x }, rows, y)
    if (parent !== undefined && branch !== undefined) edges.push({ branch, ...elbow(parent, box) })
    y = box.y + box.height + gap
    for (const next of node.branches) draw(next.to, next, depth + 1, box)
  }

  const putOutcome = (node: Outcome, branch: Branch | undefined, x: number, answer: Piece[], parent?: Box): Box => {
    const answerWidth = lengthOf(answer) + 2 * clear
    const from = Math.max(column, x + answerWidth + onwardLength)
    const room = width - 1 - from - 2 * padding.x
    const { retired, id } = flowOf(node.rule.flow)
    const marks = [...(retired === undefined ? [] : [piece('withdrawn', 'withdrawn')]), piece('rule', node.rule.id)]
    const name = wrap(shortFlows[id], room - lengthOf(marks) - between, textSize, true).map(text => piece('flow', text))
    const [first = piece('flow', ''), ...others] = name
    const rows = [[first, ...marks], ...others.map(it => [it])]
    const said = branch && put({ kind: 'answer', node, branch, x, width: answerWidth }, [answer], y)
    const outcome = put({ kind: 'outcome', node, branch, x: from, width: width - 1 - from }, rows, y)
    if (parent === undefined || branch === undefined || said === undefined) return outcome
    const level = said.y + said.height / 2
    const onward = { from: { x: said.x + said.width, y: level }, to: { x: outcome.x, y: level } }
    edges.push({ branch, ...elbow(parent, said), onward })
    return outcome
  }

  draw(tree, undefined, 0, undefined)
  return { width, height: y - gap + 1, boxes, edges }
}

type Piece = Pick<Label, 'kind' | 'text' | 'width'>

/** Between two pieces of one row. */
const between = 8

function piece(kind: Label['kind'], text: string): Piece {
  const small = kind === 'rule' || kind === 'withdrawn'
  return { kind, text, width: textWidth(text, small ? smallSize : textSize, kind === 'answer' || kind === 'flow') }
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, it) => sum + it.width, 0) + Math.max(0, pieces.length - 1) * between
}

/** All in one row, or a row for each where that is too long. */
function inRows(pieces: readonly Piece[], room: number): readonly (readonly Piece[])[] {
  return lengthOf(pieces) <= room ? [pieces] : pieces.map(it => [it])
}

/** The pieces of a row from left to right; what goes with a flow's name, from the right. */
function place(row: readonly Piece[], box: Pick<Box, 'kind' | 'x' | 'width'>, top: number): readonly Label[] {
  const y = top + 14
  const inset = box.kind === 'answer' ? clear : padding.x
  const marks = row.filter(({ kind }) => kind === 'rule' || kind === 'withdrawn')
  let left = box.x + inset
  let right = box.x + box.width - inset - lengthOf(marks)
  return row.map(it => {
    const fromRight = marks.includes(it)
    const x = fromRight ? right : left
    if (fromRight) right += it.width + between
    else left += it.width + between
    return { ...it, x, y }
  })
}

function elbow(parent: Box, child: Box): Pick<Edge, 'from' | 'to'> {
  return {
    from: { x: parent.x + stem, y: parent.y + parent.height },
    to: { x: child.x, y: child.y + child.height / 2 },
  }
}
