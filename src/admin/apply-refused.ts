import { formatProblem, type Problem } from './problem.ts'

/** Files that cannot be applied: every problem in them, and nothing was written. */
export class ApplyRefused extends Error {
  override readonly name: string = 'ApplyRefused'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}
