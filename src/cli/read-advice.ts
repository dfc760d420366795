import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { type Advised, advise, type Result } from '../advisor/advise.ts'
import { AdviceRefused, type AdviseRequest } from '../advisor/request.ts'
import { StartRefused } from '../config.ts'
import type { PolicyId } from '../core/client.ts'

/**
 * What a policy says, from a file or standard input (`-`): what `grantwise advise --json` printed, or the answers
 * themselves. The engine is asked again, so that nothing is registered that it would not say.
 * @throws StartRefused
 */
export async function readAdvice(path: string, policy: PolicyId): Promise<Result> {
  const name = path === '-' ? 'standard input' : path
  const given = parse(await readText(path, name), name)
  const { question, advice } = adviseOrRefuse(requestOf(given, policy, name), name)
  if (question !== null) {
    throw new StartRefused(`${name}: expected answers that settle it; ${question.id} is missing: ${question.text}`)
  }
  const result = advice?.[policy]
  if (result === undefined) throw new TypeError('there is neither a question nor an answer')
  const before = given.advice?.[policy]
  if (before !== undefined && (before.flow !== result.flow || before.rule_id !== result.rule_id)) {
    throw new StartRefused(
      `${name}: expected ${result.flow} (${result.rule_id}), which is what ${policy} says to these answers now; ` +
        `got ${before.flow} (${before.rule_id}), of the rules of ${before.rules_version}. Run grantwise advise again.`,
    )
  }
  return result
}

type GivenAdvice = AdviseRequest & { readonly advice?: Partial<NonNullable<Advised['advice']>> | null }

function requestOf({ answers, followups, advice }: GivenAdvice, policy: PolicyId, name: string): AdviseRequest {
  if (advice === undefined || advice === null) return { answers: answers ?? {}, followups: followups ?? {} }
  const result = advice[policy]
  if (result === undefined) throw new StartRefused(`${name}: expected the advice of ${policy}; got none of it`)
  const settled = (result.followups ?? []).filter(({ answer }) => answer !== null)
  return { answers: result.answers, followups: Object.fromEntries(settled.map(({ id, answer }) => [id, answer])) }
}

/** Standard input is awaited: what writes to it may have only just started. */
async function readText(path: string, name: string): Promise<string> {
  try {
    return await (path === '-' ? text(process.stdin) : readFile(path, 'utf8'))
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new StartRefused(`${expected(name)}; got ${code}`, { cause: error })
  }
}

function parse(source: string, name: string): GivenAdvice {
  try {
    const value: unknown = JSON.parse(source)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as GivenAdvice
  } catch {
    throw new StartRefused(`${expected(name)}; got something that is no JSON`)
  }
  throw new StartRefused(`${expected(name)}; got something else`)
}

function expected(name: string): string {
  return `${name}: expected what grantwise advise --json prints, or {"answers": {…}}`
}

function adviseOrRefuse(request: AdviseRequest, name: string): Advised {
  try {
    return advise(request)
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    throw new StartRefused(`${name}: ${error.message}`, { cause: error })
  }
}
