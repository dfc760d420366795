/** `error`: it breaks a MUST, or lets somebody in. `warning`: it is advised against. `note`: it could be better. */
export const severities = ['error', 'warning', 'note'] as const
export type Severity = (typeof severities)[number]

/** What a rule has to say about a subject. */
export interface Found {
  /** The member or parameter that it is about. */
  readonly member?: string
  readonly what: string
  readonly mend: string
  /** What was sent, as it should be sent today; of a whole request or address. */
  readonly instead?: string
}

/** One thing to know about what was given, in plain words. */
export interface Finding extends Found {
  /** Names the rule for good, for scripts that look for it or leave it out. */
  readonly id: string
  readonly severity: Severity
  /** The section that says so: `RFC 9700 §2.1.2`. */
  readonly rule: string
}

/** One thing to look for in subjects of one kind. */
export interface Rule<Subject> {
  readonly id: string
  readonly severity: Severity
  readonly rule: string
  find(subject: Subject): Found | readonly Found[] | undefined
}

/** What every rule has to say, the worst first. */
export function examine<Subject>(subject: Subject, rules: readonly Rule<Subject>[]): readonly Finding[] {
  const findings = rules.flatMap(({ id, severity, rule, find }) =>
    [find(subject) ?? []].flat().map((found): Finding => ({ id, severity, rule, ...found })),
  )
  return findings.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}
