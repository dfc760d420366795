/** One thing that is wrong with a file or a setting: where, what was expected, what came. */
export interface Problem {
  /** `clients[0].redirect_uris[1]`; empty for the whole. */
  readonly path: string
  readonly expected: string
  readonly came: string
  /** The file it is in, where there is one. */
  readonly file?: string
}

/** Takes note of a problem. `came` is words, never the text of a secret: see `describe`. */
export type Report = (path: string, expected: string, came: string) => void

/** Collects problems in the order they are found, each once. */
export function collectProblems(file?: string): { readonly problems: readonly Problem[]; readonly report: Report } {
  const problems: Problem[] = []
  const report: Report = (path, expected, came) => {
    if (problems.some(known => known.path === path && known.expected === expected)) return
    problems.push({ path, expected, came, ...(file === undefined ? {} : { file }) })
  }
  return { problems, report }
}

/** The one line a person reads. */
export function formatProblem({ file, path, expected, came }: Problem): string {
  const where = [file, path].filter(Boolean).join(': ') || 'the file'
  return `${where}: expected ${expected}; got ${came}`
}

/** A path with one more step: `clients[0]`, `scopes["catalog:read"]`, `grantwise.pkce`. */
export function join(path: string, ...steps: readonly PropertyKey[]): string {
  return steps.reduce<string>((sofar, step) => {
    if (typeof step === 'number') return `${sofar}[${step}]`
    const name = shorten(String(step))
    if (!/^[\w-]+$/.test(name)) return `${sofar}[${JSON.stringify(name)}]`
    return sofar === '' ? name : `${sofar}.${name}`
  }, path)
}

const secretMember = /(^|\.)(client_secret|client_secret_hash|password|password_hash|metrics_token)(\[\d+\])*(\.hash)?$/

/** What came, in words that give no secret away: what stands where one belongs is measured, not quoted. */
export function describe(value: unknown, path = ''): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (secretMember.test(path)) return typeof value === 'string' ? measure(value) : `a ${typeof value}`
  return typeof value === 'string' ? quote(value) : String(value)
}

/** A string as its length only. */
export function measure(text: string): string {
  return `a string of ${text.length} characters`
}

function quote(text: string): string {
  // A URI may carry a password before its host.
  const shown = text.replace(/\/\/[^/?#]*@/, '//…@')
  return JSON.stringify(shorten(shown))
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
