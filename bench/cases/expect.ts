import type { Answer } from '../load/connection.ts'

/** @throws with the whole answer, unless it has one of these statuses: a server that refuses is not fast. */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (!statuses.includes(answer.status))
    throw new Error(`expected ${statuses.join(' or ')}; got:\n${answer.head}\n\n${answer.body.slice(0, 2000)}`)
  return answer
}

/** The value of one member of a token response, which holds no escapes, without parsing the rest. */
export function memberOf(answer: Answer, name: string): string {
  const start = answer.body.indexOf(`"${name}":"`)
  if (start < 0) throw new Error(`expected ${name} in:\n${answer.body.slice(0, 2000)}`)
  const from = start + name.length + 4
  return answer.body.slice(from, answer.body.indexOf('"', from))
}

/** @throws unless that member is a JWT signed with this algorithm, or, for `opaque`, no JWT. */
export function expectToken(answer: Answer, name: string, alg: string): void {
  const token = memberOf(answer, name)
  const [header = '', , signature] = token.split('.')
  const is = signature === undefined ? 'opaque' : JSON.parse(Buffer.from(header, 'base64url').toString()).alg
  if (is !== alg) throw new Error(`expected ${name} to be ${alg}; got ${is}: ${token}`)
}
