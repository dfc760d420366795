/** One thing that is wrong with a file or a setting: where, what was expected, what came. */
export interface Problem {
  /** `clients[0].redirect_uris[1]`. */
  readonly path: string
  readonly expected: string
  readonly came: string
  /** The file it is in, where there is one. */
  readonly file?: string
}

/** Takes note of a problem; `value` is described, never quoted where it may be a secret. */
export type Report = (path: string, expected: string, value: unknown) => void

const secretMembers = /(^|[._])(client_secret|client_secret_hash|password|password_hash|secret)(\[\d+\]|\.hash)*$/

/** Collects problems in the order they are found, each once. */
export function collectProblems(file?: string): { readonly problems: Problem[]; readonly report: Report } {
  const problems: Problem[] = []
  const report: Report = (path, expected, value) => {
    const problem = {
      path,
      expected,
      came: describe(value, secretMembers.test(path)),
      ...(file === undefined ? {} : { file }),
    }
    if (!problems.some(known => known.path === path && known.expected === expected)) problems.push(problem)
  }
  return { problems, report }
}

export function formatProblem({ file, path, expected, came }: Problem): string {
  const where = [file, path].filter(part => part !== undefined && part !== '').join(': ')
  return `${where}: expected ${expected}; got ${came}`
}

/** What came, in words that give no secret away. */
export function describe(value: unknown, secret = false): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return secret ? `a string of ${value.length} characters` : quote(value)
  return secret ? `a ${typeof value}` : String(value)
}

function quote(text: string): string {
  // A URI may carry a password before its host.
  const shown = text.replace(/\/\/[^/?#]*@/, '//…@')
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)
}
