import * as z from 'zod'
import type { Federated } from '../core/client.ts'
import { httpsUrl, textWith } from './fields.ts'
import { readJwks } from './jwks.ts'
import { complete, isObject, readMembers } from './members.ts'
import { describe, join, type Report } from './problem.ts'

const exact = 'the exact sub of the platform’s tokens, of 1 to 1000 characters; there are no patterns'
const members = {
  issuer: httpsUrl,
  subject: textWith(exact, text => (/^[^\p{Cc}*]{1,1000}$/u.test(text) ? undefined : exact)),
  audience: textWith('the aud of the platform’s tokens', text =>
    /^[^\p{Cc}]{1,1000}$/u.test(text) ? undefined : 'the aud of the platform’s tokens',
  ).optional(),
  claims: z.unknown().optional(),
  jwks: z.unknown().optional(),
}

/** The platform that vouches for a client; nothing when any of it is wrong, which is then reported. */
export function readFederated(value: unknown, path: string, report: Report): Federated | undefined {
  const read = readMembers(members, value, path, report)
  if (read === undefined) return undefined
  const { given, has } = read
  const claims = has('claims') ? readClaims(given.claims, join(path, 'claims'), report) : undefined
  const jwks = has('jwks') ? readJwks(given.jwks, join(path, 'jwks'), report) : undefined
  const all = complete(read, 'issuer', 'subject')
  if (all === undefined) return undefined
  return {
    issuer: all.issuer,
    subject: all.subject,
    ...(given.audience === undefined ? {} : { audience: given.audience }),
    ...(claims === undefined ? {} : { claims }),
    ...(jwks === undefined ? {} : { jwks }),
  }
}

/** Compared elsewhere, and not with these. */
const others = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

function readClaims(value: unknown, path: string, report: Report): Federated['claims'] {
  const expected = 'an object of claims, each with the exact text, number or boolean that it must be'
  if (!isObject(value)) {
    report(path, expected, describe(value))
    return undefined
  }
  for (const [name, claim] of Object.entries(value)) {
    if (others.includes(name)) report(join(path, name), 'a claim that is not looked at anyway', describe(name))
    else if (!['string', 'number', 'boolean'].includes(typeof claim))
      report(join(path, name), 'text, a number or a boolean', describe(claim))
  }
  return value as NonNullable<Federated['claims']>
}
